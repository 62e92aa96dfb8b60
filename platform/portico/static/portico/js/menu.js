// A menu closes when something else is used, and on Escape. <details class="menu">
const openMenus = () => [...document.querySelectorAll("details.menu[open]")]
const closeAllBut = (kept) => openMenus().forEach((menu) => menu.contains(kept) || (menu.open = false))

document.addEventListener("click", ({ target }) => closeAllBut(target))
document.addEventListener("focusin", ({ target }) => closeAllBut(target))
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return
  openMenus().forEach((menu) => {
    menu.open = false
    menu.querySelector("summary").focus()
  })
})
