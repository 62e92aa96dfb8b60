// A little work for a form, so that thousands of forms cost something. <form data-work="bits"> with [name=work] (what
// is worked on) and [name=found] (what was found): so many first bits of the SHA-256 of "work:found" are zero.
const AT_ONCE = 256

async function found(work, bits) {
  const encoder = new TextEncoder()
  for (let from = 0; ; from += AT_ONCE) {
    const tries = Array.from({ length: AT_ONCE }, (_, place) => String(from + place))
    const digests = await Promise.all(tries.map((one) => crypto.subtle.digest("SHA-256", encoder.encode(`${work}:${one}`))))
    const hit = digests.findIndex((digest) => new DataView(digest).getUint32(0) >>> (32 - bits) === 0)
    if (hit >= 0) return tries[hit]
  }
}

for (const form of document.querySelectorAll("form[data-work]")) {
  if (!globalThis.crypto?.subtle) continue // plain http: the server asks for less often instead
  const field = form.elements.namedItem("found")
  const work = found(form.elements.namedItem("work").value, Number(form.dataset.work)).then((nonce) => { field.value = nonce })
  form.addEventListener("submit", async (event) => {
    if (field.value) return
    event.preventDefault()
    await work
    form.requestSubmit(event.submitter)
  })
}
