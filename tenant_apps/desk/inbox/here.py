"""Who else looks at a request, or writes: in the company's cache, for half a minute. Lost, it comes back by itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.cache import cache

from portico.actor import Actor
from tenant_apps.tickets.models import Ticket

STAYS = 30

log = structlog.get_logger("portico.desk")


@dataclass(frozen=True, slots=True)
class Other:
    """A colleague at the same request."""

    name: str
    is_typing: bool


def look(ticket: Ticket, actor: Actor, *, is_typing: bool) -> bool:
    """Say that this person is here; whether that is news to the others."""
    now, known = time.time(), _known(ticket)
    before = known.get(str(actor.id))
    known[str(actor.id)] = [actor.label, is_typing, now]
    _try(lambda: cache.set(_key(ticket), known, STAYS))
    return before is None or bool(before[1]) != is_typing


def leave(ticket: Ticket, actor: Actor) -> None:
    """This person looks no longer."""
    known = _known(ticket)
    if known.pop(str(actor.id), None):
        _try(lambda: cache.set(_key(ticket), known, STAYS))


def others(ticket: Ticket, actor: Actor) -> list[Other]:
    """Everybody else who is here now."""
    return [Other(name, typing) for key, (name, typing, _) in sorted(_known(ticket).items()) if key != str(actor.id)]


def _known(ticket: Ticket) -> dict[str, Any]:
    since = time.time() - STAYS
    return {key: one for key, one in (_try(lambda: cache.get(_key(ticket))) or {}).items() if one[2] > since}


def _key(ticket: Ticket) -> str:
    return f"desk-here:{ticket.pk}"


def _try(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as trouble:  # the client's own errors and the library's differ by version
        log.warning("here.cache_away", error=type(trouble).__name__)
        return None
