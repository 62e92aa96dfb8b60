// What somebody types on in a search, while the answer to the words before is on its way, stands in that answer too.
let typedOn = null
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const field = document.activeElement
  const sent = detail.requestConfig?.formData?.get(field?.name) ?? field?.defaultValue
  const isOn = detail.shouldSwap && field?.matches("[data-search]") && detail.target.contains(field)
  typedOn = isOn && field.value !== sent ? field.value : null
})
document.addEventListener("htmx:afterSettle", () => {
  const field = document.querySelector("[data-search]")
  if (typedOn !== null && field) {
    field.value = typedOn
    field.focus()
  }
  typedOn = null
})
