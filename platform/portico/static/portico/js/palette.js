// The palette: Ctrl K opens it, arrows choose, Enter follows a link or presses the control of a key. <dialog data-palette>
const dialog = () => document.querySelector("[data-palette]")
const field = () => dialog().querySelector('[role="combobox"]')
const options = () => [...(dialog()?.querySelectorAll('[role="option"]:not([aria-disabled])') ?? [])]
const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true")

let answered = null // the words that the options answer
let isWaited = false // Enter was pressed before there was an answer to the words

const choose = (option) => {
  options().forEach((one) => one.setAttribute("aria-selected", String(one === option)))
  option?.scrollIntoView({ block: "nearest" })
  if (option) field().setAttribute("aria-activedescendant", option.id)
  else field().removeAttribute("aria-activedescendant")
}
// What is asked for hangs on the page that one is on, too.
const ask = () => {
  answered = null
  isWaited = false
  dialog().querySelector("[name=on]").value = location.pathname
  field().select()
  window.htmx?.trigger(field(), "ask")
}
const go = (option) => {
  if (!option) return
  dialog().close()
  if (option.href) location.assign(option.href)
  else document.body.dispatchEvent(new KeyboardEvent("keydown", { key: option.dataset.press, bubbles: true }))
}

document.addEventListener("keydown", (event) => {
  if (!dialog()) return
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault()
    if (!dialog().open) {
      dialog().showModal()
      ask()
    }
  }
  if (!dialog().open || event.isComposing || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return
  if (event.target !== field()) return
  event.preventDefault()
  if (event.key === "Enter") {
    isWaited = answered !== field().value
    return isWaited || go(chosen() ?? options()[0])
  }
  const all = options()
  const place = all.indexOf(chosen()) + (event.key === "ArrowDown" ? 1 : -1)
  choose(all[(place + all.length) % all.length])
})
document.addEventListener("input", ({ target }) => {
  if (target.closest("[data-palette]")) isWaited = false
})
document.addEventListener("click", (event) => {
  const option = event.target.closest('[data-palette] [role="option"]')
  if (option && !option.href) go(option)
  if (dialog()?.open && event.target.closest('[data-open="palette"]')) ask()
})
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "options") return
  answered = detail.requestConfig.parameters.q
  choose(options()[0])
  if (isWaited && answered === field().value) go(chosen())
})
