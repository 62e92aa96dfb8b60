// The palette: Ctrl K opens it, arrows choose, Enter follows a link or presses the control of a key. <dialog data-palette>
const dialog = () => document.querySelector("[data-palette]")
const options = () => [...(dialog()?.querySelectorAll('[role="option"]:not([aria-disabled])') ?? [])]
const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true")

const choose = (option) => {
  options().forEach((one) => one.setAttribute("aria-selected", String(one === option)))
  option?.scrollIntoView({ block: "nearest" })
  const field = dialog().querySelector("input")
  if (option) field.setAttribute("aria-activedescendant", option.id)
  else field.removeAttribute("aria-activedescendant")
}
const open = () => {
  dialog().showModal()
  const field = dialog().querySelector("input")
  field.select()
  window.htmx?.trigger(field, "ask")
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
    if (!dialog().open) open()
  }
  if (!dialog().open || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return
  event.preventDefault()
  if (event.key === "Enter") return go(chosen() ?? options()[0])
  const all = options()
  const place = all.indexOf(chosen()) + (event.key === "ArrowDown" ? 1 : -1)
  choose(all[(place + all.length) % all.length])
})
document.addEventListener("click", (event) => {
  const option = event.target.closest('[data-palette] [role="option"]')
  if (option && !option.href) go(option)
  if (event.target.closest('[data-open="palette"]')) window.htmx?.trigger(dialog().querySelector("input"), "ask")
})
document.addEventListener("htmx:afterSettle", ({ detail }) => detail.target?.id === "options" && choose(options()[0]))
