// A few marks of Markdown for <textarea data-marks>: <button data-mark="bold">, keys, lists that go on, and pasting that
// keeps bold, italic, links, lists, quotes and code. It stays a textarea: what stands in it is what is sent and kept.
const AROUND = { bold: "**", italic: "*", code: "`" }
const BEFORE = { bullets: () => "- ", numbers: (place) => `${place + 1}. `, cite: () => "> " }
const BEGUN = /^(\s*)(?:([-*+])|(\d{1,9})([.)])|(>))[ \t]+/
const KEYS = { KeyB: "bold", KeyI: "italic", KeyE: "code" }
const SHIFT_KEYS = { KeyU: "link", Digit7: "numbers", Digit8: "bullets", Digit9: "cite" }

// As if it was typed: the browser's own undo knows it, and whoever listens for input hears it. Chromium takes minutes to
// type thousands of lines.
const MANY_LINES = 100
const put = (area, text, from, to) => {
  area.focus()
  area.setSelectionRange(from, to)
  const isShort = text.split("\n", MANY_LINES + 1).length <= MANY_LINES
  if (isShort && document.execCommand(text ? "insertText" : "delete", false, text)) return
  area.setRangeText(text, from, to, "end")
  area.dispatchEvent(new Event("input", { bubbles: true }))
}
const chosen = (area) => [area.selectionStart, area.selectionEnd]

const surround = (area, sign) => {
  const [from, to] = chosen(area)
  const words = area.value.slice(from, to)
  const isIn = area.value.slice(from - sign.length, from) === sign && area.value.slice(to, to + sign.length) === sign
  if (isIn && !(sign === "*" && area.value[from - 2] === "*")) {
    put(area, words, from - sign.length, to + sign.length)
    area.setSelectionRange(from - sign.length, to - sign.length)
  } else if (sign === "`" && words.includes("\n")) {
    put(area, `\`\`\`\n${words}\n\`\`\``, from, to)
  } else {
    // A mark that stands beside a blank marks nothing.
    const [, left, inner, right] = /^(\s*)([^]*?)(\s*)$/.exec(words)
    put(area, `${left}${sign}${inner}${sign}${right}`, from, to)
    const start = from + left.length + sign.length
    area.setSelectionRange(start, start + inner.length)
  }
}
const link = (area) => {
  const [from, to] = chosen(area)
  const words = area.value.slice(from, to)
  const isAddress = /^https?:\/\/\S+$/.test(words)
  put(area, isAddress ? `[](${words})` : `[${words}](https://)`, from, to)
  const place = from + (isAddress || !words ? 1 : words.length + 3)
  area.setSelectionRange(place, isAddress || !words ? place : place + 8)
}
const startLines = (area, sign) => {
  const [from, to] = chosen(area)
  const start = area.value.lastIndexOf("\n", from - 1) + 1
  const lines = area.value.slice(start, to).split("\n")
  const is = (line, place) => line.startsWith(sign(place))
  const all = lines.every(is)
  const text = lines.map((line, place) => (all ? line.slice(sign(place).length) : `${sign(place)}${line}`)).join("\n")
  put(area, text, start, to)
  if (from !== to) area.setSelectionRange(start, start + text.length)
}
const mark = (area, name) => {
  if (AROUND[name]) surround(area, AROUND[name])
  else if (BEFORE[name]) startLines(area, BEFORE[name])
  else link(area)
}

// A list goes on with the next line, and ends with an empty one.
const goOn = (area) => {
  const [from, to] = chosen(area)
  const start = area.value.lastIndexOf("\n", from - 1) + 1
  const begun = from === to && BEGUN.exec(area.value.slice(start, from))
  if (!begun) return false
  if (begun[0].length === from - start) put(area, "", start, from)
  else put(area, `\n${begun[1]}${begun[2] ?? begun[5] ?? `${Number(begun[3]) + 1}${begun[4]}`} `, from, to)
  return true
}

