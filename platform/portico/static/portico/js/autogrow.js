// Let a textarea grow with its text where the browser cannot do it itself. <textarea data-autogrow>
if (!CSS.supports("field-sizing", "content")) {
  const fit = (area) => {
    area.style.height = "auto"
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`
  }
  const fitAll = (part) => part.querySelectorAll("[data-autogrow]").forEach(fit)

  document.addEventListener("input", ({ target }) => target.matches("[data-autogrow]") && fit(target))
  document.addEventListener("htmx:afterSettle", ({ target }) => fitAll(target))
  fitAll(document)
}
