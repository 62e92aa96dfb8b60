// Colleagues whose names begin with what stands behind an @: Tab or a click takes the first one over.
// <div data-mentions hidden><button type="button" data-mention="Ada">…</div> in the same form as the textarea.
const BEGUN = /(^|\s)@([\p{L}\w.-]*)$/u

const begun = (area) => BEGUN.exec(area.value.slice(0, area.selectionStart))
const list = (area) => area.form?.querySelector("[data-mentions]")
const offered = (area) => [...(list(area)?.querySelectorAll("[data-mention]:not([hidden])") ?? [])]

const offer = (area) => {
  const found = begun(area)
  const place = list(area)
  if (!place) return
  place.querySelectorAll("[data-mention]").forEach((one) => {
    one.hidden = !found || !one.dataset.mention.toLowerCase().startsWith(found[2].toLowerCase())
  })
  place.hidden = !offered(area).length
}
const take = (area, name) => {
  const found = begun(area)
  if (!found) return
  const from = area.selectionStart - found[2].length
  area.setRangeText(`${name} `, from, area.selectionStart, "end")
  area.focus()
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

document.addEventListener("input", ({ target }) => target.matches("textarea") && list(target) && offer(target))
document.addEventListener("keydown", (event) => {
  const { target } = event
  if (event.key !== "Tab" || event.shiftKey || !(target instanceof HTMLTextAreaElement) || !list(target) || list(target).hidden) return
  event.preventDefault()
  take(target, offered(target)[0].dataset.mention)
})
document.addEventListener("click", ({ target }) => {
  const one = target.closest("[data-mention]")
  if (one) take(one.form.querySelector("textarea"), one.dataset.mention)
})
