// Open a dialog; a click beside it closes it. <button data-open="id"> and <dialog id="id">
document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-open]")
  if (opener) document.getElementById(opener.dataset.open)?.showModal()
  else if (target.matches("dialog[open]")) target.close()
})
