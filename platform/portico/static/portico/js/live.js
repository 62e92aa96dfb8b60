// Fetch a part again when it changed. <meta name="live" content="address of the socket">
// <section data-live="ticket:ID" hx-get="…" hx-trigger="live" hx-swap="outerHTML">; data-live="ticket" hears of all.
// The socket says what changed, never what it says now: the part comes by an ordinary request with its own rights.
const POLL = 15_000
const POLL_MOST = 120_000
const RETRY = 1_000
const RETRY_MOST = 60_000
const SETTLING = 100
const LEAVING = 5_000
// Closed for good: nobody is signed in any more, or there is no such door.
const GONE = [4401, 4404]

const address = document.querySelector('meta[name="live"]')?.content
const parts = () => [...document.querySelectorAll("[data-live]")]
const isTypedIn = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")
const waiting = new Set()

// While this page's own change is on its way, or the page is being left, nothing is asked for: what it shows may be
// gone with that very change. A download looks like leaving, too, so what was missed follows.
const own = new Set()
let isLeaving = false
const isBusy = () => isLeaving || own.size > 0

const refresh = (part) => {
  // What somebody is writing in is not taken from under their hands: it follows when they leave it.
  if (isBusy() || isTypedIn(part)) waiting.add(part)
  else window.htmx?.trigger(part, "live")
}
const settle = () => {
  const left = [...waiting].filter((part) => !isTypedIn(part))
  left.forEach((part) => {
    waiting.delete(part)
    const now = part.isConnected ? part : document.getElementById(part.id)
    if (now) refresh(now)
  })
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail
  if (!isBusy() || !elt.matches("[data-live]")) return
  event.preventDefault() // it was asked for before, and only now its pause is over
  waiting.add(elt)
})
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  // Drafts, and saying that one is here, change nothing that is shown.
  if (detail.requestConfig.verb !== "post" || detail.elt.matches("textarea, [data-live]")) return
  own.add(detail.xhr)
  document.querySelectorAll("[data-live].htmx-request").forEach((part) => {
    window.htmx.trigger(part, "htmx:abort")
    waiting.add(part)
  })
  detail.xhr.addEventListener("loadend", () => setTimeout(() => own.delete(detail.xhr) && settle(), SETTLING))
})
addEventListener("beforeunload", () => {
  isLeaving = true
  setTimeout(() => {
    isLeaving = false
    settle()
  }, LEAVING)
})
document.addEventListener("focusout", () => setTimeout(settle))

const refreshAll = () => parts().forEach(refresh)
const hear = ({ changed, id }) =>
  parts().forEach((part) => [changed, `${changed}:${id}`].includes(part.dataset.live) && refresh(part))
const ANYTHING = "anything" // more than one knows of: all of it is looked at

// A question that somebody has opened stays open, and theirs, when the part around it is drawn anew.
let asked = []
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  asked = [...detail.target.querySelectorAll("details.confirm[id][open]")].map((one) => {
    return { id: one.id, place: [...one.querySelectorAll("summary, button")].indexOf(document.activeElement) }
  })
})
document.addEventListener("htmx:oobAfterSwap", () => {
  asked.splice(0).forEach(({ id, place }) => {
    const one = document.getElementById(id)
    if (!one) return
    one.open = true
    one.querySelectorAll("summary, button")[place]?.focus()
  })
})

// Polling fills in while the socket is away, slower each time, and rests in hidden tabs.
let pause = POLL
let timer

const poll = () => {
  timer = setTimeout(() => {
    if (!document.hidden) refreshAll()
    pause = Math.min(pause * 1.5, POLL_MOST)
    poll()
  }, pause)
}
const stopPolling = () => {
  clearTimeout(timer)
  timer = undefined
  pause = POLL
}

let tries = 0
// What the page shows is at least as new as this; a form that led here was answered before.
const askedFor = performance.getEntriesByType("navigation")[0]?.requestStart ?? 0

const connect = () => {
  const socket = new WebSocket(address)
  let opened = 0
  socket.addEventListener("open", () => {
    // Who comes back looks again at once; a new page asks whether it missed something since it was drawn.
    if (tries) refreshAll()
    else socket.send(JSON.stringify({ age: Math.round(performance.now() - askedFor) }))
    opened = Date.now()
    stopPolling()
  })
  socket.addEventListener("message", ({ data }) => {
    const said = JSON.parse(data)
    if (said.changed === ANYTHING) refreshAll()
    else hear(said)
  })
  socket.addEventListener("close", ({ code }) => {
    if (timer === undefined) poll()
    if (GONE.includes(code)) return refreshAll()
    // Sockets are always let in first and shown out after: only one that stayed a while begins to count anew.
    tries = opened && Date.now() - opened > RETRY_MOST ? 0 : tries + 1
    setTimeout(connect, Math.min(RETRY * 2 ** tries, RETRY_MOST) * (0.5 + Math.random() / 2))
  })
}

if (address && parts().length) connect()
else if (parts().length) poll()
