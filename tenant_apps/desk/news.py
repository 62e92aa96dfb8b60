"""What Portico did that somebody has not seen yet. Kept in the cache: when it is lost, a few marks come back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import structlog
from django.core.cache import cache

from portico.actor import Actor
from tenant_apps.tickets.models import Ticket

_DAYS = 90
_MOST = 300

log = structlog.get_logger("portico.desk")


def unseen(tickets: Iterable[Ticket], actor: Actor) -> set[UUID]:
    """The tickets on which Portico had the last word since this person looked."""
    seen = _seen(actor)
    moved = (ticket for ticket in tickets if ticket.version > 1 and not ticket.unread)
    return {ticket.pk for ticket in moved if seen.get(ticket.pk.hex, 0) < ticket.version}


def look(ticket: Ticket, actor: Actor) -> None:
    """Remember that this person saw the ticket as it is now."""
    seen = _seen(actor)
    if seen.get(ticket.pk.hex) == ticket.version or actor.behind:  # a visit leaves no marks of having looked
        return
    seen.pop(ticket.pk.hex, None)
    seen[ticket.pk.hex] = ticket.version
    kept = dict(list(seen.items())[-_MOST:])
    _try("set", _key(actor), kept, _DAYS * 24 * 3600)


def _seen(actor: Actor) -> dict[str, int]:
    return dict(_try("get", _key(actor)) or {})


def _key(actor: Actor) -> str:
    return f"desk-seen:{actor.id}"


def _try(verb: str, *args: Any) -> Any:
    try:
        return getattr(cache, verb)(*args)
    except Exception as trouble:  # the client's own errors and the library's differ by version
        log.warning("news.cache_away", error=type(trouble).__name__)
        return None
