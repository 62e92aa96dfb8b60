// Tell the server which clock hangs here, so that it can say times as this person would: their own word comes first.
const zone = document.documentElement.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone
const YEAR = 365 * 24 * 3600

if (zone && !document.cookie.includes(`zone=${zone}`)) {
  const secure = location.protocol === "https:" ? "; Secure" : ""
  document.cookie = `zone=${zone}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`
}
