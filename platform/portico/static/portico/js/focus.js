// What had the focus may be gone after an answer: it goes on to the menu it was in, to the same control of the new part,
// else to the heading above.
let left = null // where the focus was when that was replaced

const calledOf = (one) => [one.tagName, one.getAttribute("aria-label") ?? one.getAttribute("placeholder") ?? one.textContent.trim()].join()
const isShown = (one) => one.checkVisibility()

const remember = ({ detail }) => {
  const here = document.activeElement
  if (detail.shouldSwap === false || !detail.target?.id || here === document.body || !detail.target.contains(here)) return
  left = { part: detail.target.id, menu: here.closest("details.menu[id]")?.id, tag: here.tagName, called: calledOf(here) }
}
const nextOf = ({ part, menu, tag, called }) => {
  const inMenu = menu && document.querySelector(`#${CSS.escape(menu)} > summary`)
  if (inMenu) return inMenu
  const now = document.getElementById(part)
  const same = [...(now?.querySelectorAll(tag) ?? [])].find((one) => calledOf(one) === called && isShown(one))
  return same ?? [...(now?.closest("section, main")?.querySelectorAll("h1, h2, h3") ?? [])].find(isShown)
}
const goOn = () => {
  const next = left && document.activeElement === document.body && nextOf(left)
  left = null
  if (!next) return
  if (next.tabIndex < 0) next.tabIndex = -1 // a heading
  next.focus({ preventScroll: true })
}

document.addEventListener("htmx:beforeSwap", remember)
document.addEventListener("htmx:oobBeforeSwap", remember)
document.addEventListener("htmx:afterSettle", goOn)
