// Words that are typed and not sent outlive a look elsewhere. Where drafts are kept (a field with hx-post) the last of them
// are handed over on leaving; other fields are kept by the window while it changes parts, and ask before the page is left.
// <textarea data-reply>, <form data-keep>
const FIELDS = "textarea[data-reply], form[data-keep] textarea"
const handed = new WeakMap() // what the server has of a draft
const sent = new WeakSet() // forms on their way
const kept = new Map() // words of conversations that were left

const fieldsIn = (part) => [...part.querySelectorAll(FIELDS)].filter((one) => !sent.has(one.form))
const isDraft = (field) => field.hasAttribute("hx-post")
const isNew = (field) => field.value !== (handed.get(field) ?? field.defaultValue)
const placeOf = (field) => `${location.pathname} ${field.name}`

const handOver = (field) => {
  const words = new FormData(field.form)
  for (const [name, value] of [...words]) if (value instanceof File) words.delete(name)
  navigator.sendBeacon(field.getAttribute("hx-post"), words)
  handed.set(field, field.value)
}
const handAllOver = () => fieldsIn(document).filter((one) => isDraft(one) && isNew(one)).forEach(handOver)

addEventListener("pagehide", handAllOver)
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && handAllOver())
addEventListener("beforeunload", (event) => {
  if (fieldsIn(document).some((one) => !isDraft(one) && isNew(one) && one.value.trim())) event.preventDefault()
})

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.elt.matches(FIELDS)) handed.set(detail.elt, detail.requestConfig.parameters[detail.elt.name])
})
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt } = detail.requestConfig
  if (!detail.shouldSwap) return
  fieldsIn(detail.target).filter((one) => isNew(one) && !one.form.contains(elt)).forEach((field) => {
    if (isDraft(field)) handOver(field)
    else kept.set(placeOf(field), field.value)
  })
})
document.addEventListener("htmx:afterSettle", () => {
  fieldsIn(document).filter((one) => !isDraft(one) && !one.value && kept.has(placeOf(one))).forEach((field) => {
    field.value = kept.get(placeOf(field))
    field.dispatchEvent(new Event("input", { bubbles: true }))
  })
})

document.addEventListener("input", ({ target }) => {
  if (target.matches(FIELDS) && !target.value) kept.delete(placeOf(target))
})

// What is sent is nobody's to keep. htmx takes the sending over, and may lead to another page with its answer.
document.addEventListener("submit", (event) => {
  event.target.querySelectorAll(FIELDS).forEach((field) => kept.delete(placeOf(field)))
  if (!event.defaultPrevented) sent.add(event.target)
})
document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  const form = detail.elt.closest("form")
  if (form && detail.xhr.status < 400 && detail.xhr.getResponseHeader("HX-Redirect")) sent.add(form)
})
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => sent.delete(form)))
