"""How often somebody may do something: counted in the shared cache, per company."""

import time
from hashlib import sha256
from ipaddress import ip_network
from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest

from portico.errors import TooMany

log = structlog.get_logger("portico.throttle")


def place_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting: whoever has one address of IPv6 has 2^64 of them."""
    address: str = request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address


def allow(name: str, who: str, limit: int, seconds: int) -> None:
    """Count one more `name` by `who`; TooMany when that makes more than `limit` in the last `seconds`.

    The window slides: the share of the previous window that still lies within `seconds` is counted too. Refused
    attempts are not counted, so waiting always helps. When the cache is away everybody is let through, with a line in
    the log: people who cannot sign in are worse than a guess that is not counted.
    """
    moment = time.time()
    window, elapsed = divmod(moment, seconds)
    key, before = (_key(name, who, int(window) - back) for back in (0, 1))
    try:
        count = _one_more(key, 2 * seconds)
        # What was before counts for less and less, and was never more than the limit: mostly nobody has to look.
        earlier = 0 if count <= limit * elapsed / seconds else cache.get(before) or 0
        if count + earlier * (1 - elapsed / seconds) <= limit:
            return
        cache.decr(key)
    except Exception as trouble:  # the client's own errors and the library's differ by version
        log.warning("throttle.open", limit=name, error=type(trouble).__name__)
        return
    raise TooMany(_wait(count - 1, earlier, limit, seconds, elapsed))


def _one_more(key: str, lasts: int) -> int:
    # Django's own `incr` asks the server first whether the key is there: this is counted with every request.
    server: Any = cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    kept = cache.make_and_validate_key(key)
    count = int(server.incr(kept))
    if count == 1:
        server.expire(kept, lasts)
    return count


def _key(name: str, who: str, window: int) -> str:
    """Addresses are personal: only their digest is kept."""
    return f"throttle:{name}:{sha256(who.encode()).hexdigest()[:32]}:{window}"


def _wait(count: int, earlier: int, limit: int, seconds: int, elapsed: float) -> int:
    """Seconds until one more would pass."""
    room = limit - 1
    if count <= room and earlier:  # the previous window has to fade further
        return int(seconds * (1 - (room - count) / earlier) - elapsed) + 1
    # This window has to become the previous one, and fade.
    return int(seconds - elapsed + seconds * (1 - room / max(count, 1))) + 1
