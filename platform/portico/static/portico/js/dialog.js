// Open a dialog; a click beside it closes it. <button data-open="id"> and <dialog id="id">; a link leads to the same as a page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]")
  if (event.target.matches("dialog[open]")) event.target.close()
  if (!opener || event.ctrlKey || event.metaKey) return
  const dialog = document.getElementById(opener.dataset.open)
  if (!dialog) return
  event.preventDefault()
  if (!dialog.open) dialog.showModal()
})
