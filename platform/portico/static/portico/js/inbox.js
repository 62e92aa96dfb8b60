// The inbox between two answers of the server: which pane is seen, where the conversation stands, who types, what is chosen.
const FORGET_TYPING = 6_000

const panes = () => document.getElementById("panes")
const scroller = () => document.getElementById("scroll")
const isAtEnd = (one) => one.scrollHeight - one.scrollTop - one.clientHeight < 60

// <a data-pane-open="views"> shows a pane in a narrow window; without scripts its address does the same.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-pane-open]")
  if (!opener || !panes() || event.ctrlKey || event.metaKey) return
  if (opener.dataset.paneOpen === "list" && !document.querySelector("#rows .ticket")) return
  event.preventDefault()
  const { paneOpen } = opener.dataset
  panes().dataset.show = panes().dataset.show === paneOpen ? "talk" : paneOpen
})

// The conversation opens at the first word that was not read, else at its end, and stays at the end when more comes.
let distance = null
const goToEnd = () => {
  const part = scroller()
  if (!part) return
  const unread = document.getElementById("unread")
  if (unread) unread.scrollIntoView({ block: "center" })
  else part.scrollTop = part.scrollHeight
}
const showLatest = () => {
  const bar = document.getElementById("latest-bar")
  if (bar) bar.hidden = isAtEnd(scroller())
}
document.addEventListener("scroll", ({ target }) => target === scroller() && showLatest(), { capture: true, passive: true })
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-latest]")) scroller().scrollTop = scroller().scrollHeight
})

// What somebody has open or types in is not taken from under their hands.
const isUsed = (part) => part.querySelector("details.menu[open]") || (part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), select, textarea") && document.activeElement.value)
let isOwn = false // whether the answer that is being put in place is to what one did oneself
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { verb, elt } = detail.requestConfig
  isOwn = verb === "post" && !elt.matches("#here, textarea")
})
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (["facts", "talk-bar"].includes(detail.target.id) && !isOwn && isUsed(detail.target)) detail.shouldSwap = false
})

let chosen = []
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target } = detail
  if (target.id === "rows") chosen = [...target.querySelectorAll(".choose :checked")].map((box) => box.value)
  if (target.id !== "timeline") return
  const part = scroller()
  const isOlder = detail.requestConfig?.elt?.matches("[data-older]")
  distance = isOlder ? part.scrollHeight - part.scrollTop : part && isAtEnd(part) ? 0 : null
})
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const { id } = detail.target ?? {}
  if (id === "rows") {
    chosen.forEach((value) => {
      const box = document.querySelector(`.choose [value="${CSS.escape(value)}"]`)
      if (box) box.checked = true
    })
    markRow()
  }
  if (id === "timeline" && scroller()) {
    if (distance !== null) scroller().scrollTop = scroller().scrollHeight - distance
    distance = null
  }
  if (id === "talk") {
    if (panes()) panes().dataset.show = "talk"
    markRow()
    goToEnd()
  }
  if (id === "panes") goToEnd()
  count()
})

// The row of what is open is marked, and is not unread any more.
const markRow = () => {
  const here = location.pathname
  document.querySelectorAll("#rows .ticket").forEach((row) => {
    const isHere = row.pathname === here
    if (isHere) {
      row.setAttribute("aria-current", "true")
      delete row.dataset.unread
    } else row.removeAttribute("aria-current")
  })
}

// Others are told that somebody writes; a pause means that they stopped.
let typing
const say = (isTyping) => {
  const form = document.getElementById("here")
  const field = form?.querySelector("[data-typing]")
  if (!field || field.value === isTyping) return
  field.value = isTyping
  window.htmx?.trigger(form, "typing")
}
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-reply]")) return
  clearTimeout(typing)
  say("1")
  typing = setTimeout(() => say("0"), FORGET_TYPING)
})

// The words of the field follow the way of writing.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-compose] [name=mode]")) {
    const area = target.form.querySelector("textarea")
    area.setAttribute("aria-label", target.value === "note" ? "Your internal note" : "Your reply")
    area.focus()
  }
  if (target.matches(".choose *")) count()
})
const count = () => {
  const label = document.querySelector("[data-bulk-count]")
  if (label) label.textContent = `${document.querySelectorAll(".choose :checked").length} chosen`
}

// <input type="checkbox" data-choose-all> chooses every row, or none.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-choose-all]")) return
  document.querySelectorAll(".choose input").forEach((box) => { box.checked = target.checked })
  count()
})
document.addEventListener("reset", () => setTimeout(count))

// Shift and a click choose everything between two boxes.
let lastBox
document.addEventListener("click", ({ target, shiftKey }) => {
  if (!target.matches(".choose input")) return
  const boxes = [...document.querySelectorAll(".choose input")]
  const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(target)].sort((a, b) => a - b)
  if (shiftKey && from >= 0) boxes.slice(from, to + 1).forEach((box) => { box.checked = target.checked })
  lastBox = target
  count()
})

// <button data-close-part="id"> empties a part that was opened between others.
document.addEventListener("click", ({ target }) => {
  const close = target.closest("[data-close-part]")
  if (close) document.getElementById(close.dataset.closePart)?.replaceChildren()
})

// Which part of the timeline is shown.
document.addEventListener("click", ({ target }) => {
  const only = target.closest("[data-only]")
  if (!only) return
  only.parentElement.querySelectorAll("[data-only]").forEach((one) => one.removeAttribute("aria-current"))
  only.setAttribute("aria-current", "true")
})

// <form data-gone-after="9000"> goes when its time is over; what it could undo has happened then.
new MutationObserver(() => document.querySelectorAll("[data-gone-after]:not([data-going])").forEach((one) => {
  one.dataset.going = ""
  setTimeout(() => one.remove(), Number(one.dataset.goneAfter))
  setTimeout(() => {
    if (document.getElementById("timeline")) window.htmx?.trigger("#timeline", "live")
  }, Number(one.dataset.goneAfter) + 2_000)
})).observe(document.body, { childList: true, subtree: true })

goToEnd()
count()
