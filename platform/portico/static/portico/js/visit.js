// Count down what is left of a visit, and ask again once it is over. <b data-ends="seconds since 1970">
const tick = () => {
  const clock = document.querySelector("[data-ends]")
  if (!clock) return
  const left = clock.dataset.ends * 1000 - Date.now()
  if (left <= 0) return location.reload()
  clock.textContent = `${Math.ceil(left / 60_000)} min left`
  setTimeout(tick, Math.min(left + 500, 10_000))
}

tick()
