// Proposals for a field, and respect for what was typed in it.

// <button type="button" data-fill="id of the field">the words</button> takes a proposal over.
document.addEventListener("click", ({ target }) => {
  const proposal = target.closest("[data-fill]")
  const field = proposal && document.getElementById(proposal.dataset.fill)
  if (!field) return
  field.value = proposal.textContent
  field.focus()
  field.dispatchEvent(new Event("input", { bubbles: true }))
})

// <div data-keep-typed> is not replaced by an answer that comes after somebody began to type in it. Who stands in it and
// has not typed yet finds the proposal selected: the first letter takes its place.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const typed = (field) => field.value !== field.defaultValue
  if (detail.target.matches("[data-keep-typed]") && [...detail.target.querySelectorAll("input")].some(typed)) {
    detail.shouldSwap = false
  }
})
document.addEventListener("htmx:afterSwap", () => {
  const field = document.activeElement
  if (field?.matches("[data-keep-typed] input") && field.value === field.defaultValue) field.select()
})
