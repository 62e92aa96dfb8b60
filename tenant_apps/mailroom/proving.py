"""Whether a mail is from whom it says: by the word of the relay that we trust, or by its signature (DKIM, RFC 6376).

DMARC (RFC 7489) asks that what is proven is the domain of the From line. A signing domain above it counts, one below
it does not: without a list of public suffixes, `x.github.io` would speak for `github.io`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from portico import dns
from tenant_apps.mailroom.deciding import DMARC, FAILED

log = structlog.get_logger("portico.mail")

_COMMENT = re.compile(r"\([^()]*\)")
_LARGEST, _MOST_SIGNATURES = 15 * 1024 * 1024, 3
Keys = Callable[[str], bytes | None]


def by_relay(said: Mapping[str, Any], trusted: str) -> str:
    """What the relay of this name wrote on top (Authentication-Results, RFC 8601); empty when it says nothing.

    Only the topmost field counts: it is the last that was written. A relay has to remove those with its own name that
    come from outside.
    """
    results = said.get("results") or []
    if not trusted or not results:
        return ""
    name, _, rest = results[0].partition(";")
    if name.split()[:1] != [trusted.lower()] and name.strip().lower() != trusted.lower():
        return ""
    return _verdict(_COMMENT.sub(" ", rest), results[0], domain_of(said))


def _verdict(results: str, whole: str, domain: str) -> str:
    for one in results.split(";"):
        parts = dict(pair.partition("=")[::2] for pair in one.lower().split() if "=" in pair)
        if parts.get("dmarc") == "pass" and _covers(parts.get("header.from", domain), domain):
            return DMARC
        if parts.get("dmarc") == "fail" and re.search(
            r"\bp=(?:reject|quarantine)|policy\.\w+=(?:reject|quarantine)", whole, re.I
        ):
            return FAILED
        signer = parts.get("header.d") or parts.get("header.i", "").rpartition("@")[2]
        if parts.get("dkim") == "pass" and signer and _covers(signer, domain):
            return DMARC
        if parts.get("spf") == "pass" and _covers(parts.get("smtp.mailfrom", "").rpartition("@")[2], domain):
            return DMARC
    return ""


def by_signature(said: Mapping[str, Any], raw: bytes, keys: Keys | None = None) -> str:
    """DMARC when the mail carries a signature of its sender's domain that holds; keys come from the DNS."""
    domain = domain_of(said)
    if not said.get("has_dkim") or not domain or len(raw) > _LARGEST:
        return ""
    import dkim  # its parts are loaded by whoever reads mail alone

    checker = dkim.DKIM(raw, minkey=1024)
    ask = keys or _key
    for place in range(_MOST_SIGNATURES):
        try:
            holds = checker.verify(place, dnsfunc=lambda name, timeout=5: ask(_text(name)))
        except Exception as trouble:  # whatever is wrong with a signature: it proves nothing
            log.info("mail.signature", trouble=type(trouble).__name__)
            continue
        signer = bytes(checker.domain or b"").decode("ascii", "replace").lower()
        if holds and _covers(signer, domain) and _covers_all(checker):
            return DMARC
    return ""


def _covers_all(checker: Any) -> bool:
    """Whether the From line and the whole body are signed: `l=` lets anybody add something below."""
    fields = checker.signature_fields
    signed = bytes(fields.get(b"h", b"")).lower().replace(b" ", b"").split(b":")
    return b"from" in signed and b"l" not in fields


def domain_of(said: Mapping[str, Any]) -> str:
    """The domain of the From line, when there is exactly one."""
    people = said.get("from") or []
    return people[0][1].rpartition("@")[2] if len(people) == 1 and said.get("from_fields") == 1 else ""


def _covers(proven: str, domain: str) -> bool:
    proven = proven.strip().strip(".").lower()
    return bool(proven and domain) and "." in proven and (domain == proven or domain.endswith(f".{proven}"))


def _key(name: str) -> bytes | None:
    try:
        return next((one.encode() for one in dns.texts(name) if "p=" in one), None)
    except dns.Silent:
        return None


def _text(name: bytes | str) -> str:
    return (name.decode("ascii", "replace") if isinstance(name, bytes) else name).rstrip(".")
