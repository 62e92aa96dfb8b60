// The board: cards are dragged, or moved with Shift and an arrow. Both press the card's own button for that column, so
// the server decides; until it has, the card stands where it was dropped, and a refusal brings it back.
// <div id="board"> .cell[data-column] .slip[data-to="columns"] button[data-to="column"]
const board = () => document.getElementById("board")
const cells = () => [...(board()?.querySelectorAll(".cell") ?? [])]
const goals = (card) => card.dataset.to.split(" ").filter(Boolean)
const columnOf = (part) => part.closest(".cell")?.dataset.column
const clear = () => cells().forEach((cell) => { delete cell.dataset.shut; delete cell.dataset.drop })

let lifted = null
let before = null
let missed = false

const send = (card, column, cell) => {
  const button = card.querySelector(`button[data-to="${CSS.escape(column)}"]`)
  if (!button) return
  const title = card.querySelector(".title")
  const hadFocus = card.contains(document.activeElement)
  before = { card, parent: card.parentElement, next: card.nextSibling }
  card.querySelector("details")?.removeAttribute("open")
  button.click()
  if (!window.htmx) return
  cell?.prepend(card)
  card.setAttribute("aria-busy", "true")
  if (hadFocus) title.focus()
}

document.addEventListener("dragstart", (event) => {
  const card = event.target instanceof Element && event.target.closest(".slip[draggable]")
  if (!card || !board()?.contains(card)) return
  lifted = card
  event.dataTransfer.effectAllowed = "move"
  event.dataTransfer.setData("text/plain", card.querySelector(".title").textContent.trim())
  // The picture of the card is taken before it changes its look.
  setTimeout(() => {
    if (!lifted) return
    card.dataset.lifted = ""
    const own = columnOf(card)
    cells().forEach((cell) => {
      if (![own, ...goals(card)].includes(cell.dataset.column)) cell.dataset.shut = ""
    })
  })
})
document.addEventListener("dragover", (event) => {
  const cell = lifted && event.target instanceof Element && event.target.closest(".cell")
  cells().forEach((one) => one !== cell && delete one.dataset.drop)
  if (!cell || !goals(lifted).includes(cell.dataset.column)) return
  event.preventDefault()
  cell.dataset.drop = ""
})
document.addEventListener("drop", (event) => {
  const cell = lifted && event.target instanceof Element && event.target.closest(".cell")
  if (!cell || !goals(lifted).includes(cell.dataset.column)) return
  event.preventDefault()
  send(lifted, cell.dataset.column, laneCell(lifted, cell.dataset.column))
})
document.addEventListener("dragend", () => {
  if (lifted) delete lifted.dataset.lifted
  lifted = null
  clear()
  late()
})

// A card stays in its lane, wherever it is dropped.
const laneCell = (card, column) => card.closest(".board-row").querySelector(`.cell[data-column="${CSS.escape(column)}"]`)

// Shift and an arrow: the nearest column that way which the card may go to.
document.addEventListener("keydown", (event) => {
  const card = event.target instanceof Element && event.target.closest(".slip")
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (!card || !by || !event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return
  event.preventDefault()
  const columns = [...card.closest(".board-row").querySelectorAll(".cell")].map((cell) => cell.dataset.column)
  for (let at = columns.indexOf(columnOf(card)) + by; at >= 0 && at < columns.length; at += by) {
    if (goals(card).includes(columns[at])) return send(card, columns[at], laneCell(card, columns[at]))
  }
  const words = goals(card).length ? "From here no step leads that way." : "This is not yours to move. Take it first, or ask a manager."
  document.dispatchEvent(new CustomEvent("say", { detail: words }))
})

const goBack = () => {
  if (!before) return
  const { card, parent, next } = before
  before = null
  if (!card.isConnected) return
  const hadFocus = card.contains(document.activeElement)
  parent.insertBefore(card, next?.parentElement === parent ? next : null)
  card.removeAttribute("aria-busy")
  if (hadFocus) card.querySelector(".title").focus()
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.elt?.matches?.("form.board")) return
  if (detail.successful) {
    before = null
    missed = false
  } else goBack()
  late()
})

// What others change waits while a card is in the air or a menu is open.
const isUsed = () => lifted || before || board()?.querySelector("details[open]")
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt?.id !== "board" || !isUsed()) return
  event.preventDefault()
  missed = true
})
const late = () => {
  if (!missed || isUsed()) return
  missed = false
  window.htmx?.trigger("#board", "live")
}
document.addEventListener("toggle", ({ target }) => target.closest?.("#board") && late(), true)
