"""The proxy's question before it orders a certificate: does a desk answer at this host? (`on_demand_tls`, Caddy)

Only the proxy may ask, for it asks about names that strangers make up: known hosts are answered from what is kept,
unknown ones cost one look-up in half a minute each, and only so many a second.
"""

import re
import time
from ipaddress import ip_address, ip_network
from threading import Lock

from django.http import HttpRequest, HttpResponse

from portico import asks

KEPT_SECONDS = 30.0
LOOKS_A_SECOND, LOOKS_AT_ONCE = 20.0, 100.0
_MOST_KEPT = 10_000
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.\-]{0,251}[a-z0-9])?")
# One machine, and networks behind a proxy. (Python knows more as private, also such as are routed.)
_INSIDE = [
    ip_network(one) for one in ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
]
_PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


def asked(request: HttpRequest) -> HttpResponse:
    """200 when a desk answers at `?domain=`, 404 when none does or somebody else asks, 429 when that is too much."""
    name = request.GET.get("domain", "").lower().rstrip(".")
    if not _is_from_proxy(request) or not _NAME.fullmatch(name):
        return HttpResponse(status=404)
    known = _answers.of(name)
    return HttpResponse(status=429 if known is None else 200 if known else 404)


def _is_from_proxy(request: HttpRequest) -> bool:
    """A request that the proxy passes on says so in its headers; what it asks itself comes from inside, without."""
    if any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        place = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    place = getattr(place, "ipv4_mapped", None) or place
    return any(place in network for network in _INSIDE)


class Answers:
    """What was answered, for half a minute; and how many more look-ups this second allows."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, tuple[float, bool]] = {}
        self._left, self._since = LOOKS_AT_ONCE, time.monotonic()

    def of(self, name: str) -> bool | None:
        """Whether a desk answers there; None when too many names were asked for that nobody had asked for lately."""
        now = time.monotonic()
        known = self._kept.get(name)
        if known and known[0] > now:
            return known[1]
        if not self._may_look(now):
            return None
        found = asks.may_have_certificate(name)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[name] = (now + KEPT_SECONDS, found)
        return found

    def _may_look(self, now: float) -> bool:
        with self._lock:
            self._left = min(LOOKS_AT_ONCE, self._left + (now - self._since) * LOOKS_A_SECOND)
            self._since = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


_answers = Answers()
