"""How often somebody may do something: counted in the shared cache, per company.

What is left is told in the fields of draft-ietf-httpapi-ratelimit-headers-06 (`RateLimit-Limit`, `-Remaining` and
`-Reset`); later drafts put them into one field, which few clients read yet.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_network
from math import ceil
from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest

from portico.cache import platform_key
from portico.errors import TooMany

log = structlog.get_logger("portico.throttle")


def place_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting: whoever has one address of IPv6 has 2^64 of them."""
    address: str = request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many `name` by `who`."""

    name: str
    who: str
    most: int
    # Counted over all companies together: for what reaches people who are of none of them.
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """Where somebody stands with the limit that leaves them least; `wait` seconds when it refused, else 0."""

    most: int
    remaining: int
    reset: int
    wait: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """The same for programs."""
        return {
            "RateLimit-Limit": str(self.most),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


def allow(name: str, who: str, limit: int, seconds: int) -> None:
    """Count one more `name` by `who`; TooMany when that makes more than `limit` in the last `seconds`."""
    left = count([Limit(name, who, limit)], seconds)
    if left and left.wait:
        raise TooMany(left.wait)


def count(limits: Sequence[Limit], seconds: int) -> Left | None:
    """Count one more of each of these, in one round trip; the tightest of them, or None when nobody can say.

    The window slides: the share of the previous window that still lies within `seconds` is counted too. What is refused
    counts for none of them, so waiting always helps. When the cache is away everybody is let through, with a line in
    the log: people who cannot sign in are worse than a guess that is not counted.
    """
    moment = time.time()
    window, elapsed = divmod(moment, seconds)
    keys = [_key(one, int(window)) for one in limits]
    try:
        counted = _one_more(keys, [_key(one, int(window) - 1) for one in limits], 2 * seconds)
        found = [_left(one, *numbers, seconds, elapsed) for one, numbers in zip(limits, counted, strict=True)]
        if any(one.wait for one in found):
            _one_less(keys)
    except Exception as trouble:  # the client's own errors and the library's differ by version
        log.warning("throttle.open", limit=limits[0].name, error=type(trouble).__name__)
        return None
    return max(found, key=lambda one: (one.wait, -one.remaining))


def _left(limit: Limit, counted: int, earlier: int, seconds: int, elapsed: float) -> Left:
    used = counted + earlier * (1 - elapsed / seconds)
    if used <= limit.most:
        return Left(limit.most, int(limit.most - used), ceil(seconds - elapsed))
    wait = max(1, _wait(counted - 1, earlier, limit.most, seconds, elapsed))
    return Left(limit.most, 0, wait, wait)


def _one_more(keys: list[str], before: list[str], lasts: int) -> list[tuple[int, int]]:
    """How often each is counted now, and was in the window before."""
    sent = _together()
    for key, earlier in zip(keys, before, strict=True):
        kept = cache.make_and_validate_key(key)
        sent.incr(kept).expire(kept, lasts).get(cache.make_and_validate_key(earlier))
    said = sent.execute()
    return [(int(said[at]), int(said[at + 2] or 0)) for at in range(0, len(said), 3)]


def _one_less(keys: list[str]) -> None:
    sent = _together()
    for key in keys:
        sent.decr(cache.make_and_validate_key(key))
    sent.execute()


def _together() -> Any:
    """Words to the server that leave as one message; Django's own cache sends each alone."""
    server: Any = cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    return server.pipeline(transaction=False)


def _key(limit: Limit, window: int) -> str:
    """Addresses are personal: only their digest is kept."""
    key = f"throttle:{limit.name}:{sha256(limit.who.encode()).hexdigest()[:32]}:{window}"
    return platform_key(key) if limit.is_shared else key


def _wait(count: int, earlier: int, limit: int, seconds: int, elapsed: float) -> int:
    """Seconds until one more would pass."""
    room = limit - 1
    if count <= room and earlier:  # the previous window has to fade further
        return int(seconds * (1 - (room - count) / earlier) - elapsed) + 1
    # This window has to become the previous one, and fade.
    return int(seconds - elapsed + seconds * (1 - room / max(count, 1))) + 1
