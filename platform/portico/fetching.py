"""Asking servers that somebody else named: never one of our own network, and never more than was meant.

Only https, only addresses of the open internet (the one that was checked is the one that is spoken to), no redirects,
a bounded answer, a bounded time. `FETCH_LOOPBACK` lets tests ask servers on this machine.
"""

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import structlog
from django.conf import settings

from portico.errors import Refused

SECONDS, MOST_BYTES = 8.0, 512 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

log = structlog.get_logger("portico.fetching")


class Unreachable(Refused):
    """The other server was not asked, or gave no answer that can be used; `message` says which, for whoever set it."""

    def __init__(self, words: str) -> None:
        super().__init__("unreachable", words)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other server said."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The answer as an object; Unreachable when it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Unreachable("The answer is not what was asked for.")
        return found


def check(address: str) -> SplitResult:
    """The parts of an address that may be asked; Unreachable when it may not, before anything is looked up."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Unreachable("This is not an address.") from None
    if not parts.hostname or not address.isascii() or not address.isprintable() or " " in address:
        raise Unreachable("This is not an address.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Unreachable("An address with a name, a password or a # in it is not asked.")
    if parts.scheme != "https" and not (settings.FETCH_LOOPBACK and _is_here(parts.hostname)):
        raise Unreachable("Only addresses that begin with https:// are asked.")
    if port is not None and port != 443 and port < 1024:
        raise Unreachable("This port is not asked.")
    return parts


def fetch(
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
) -> Answer:
    """The answer of a server; a `form` is posted. Unreachable with the reason when there is none."""
    parts = check(address)
    target = _pinned(parts)
    started = time.monotonic()
    try:
        return _ask(parts, target, form, dict(headers or {}), started + seconds, most_bytes)
    except Unreachable as no:
        log.info("fetch.refused", host=parts.hostname, why=no.message)
        raise


def _ask(
    parts: SplitResult, target: str, form: Mapping[str, str] | None, headers: dict[str, str], until: float, most: int
) -> Answer:
    import httpx

    headers |= {"Host": parts.netloc, "Accept": "application/json, application/xml;q=0.9, */*;q=0.1"}
    extensions = {"sni_hostname": parts.hostname}
    try:
        with (
            httpx.Client(timeout=SECONDS / 2, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "GET" if form is None else "POST", target, data=form, headers=headers, extensions=extensions
            ) as said,
        ):
            if said.is_redirect:
                raise Unreachable("The server sends elsewhere, and nobody follows.")
            return Answer(said.status_code, _read(said.iter_bytes(), until, most))
    except httpx.HTTPError as trouble:
        raise Unreachable(f"The server does not answer ({type(trouble).__name__}).") from None


def _read(pieces: Any, until: float, most: int) -> bytes:
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > most:
            raise Unreachable("The answer is too large.")
        if time.monotonic() > until:
            raise Unreachable("The server takes too long.")
    return bytes(found)


def number_of(host: str, port: int, may_be: Callable[[str], bool]) -> str:
    """The number of a server, to be connected to instead of its name, so that a second look-up changes nothing.

    Unreachable when there is none, or when it `may_be` none of those that there are.
    """
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise Unreachable("There is no server of this name.") from None
    if not found or not all(map(may_be, found)):
        raise Unreachable("This server is not on the open internet.")
    return min(found, key=lambda one: ":" in one)


def _pinned(parts: SplitResult) -> str:
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    number = number_of(host, port, may_be_asked)
    where = f"[{number}]" if ":" in number else number
    return parts._replace(netloc=f"{where}:{port}").geturl()


def may_be_asked(number: str) -> bool:
    """Whether this is a server's on the open internet, or one of this machine where tests ask those."""
    is_ours = ipaddress.ip_address(number.partition("%")[0]).is_loopback
    return bool(settings.FETCH_LOOPBACK and is_ours) or is_open(number)


def is_open(number: str) -> bool:
    """Whether this is a server's on the open internet."""
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None or address in _NAT64:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}
