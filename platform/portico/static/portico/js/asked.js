// A field that is only asked while another has one of some answers comes and goes as one chooses.
// <div data-asks="its name" data-when="name of the other" data-is='["answer"]'>; "" is the answer of who gave none.
// The server has marked with data-idle what is not asked in what it drew, and decides about what is sent.
const boxOf = (form, name) => form.querySelector(`[data-asks="${CSS.escape(name)}"]`)
const answersIn = (form, name) => {
  const given = new FormData(form).getAll(name)
  return given.length ? given : [""]
}
const isAsked = (form, box) => {
  if (!box) return true
  const { when, is } = box.dataset
  return isAsked(form, boxOf(form, when)) && answersIn(form, when).some((one) => JSON.parse(is).includes(one))
}
const look = (form) => {
  form.querySelectorAll("[data-asks]").forEach((box) => box.toggleAttribute("data-idle", !isAsked(form, box)))
}

document.addEventListener("change", ({ target }) => target.form && look(target.form))
// What a browser fills in again on the way back is no change.
addEventListener("pageshow", () => [...document.forms].forEach(look))
