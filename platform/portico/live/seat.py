"""From a socket's first request to who sits there: host, origin and session cookie, asked in the right scope."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from channels.db import DatabaseSyncToAsync
from django.conf import settings
from django.db import transaction

from portico import asks
from portico.actor import Actor
from portico.database import CompanyRef, company_scope, platform_scope
from portico.live import groups

UNKNOWN = 4404  # no such door, or a page of another origin: foreign and missing are the same
NOBODY_HERE = 4401

_THREADS = ThreadPoolExecutor(4, thread_name_prefix="live")


class NoSeat(Exception):
    """This socket has no business here; `code` is what it is closed with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at a socket, and what they hear."""

    actor: Actor
    company: CompanyRef | None

    @property
    def groups(self) -> frozenset[str]:
        return groups.of(self.actor, self.company)

    @property
    def who(self) -> str:
        """One person, whichever socket."""
        return f"{self.company.key if self.company else 'console'}:{self.actor.id}"


async def find(scope: dict[str, Any]) -> Seat:
    """Who sits at this socket now; NoSeat when nobody may."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = _door_host(headers.get("host", ""))
    if headers.get("origin") != f"{'https' if settings.HTTPS else 'http'}://{host}":
        raise NoSeat(UNKNOWN)
    cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    seat: Seat = await in_thread(_find)(host, cookie.value if cookie else "")
    return seat


def _door_host(host: str) -> str:
    """The host as the pages have it: in the demo sockets listen on another port of the same name."""
    if settings.LIVE_URL.startswith("/"):
        return host.lower()
    name, (_, colon, port) = host.lower().partition(":")[0], settings.BASE_HOST.partition(":")
    return f"{name}{colon}{port}"


def in_thread(function: Any) -> Any:
    """The function as a coroutine, with database connections closed as after a request."""
    # Not one shared thread, as is the default: a slow answer for one socket must not hold up all others.
    return DatabaseSyncToAsync(function, thread_sensitive=False, executor=_THREADS)


def _find(host: str, session_key: str) -> Seat:
    door = asks.door_of(host)
    if door is None or door.kind == "public" or door.state != "active":
        raise NoSeat(UNKNOWN)
    if not session_key:
        raise NoSeat(NOBODY_HERE)
    with company_scope(door.company) if door.company else platform_scope(), transaction.atomic():
        actor = asks.actor_of_session(session_key, door)
    if actor is None:
        raise NoSeat(NOBODY_HERE)
    return Seat(actor, door.company)
