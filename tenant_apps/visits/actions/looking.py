"""A staff member reads a ticket in the console, or what else the company alone knows."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache

from portico import clock
from portico.actor import Actor
from tenant_apps.tickets.models import Ticket
from tenant_apps.visits.models import NO_TICKET, Visit

LOOK_AGAIN = timedelta(minutes=10)  # looks within it are one


def look(ticket: Ticket, *, by: Actor) -> None:
    """Note that a staff member reads this ticket or something of it, once in ten minutes and in one statement."""
    _note(f"{ticket.pk}", by, ticket_id=ticket.pk, number=ticket.number)


def look_at(what: str, *, by: Actor) -> None:
    """The same for what belongs to no ticket: one of `words.PLACES`."""
    _note(what, by, ticket_id=NO_TICKET, mode=what)


def _note(what: str, by: Actor, **said: Any) -> None:
    moment = clock.now()
    place = int(moment.timestamp() // LOOK_AGAIN.total_seconds())
    if not _is_new(f"looked:{what}:{by.id}:{place}"):
        return
    said |= {"staff_id": by.id, "staff_name": by.label}
    row = Visit(id=_id_of_look(place, what, by), state=Visit.State.LOOKED, at=moment, **said)
    Visit.objects.bulk_create([row], ignore_conflicts=True)


def _is_new(key: str) -> bool:
    try:
        return bool(cache.add(key, 1, int(LOOK_AGAIN.total_seconds())))
    except Exception:  # a cache that is away hides no look: the row's key keeps it from standing there twice
        return True


def _id_of_look(place: int, what: str, by: Actor) -> UUID:
    """The same for all looks that are one. Shaped like the other keys (UUIDv7), so that they stand in order."""
    start = int(place * LOOK_AGAIN.total_seconds() * 1_000)
    digest = hashlib.sha256(f"{what} {by.id} {place}".encode()).digest()
    number = start << 80 | int.from_bytes(digest[:10])
    return UUID(int=number & ~(0xF000 << 64) & ~(0xC000 << 48) | 0x7000 << 64 | 0x8000 << 48)
