"""Requests of somebody who does not answer any more go to others, and back when that is undone.

A few go at once; many are handed on by the worker, a hundred at a time. What is left can be asked for all the while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from portico.actor import SYSTEM, Actor
from portico.database import current_company
from portico.errors import Refusal
from portico.events import record
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.tickets import access as desk
from tenant_apps.tickets import actions as tickets
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.workflow import DONE
from tenants.due import plan
from tenants.models import Due

JOB, VERB = "hand_on", "person.requests.pass"
AT_ONCE = 100
_PATIENCE = timedelta(seconds=30)
_GONE, _BACK = "{name} does not answer any more", "Taken back"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of somebody's requests are through, of how many."""

    done: int
    total: int


def open_of(person_id: UUID | None) -> QuerySet[Ticket]:
    """The open requests of the company that somebody has; of None, those that nobody has."""
    mine = Ticket.objects.filter(desk=desk.COMPANY_DESK, assignee_id=person_id, deleted_at=None, merged_into=None)
    return mine.exclude(category__in=DONE)


def hand_on(person: User, heir: User | None, *, by: Actor) -> list[str]:
    """Give the open requests of somebody to another, or to nobody; their keys, whether they are through or not yet."""
    found = [str(key) for key in open_of(person.pk).order_by("pk").values_list("pk", flat=True)]
    _pass(person, heir.pk if heir else None, found, by, is_back=False)
    return found


def hand_back(person: User, heir_id: UUID | None, keys: Sequence[str], *, by: Actor) -> None:
    """Give those of these that the heir still has open back to whoever had them before."""
    left = open_of(heir_id).filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)
    _pass(person, heir_id, [str(key) for key in left], by, is_back=True)


def go_on(event_id: UUID, place: int) -> int | None:
    """Hand on the next hundred; where to go on, or None when that was all, or when it was thought better of: somebody
    who is back keeps what they still have, and whoever has gone gets nothing back."""
    event = Event.objects.filter(pk=event_id, verb=VERB).first()
    person = User.objects.select_for_update(no_key=True).filter(pk__in=[event.subject_id]).first() if event else None
    if event is None or person is None or event != _latest(person) or _answers(person) != event.facts["is_back"]:
        return None
    heir, batch = event.facts["heir"], event.facts["tickets"][place : place + AT_ONCE]
    by = Actor(kind=event.actor_kind, id=event.actor_id, role="", label=event.actor_label)
    _hand(person, UUID(heir) if heir else None, batch, by, is_back=event.facts["is_back"])
    return place + AT_ONCE if place + AT_ONCE < len(event.facts["tickets"]) else None


def later(event_id: UUID, place: int, after: timedelta = _PATIENCE) -> str:
    """The key of the next hundred, which is due after that time should nobody be told of it at once."""
    key = f"{event_id.hex} {place}"
    plan(JOB, key, after)
    return key


def progress_of(person: User) -> Progress | None:
    """How far the handing on of somebody's requests is; None when none is going on."""
    event = _latest(person)
    if event is None:
        return None
    waiting = Due.objects.filter(company_id=current_company().id, job=JOB, key__startswith=event.pk.hex)
    key = waiting.values_list("key", flat=True).first()
    return Progress(int(key.partition(" ")[2]), len(event.facts["tickets"])) if key else None


def _latest(person: User) -> Event | None:
    return Event.objects.filter(verb=VERB, subject_id=person.pk).order_by("-id").first()


def _pass(person: User, heir: UUID | None, keys: list[str], by: Actor, *, is_back: bool) -> None:
    if len(keys) <= AT_ONCE:
        _hand(person, heir, keys, by, is_back=is_back)
        return
    facts: dict[str, Any] = {
        "name": person.name,
        "heir": str(heir) if heir else None,
        "is_back": is_back,
        "count": len(keys),
    }
    event = record(VERB, person, by=by, desk="company", tickets=keys, **facts)
    later(event.pk, 0)


def _hand(person: User, heir: UUID | None, keys: Sequence[str], by: Actor, *, is_back: bool) -> None:
    source, why = (heir, _BACK) if is_back else (person.pk, _GONE.format(name=person.name))
    to = person if is_back else User.objects.filter(pk=heir).first() if heir else None
    assignee = tickets.Assignee(to.pk, to.name) if to and _answers(to) else None
    # The product does it, under the name of whoever asked: who manages people need not manage requests.
    through = Actor(kind=SYSTEM.kind, id=by.id, role=SYSTEM.role, label=by.label)
    for ticket in open_of(source).filter(pk__in=keys).order_by("pk"):
        try:
            tickets.assign(ticket, assignee, by=through, why=why)
        except Refusal:  # it was closed, or went to somebody else, in this very moment
            continue


def _answers(person: User) -> bool:
    return person.is_active and person.role in desk.COMPANY
