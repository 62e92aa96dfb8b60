// The page where a company's brand is set: a colour is picked or typed, pictures are chosen or dropped and seen at once.
const said = (place, text) => { place.querySelector("[data-chosen]").textContent = text }
const seen = {}

// A picker writes into the field that it names, and follows it.
document.addEventListener("input", ({ target }) => {
  const field = target.matches("[data-picks]") && document.getElementById(target.dataset.picks)
  if (field) field.value = target.value
  const picker = document.querySelector(`[data-picks="${CSS.escape(target.id || "-")}"]`)
  if (picker && /^#?[0-9a-f]{6}$/i.test(target.value.trim())) picker.value = `#${target.value.trim().replace("#", "").toLowerCase()}`
})

const draw = () => {
  if (!seen.logo) return
  for (const place of document.querySelectorAll("#brand-preview [data-sign]")) {
    place.replaceChildren(Object.assign(new Image(), { className: "logo", src: seen.logo, alt: "" }))
  }
}

const take = (place, file) => {
  said(place, file ? file.name : "or drop it here")
  const part = place.dataset.picture
  delete seen[part]
  if (!file) return
  const reader = new FileReader()
  reader.addEventListener("load", () => { seen[part] = reader.result; draw() })
  if (/^image\/(png|jpeg|webp|gif)$/.test(file.type)) reader.readAsDataURL(file)
}

const placeOf = (target) => target.closest?.("[data-picture]")

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-picture] input[type=file]")) take(placeOf(target), target.files[0])
})
document.addEventListener("dragover", (event) => {
  const place = placeOf(event.target)
  if (!place || !event.dataTransfer?.types.includes("Files")) return
  event.preventDefault()
  place.setAttribute("data-over", "")
})
document.addEventListener("dragleave", ({ target }) => placeOf(target)?.removeAttribute("data-over"))
document.addEventListener("drop", (event) => {
  const place = placeOf(event.target)
  if (!place || !event.dataTransfer?.files.length) return
  event.preventDefault()
  place.removeAttribute("data-over")
  const one = new DataTransfer()
  one.items.add(event.dataTransfer.files[0])
  place.querySelector("input[type=file]").files = one.files
  take(place, one.files[0])
})
document.addEventListener("htmx:afterSettle", draw)
