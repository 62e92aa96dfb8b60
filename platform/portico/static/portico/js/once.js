// A form is sent once: a second click while the answer is on its way does nothing. Forms of htmx look after themselves.
const PATIENCE = 5_000
const sent = new WeakSet()

document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.method !== "post" || form.hasAttribute("hx-post")) return
  if (sent.has(form)) event.preventDefault()
  sent.add(form)
  setTimeout(() => sent.delete(form), PATIENCE)
})
