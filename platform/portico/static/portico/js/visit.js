// Count down what is left of a visit, and ask again once it is over. <b data-ends="seconds from now">
// By how long the page has stood there, and not by the clock of whoever looks at it: that one may be wrong.
const clock = () => document.querySelector("[data-ends]")
const ends = performance.now() + (clock()?.dataset.ends ?? 0) * 1000

const tick = () => {
  if (!clock()) return
  const left = ends - performance.now()
  if (left <= 0) return location.reload()
  clock().textContent = `${Math.ceil(left / 60_000)} min left`
  setTimeout(tick, Math.min(left + 500, 10_000))
}

tick()
