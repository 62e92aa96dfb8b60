// Single keys, off while typing. Each presses a control that the page shows anyway:
// data-search (/, else the palette), data-reply (R), data-new (C), data-go="x" (G X), data-open="keys" (?), rows (J, K, X), data-mode="note" (N),
// data-pane-open="facts" (.), data-back (Escape), any other key by data-key="x", the arrows as "ArrowLeft". Ctrl Enter sends.
const ROWS = ".tickets .ticket, .table .fill > a, .slip > .title, .due-item"
const GO_WITHIN = 1500

const find = (selector) => [...document.querySelectorAll(selector)].find((one) => one.checkVisibility())
const focus = (selector) => {
  const control = find(selector)
  control?.focus()
  control?.scrollIntoView({ block: "nearest" })
  return Boolean(control)
}
const press = (selector) => {
  const control = find(selector)
  control?.click()
  return Boolean(control)
}
// A menu opens and its first choice has the focus; a field that a folded part was opened for has it, too.
const pressKey = (key) => {
  const control = find(`[data-key="${CSS.escape(key)}"]`) ?? chosenFor(key)
  if (!control) return false
  control.click()
  const part = control.matches("summary") && control.parentElement.open && control.parentElement
  if (part) (part.querySelector("[data-reach]") ?? part.querySelector("button.pick, a.pick, input:not([type=hidden]), select"))?.focus()
  return true
}
// In a list with a bar below, a key of the bar means the row that has the focus: it is chosen, and the bar is there.
const chosenFor = (key) => {
  if (!document.querySelector(`[data-bulk] [data-key="${CSS.escape(key)}"]`) || !choose()) return undefined
  return find(`[data-bulk] [data-key="${CSS.escape(key)}"]`)
}
const write = (mode) => {
  const tab = document.querySelector(`[data-compose] [data-mode="${mode}"]:not(:disabled)`)
  if (tab && !tab.checked) tab.click()
  return focus("[data-reply]")
}
const choose = () => {
  const box = document.activeElement.closest("li, tr")?.querySelector(".choose input")
  box?.click()
  return Boolean(box)
}
const facts = () => {
  const part = document.querySelector('[data-pane="facts"]')
  if (!part?.querySelector(".facts")) return false
  if (!press('[data-pane-open="facts"]')) part.hidden = !part.hidden
  return true
}
// Its control is not shown on a phone; a keyboard may be there all the same.
const openKeys = () => {
  document.querySelector('[data-open="keys"]')?.click()
  return true
}
const move = (by) => {
  const rows = [...document.querySelectorAll(ROWS)]
  const here = rows.indexOf(document.activeElement)
  const row = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1)]
  row?.focus()
  return Boolean(row)
}

const KEYS = {
  "/": () => focus("[data-search]") || press('[data-open="palette"]'),
  "?": openKeys,
  c: () => press("[data-new]"),
  j: () => move(1),
  k: () => move(-1),
  r: () => write("reply"),
  n: () => pressKey("n") || write("note"),
  x: choose,
  ".": facts,
  Escape: () => press("[data-back]") || focus("#rows .ticket[aria-current]"),
}

// Single keys can be switched off, for who speaks to the machine or touches keys by accident: <input data-single-keys>
const OFF = "single-keys-off"
const areOff = () => localStorage.getItem(OFF) !== null

let goSince = -Infinity

const isTyping = (target) => target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), select, textarea")

const answer = (event) => {
  if (event.shiftKey && event.key.startsWith("Arrow")) return false
  if (event.isTrusted && event.key.length === 1 && areOff()) return false // what the palette presses is meant
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const isGoing = event.timeStamp - goSince < GO_WITHIN
  goSince = key === "g" && !isGoing ? event.timeStamp : -Infinity
  if (isGoing && /^[a-z]$/.test(key)) return press(`[data-go="${key}"]`)
  return Object.hasOwn(KEYS, key) ? KEYS[key]() : pressKey(key)
}

document.addEventListener("keydown", (event) => {
  const { target } = event
  if (event.isComposing || event.defaultPrevented || !(target instanceof Element)) return
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("textarea")) {
    event.preventDefault()
    target.form?.requestSubmit()
  } else if (event.key === "Escape" && isTyping(target) && !target.closest("dialog")) {
    target.blur()
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(target) && !document.querySelector("dialog[open]")) {
    if (!(event.key === "Escape" && document.querySelector("details.menu[open]")) && answer(event)) event.preventDefault()
  }
})

// The list of keys names those that this page answers: <dt data-if="rows"> or any selector.
document.addEventListener("click", ({ target }) => {
  if (!target.closest('[data-open="keys"]')) return
  document.querySelector("[data-single-keys]").checked = !areOff()
  document.querySelectorAll("#keys dt[data-if]").forEach((term) => {
    const isHere = document.querySelector(term.dataset.if === "rows" ? ROWS : term.dataset.if)
    term.hidden = term.nextElementSibling.hidden = !isHere
  })
})

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-single-keys]")) return
  if (target.checked) localStorage.removeItem(OFF)
  else localStorage.setItem(OFF, "")
})

// The row that has the focus is marked as a whole.
document.addEventListener("focusin", ({ target }) => {
  if (!(target instanceof Element)) return
  document.querySelectorAll("tr[data-cursor]").forEach((row) => delete row.dataset.cursor)
  if (target.matches(ROWS)) target.closest("tr")?.setAttribute("data-cursor", "")
})
