// Notices: the close button, and words for answers that never came. <div id="notices">, <button data-dismiss>
const LOST = "The connection broke before an answer came. What you wrote is still here; try again."
const STRANGE = "The answer could not be used. What you wrote is still here; load the page again if it stays so."

const LEFT = "This request is not here any more: it was deleted, or you no longer see it."

const say = (words, way) => {
  const notice = document.createElement("div")
  notice.className = "notice"
  notice.dataset.tone = "red"
  const text = document.createElement("div")
  text.textContent = words
  if (way) text.append(" ", Object.assign(document.createElement("a"), { href: way, textContent: "Back to the list" }))
  notice.append(text)
  document.getElementById("notices")?.replaceChildren(notice)
}

// Other modules say something, too: document.dispatchEvent(new CustomEvent("say", { detail: "words" })).
document.addEventListener("say", ({ detail }) => say(detail))

document.addEventListener("click", ({ target }) => target.closest("[data-dismiss]")?.closest(".notice")?.remove())

// What went well is old news once something else is sent; what can be taken back stays until it is closed.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.requestConfig.verb !== "post" || !detail.elt.matches("form:not(#here), button")) return
  document.querySelectorAll('#notices > .notice[data-tone="green"]:not(:has(form))').forEach((one) => one.remove())
})

// Our own refusals say where they belong. Anything else, a proxy's page say, must not replace what is being read.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { status } = detail.xhr
  if (status < 400 || status === 422 || detail.xhr.getResponseHeader("HX-Retarget")) return
  detail.shouldSwap = false
  if (status !== 401) say(STRANGE)
})

// A conversation that asks for itself and is not there any more says so, once; what stood there may be read on.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const timeline = document.querySelector("#timeline[hx-get]")
  const here = timeline?.getAttribute("hx-get").split("?")[0]
  if (detail.xhr.status !== 404 || ![here, `${here}/here`].includes(detail.pathInfo.requestPath.split("?")[0])) return
  detail.shouldSwap = false
  timeline.removeAttribute("data-live")
  document.getElementById("here")?.remove()
  say(LEFT, here.slice(0, here.lastIndexOf("/")))
})

// A poll that fails is tried again by itself and needs no words.
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (!detail.requestConfig?.triggeringEvent?.type?.startsWith("live")) say(LOST)
})
