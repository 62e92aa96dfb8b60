"""Where people may be sent back to: addresses that were registered, compared to the letter."""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

MOST, LONGEST = 10, 500
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
# What stands in an address as it is (RFC 3986), without fragment; anything else would be read in two ways somewhere.
_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?@!$&'()*+,;=%\[\]]+")


def problem(address: str) -> str:
    """Why this cannot be registered, in words; empty when it can (RFC 6749 section 3.1.2, RFC 8252 section 7.3)."""
    shown = f"“{address[:60]}”"
    if len(address) > LONGEST or not _PLAIN.fullmatch(address):
        return f"{shown} is no plain address of at most {LONGEST} characters, without #."
    parts = _split(address)
    if parts is None or "@" in parts.netloc or "\\" in address:
        return f"{shown} is no complete address of a page, like https://partner.example/back."
    host = parts.hostname or ""
    if parts.scheme == "http" and host in _LOOPBACK:
        return ""
    if parts.scheme != "https":
        return f"{shown} has to begin with https://. Only an app on people’s own computers uses http://127.0.0.1/…"
    if not _HOST.fullmatch(host) or "*" in host:
        return f"{shown} needs the whole name of a host, without wildcards."
    return ""


def fits(address: str, registered: Collection[str]) -> bool:
    """Whether this is one of them. On loopback an app takes whichever port is free (RFC 8252 section 7.3)."""
    if address in registered:
        return True
    found = _without_port(address)
    return found is not None and found in {_without_port(one) for one in registered}


def origin(address: str) -> str:
    """Where a form may lead, for the content policy, which has no words for an address of IPv6."""
    parts = urlsplit(address)
    return "http:" if parts.hostname == "::1" else f"{parts.scheme}://{parts.netloc}"


def host(address: str) -> str:
    """The name of the place, for people."""
    return urlsplit(address).netloc


def _without_port(address: str) -> str | None:
    parts = _split(address) if _PLAIN.fullmatch(address) else None
    if parts is None or parts.scheme != "http" or parts.hostname not in _LOOPBACK or "@" in parts.netloc:
        return None
    return parts._replace(netloc=parts.hostname or "").geturl()


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.port != 0 and parts.path else None
    except ValueError:
        return None
