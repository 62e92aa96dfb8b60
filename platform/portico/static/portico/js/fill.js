// Take a proposal over into a field. <button type="button" data-fill="id of the field">the words</button>
document.addEventListener("click", ({ target }) => {
  const proposal = target.closest("[data-fill]")
  const field = proposal && document.getElementById(proposal.dataset.fill)
  if (!field) return
  field.value = proposal.textContent
  field.focus()
  field.dispatchEvent(new Event("input", { bubbles: true }))
})
