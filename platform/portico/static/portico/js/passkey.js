// Passkeys. <form data-passkey="get|create" hidden> asks its own address (or data-passkey-ask) what to put to the
// browser, and sends the answer in its field (credential, or data-passkey-field). Without a script it stays away.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))

const WAYS = {
  create: async ({ publicKey }) =>
    navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: known(publicKey.excludeCredentials),
      },
    }),
  get: async ({ publicKey }) =>
    navigator.credentials.get({
      publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials) },
    }),
}

const said = (found) => {
  const response = {}
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[name]) response[name] = text(found.response[name])
  }
  const results = found.getClientExtensionResults()
  return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response, clientExtensionResults: results })
}

const asked = async (form) => {
  const body = new FormData(form)
  body.delete(form.dataset.passkeyField ?? "credential")
  body.set("ask", "passkey")
  const answer = await fetch(form.dataset.passkeyAsk ?? form.action, { method: "POST", body, redirect: "error" })
  if (!answer.ok || !answer.headers.get("Content-Type").includes("json")) throw new Error("not asked")
  return answer.json()
}

document.addEventListener("submit", async (event) => {
  const form = event.target
  if (!form.matches("[data-passkey]")) return
  event.preventDefault()
  const problem = form.querySelector("[data-passkey-problem]")
  problem.hidden = true
  try {
    const found = await WAYS[form.dataset.passkey](await asked(form))
    form.elements[form.dataset.passkeyField ?? "credential"].value = said(found)
    form.submit()
  } catch (trouble) {
    problem.textContent =
      trouble.name === "InvalidStateError"
        ? "This device has a passkey of yours already."
        : "That did not work, or was broken off. Please try again, or choose another way."
    problem.hidden = false
  }
})

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = false
}