const children = (node) => [...node.childNodes].map(marked).join("")
const around = (node, sign) => {
  const words = children(node)
  return words.trim() && !words.includes("\n") ? words.replace(/^(\s*)([^]*?)(\s*)$/, `$1${sign}$2${sign}$3`) : words
}
const tidy = (text) => text.replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim()
const behind = (text, sign) => tidy(text).split("\n").map((line) => `${sign}${line}`.trimEnd()).join("\n")
const item = (node, place) => {
  const sign = node.parentElement.matches("ol") ? `${place + 1}. ` : "- "
  return `${sign}${children(node).trim().replaceAll("\n", `\n${" ".repeat(sign.length)}`)}\n`
}
const isBold = (node) => node.matches("b, strong") && !/font-weight:\s*(normal|400)/.test(node.dataset.style)
const isBlock = (node) => node?.matches?.("p, div, ul, ol, li, blockquote, pre, table, tr, h1, h2, h3, h4, h5, h6, section, article, br")
const words = ({ data, previousSibling, nextSibling }) =>
  data.trim() || !(isBlock(previousSibling) || isBlock(nextSibling)) ? data.replace(/[\s\u00a0]+/g, " ") : ""
const marked = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return words(node)
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches("style, script, head, title, template")) return ""
  if (node.matches("br")) return "\n"
  if (node.matches("pre")) return `\n\n\`\`\`\n${node.textContent.trimEnd()}\n\`\`\`\n\n`
  if (node.matches("code")) return around(node, "`")
  if (isBold(node)) return around(node, "**")
  if (node.matches("i, em")) return around(node, "*")
  if (node.matches("a[href]") && /^(https?|mailto):/i.test(node.getAttribute("href")) && node.textContent.trim()) {
    const address = node.getAttribute("href").replaceAll(" ", "%20").replaceAll(")", "%29")
    return node.textContent.trim() === address ? address : `[${children(node).trim()}](${address})`
  }
  if (node.matches("ul, ol")) return `\n${[...node.children].filter((one) => one.matches("li")).map(item).join("")}\n`
  if (node.matches("blockquote") && !node.parentElement.closest(DEEP)) return `\n\n${behind(children(node), "> ")}\n\n`
  if (node.matches("h1, h2, h3, h4, h5, h6")) return `\n\n${around(node, "**")}\n\n`
  if (node.matches("p")) return `\n\n${children(node)}\n\n`
  return node.matches("div, tr, section, article") ? `\n${children(node)}\n` : children(node)
}
const DEEP = "blockquote blockquote blockquote blockquote blockquote"
const LOOKS = "b, strong, i, em, a[href], ul, ol, blockquote, code, pre, h1, h2, h3, h4"

document.addEventListener("paste", (event) => {
  const { target, clipboardData } = event
  if (event.defaultPrevented || !target.matches?.("textarea[data-marks]") || clipboardData?.files.length) return
  // Parsed aside: nothing in it is run, and nothing is fetched. The page's policy would complain about styles and handlers.
  const html = (clipboardData?.getData("text/html") ?? "").replace(/<style[^]*?<\/style>/gi, "").replace(/\s(style|on\w+)=/gi, " data-$1=")
  const { body } = new DOMParser().parseFromString(html, "text/html")
  if (!body.querySelector(LOOKS)) return
  const text = tidy(marked(body))
  if (!text) return
  event.preventDefault()
  put(target, text, ...chosen(target))
})
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-mark]")
  const area = button?.form?.querySelector("textarea[data-marks]")
  if (area) mark(area, button.dataset.mark)
})
document.addEventListener("keydown", (event) => {
  const { target, code, shiftKey } = event
  if (event.isComposing || event.defaultPrevented || event.altKey || !target.matches?.("textarea[data-marks]")) return
  if (event.ctrlKey || event.metaKey) {
    const name = (shiftKey ? SHIFT_KEYS : KEYS)[code]
    if (!name) return
    mark(target, name)
  } else if (event.key !== "Enter" || shiftKey || !goOn(target)) return
  event.preventDefault()
})
