// An answer that comes back to a page which was drawn anew meanwhile.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, verb } = detail.requestConfig
  if (!detail.target.isConnected) {
    // What somebody did is told wherever its place is now; what was only asked for is older than what stands there.
    const now = verb === "get" ? null : document.getElementById(detail.target.id)
    if (now) detail.target = now
    else detail.shouldSwap = false
  }
  if (detail.shouldSwap && !elt.isConnected) hold(elt)
})

// htmx looks for the parts beside (hx-swap-oob) from where the question was asked. Where that is gone it finds none, and
// a request would stand beside what is known about another: until the answer is in its place, the page holds it.
const hold = (elt) => {
  const place = document.createElement("div")
  place.hidden = true
  place.append(elt.getRootNode())
  document.body.append(place)
  setTimeout(() => place.remove())
}
