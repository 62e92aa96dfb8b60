// Files for a form: chosen, dropped on it or pasted into it, uploaded at once with progress, sent along by their ids.
// <div data-drop data-upload="…" data-most="10"> with an <input type="file"> and a <ul data-waiting> inside.
const csrf = (form) => form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""
const words = (text) => Object.assign(document.createElement("span"), { textContent: text, className: "clip" })

const row = (place, name) => {
  const item = document.createElement("li")
  const box = Object.assign(document.createElement("span"), { className: "file" })
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 })
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" })
  bar.setAttribute("aria-label", `Sending ${name}`)
  away.setAttribute("aria-label", `Remove ${name}`)
  box.append(words(name), bar, away)
  item.append(box)
  place.append(item)
  return { item, box, bar, away }
}

const fail = ({ box, bar }, text) => {
  bar.remove()
  box.dataset.tone = "red"
  box.querySelector(".clip").textContent = text
}

const upload = (drop, file) => {
  const form = drop.closest("form")
  const place = drop.querySelector("[data-waiting]")
  if (place.querySelectorAll("input").length >= Number(drop.dataset.most)) return
  const line = row(place, file.name)
  const ask = new XMLHttpRequest()
  const body = new FormData()
  body.append("file", file, file.name || "picture.png")
  ask.open("POST", drop.dataset.upload)
  ask.setRequestHeader("X-CSRFToken", csrf(form))
  ask.responseType = "json"
  ask.upload.addEventListener("progress", ({ loaded, total }) => { line.bar.value = loaded / total })
  ask.addEventListener("error", () => fail(line, `${file.name} did not arrive. Please try again.`))
  ask.addEventListener("loadend", () => line.bar.isConnected || goOn(form))
  ask.addEventListener("load", () => {
    if (ask.status !== 201) return fail(line, ask.response?.problem ?? `${file.name} is too large.`)
    line.bar.remove()
    const kept = Object.assign(document.createElement("input"), { type: "hidden", name: "attachments", value: ask.response.id })
    line.box.append(kept)
  })
  line.away.addEventListener("click", () => { ask.abort(); line.item.remove(); goOn(form) })
  ask.send(body)
}

// A form that is sent while files are still on their way waits for them. One that did not arrive is not left out unsaid.
const held = new WeakMap()
const goOn = (form) => {
  if (!held.has(form) || form.querySelector("[data-waiting] progress")) return
  const by = held.get(form)
  held.delete(form)
  form.removeAttribute("aria-busy")
  if (!form.querySelector("[data-waiting] [data-tone=red]")) form.requestSubmit(by)
}
document.addEventListener("submit", (event) => {
  const form = event.target
  if (!form.querySelector("[data-waiting] progress")) return
  event.preventDefault()
  event.stopImmediatePropagation()
  held.set(form, event.submitter)
  form.setAttribute("aria-busy", "true")
}, true)
document.addEventListener("click", ({ target }) => {
  target.closest("[data-waiting] [data-away]")?.closest("li").remove()
})

const take = (drop, files) => [...files].forEach((file) => upload(drop, file))
const dropOf = (target) => target.closest?.("form")?.querySelector("[data-drop]")

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-drop] input[type=file]")) return
  take(target.closest("[data-drop]"), target.files)
  target.value = ""
})
document.addEventListener("paste", (event) => {
  const drop = dropOf(event.target)
  const files = event.clipboardData?.files ?? []
  if (!drop || !files.length) return
  event.preventDefault()
  take(drop, files)
})
document.addEventListener("dragover", (event) => {
  const drop = dropOf(event.target)
  if (!drop || !event.dataTransfer?.types.includes("Files")) return
  event.preventDefault()
  drop.setAttribute("data-over", "")
})
document.addEventListener("dragleave", ({ target }) => dropOf(target)?.removeAttribute("data-over"))
document.addEventListener("drop", (event) => {
  const drop = dropOf(event.target)
  if (!drop || !event.dataTransfer?.files.length) return
  event.preventDefault()
  drop.removeAttribute("data-over")
  take(drop, event.dataTransfer.files)
})
