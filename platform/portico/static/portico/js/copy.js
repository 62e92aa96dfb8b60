// Copy words. <button data-copy="the words">
const RESTS = 2000

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]")
  if (!button) return
  await navigator.clipboard.writeText(button.dataset.copy)
  const label = button.getAttribute("aria-label")
  button.setAttribute("aria-label", "Copied")
  button.title = "Copied"
  setTimeout(() => {
    if (label === null) button.removeAttribute("aria-label")
    else button.setAttribute("aria-label", label)
    button.title = label ?? ""
  }, RESTS)
})
