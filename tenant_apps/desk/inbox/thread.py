"""One conversation as an agent reads it: the request with what this person keeps of it, its words, its relations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from portico.actor import Actor
from portico.database.kept import Asking, Kept
from portico.errors import Missing
from tenant_apps.desk import timeline
from tenant_apps.desk.timeline import Entry
from tenant_apps.journal.models import Event
from tenant_apps.tickets import kinds
from tenant_apps.tickets.models import Message, Seat, Ticket

STEP = 60  # so many messages and so many events are drawn at once
MOST_STEPS = 50
ONLY = {"": "All", "messages": "Messages", "notes": "Notes", "events": "Events"}
_BESIDE = 4
_COLUMNS = ("pk", "number", "subject", "status", "category", "type")


@dataclass(frozen=True, slots=True)
class Relation:
    """Another request that has to do with this one: `how` is child, parent, merged, earlier or the kind of a link."""

    how: str
    link_id: UUID
    pk: UUID
    number: str
    subject: str
    step: Any
    is_here: bool = True  # this one says it of the other, and not the other of this one


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation from its latest entries backwards."""

    entries: list[Entry]
    has_more: bool
    newest: UUID | None  # the last words that somebody else said, as the reader knows them
    last_reply: Message | None


def find(actor: Actor, ticket_id: UUID) -> Ticket:
    """The request, with `seat` (favourite, draft, seen) of this person; Missing for one that they do not see."""
    ticket: Ticket | None = _FOUND.first(actor.shape, me=actor.id, ticket=ticket_id)
    if ticket is None:
        raise Missing
    ticket.seat = ticket.seat or {"is_favourite": False, "draft": {}, "seen_at": None}
    return ticket


def asking(ticket: Ticket, actor: Actor, *, steps: int = 1) -> tuple[Asking, Asking]:
    """The statements for `read`: what was said, and what happened. One more than is drawn of each, to know of more."""
    most = _most(steps)
    said = _SAID.asking(actor.shape, most + 1, me=actor.id, ticket=ticket.pk)
    return said, _HAPPENED.asking(most + 1, ticket=ticket.pk)


def read(
    ticket: Ticket, actor: Actor, said: list[Message], happened: list[Event], *, steps: int = 1, only: str = ""
) -> Thread:
    """The latest entries of a conversation, and of those that were merged into it; messages have their files."""
    most = _most(steps)
    entries = timeline.timeline(said[:most], happened[:most], reader=actor.id, audience="staff", kind=ticket.kind)
    has_more = len(said) > most or len(happened) > most
    entries = _only(entries, only)[-most:]
    entries = timeline.since(timeline.linked(entries), _moment(ticket.seat["seen_at"]))
    others = [one.message.pk for one in entries if one.message and not one.is_mine]
    mine = [one.message for one in entries if one.message and one.is_mine]
    return Thread(entries, has_more, max(others, default=None), mine[-1] if mine else None)


def relating(ticket: Ticket, actor: Actor) -> Asking:
    """The statement for `relations`."""
    parent = {"parent": ticket.parent_id} if ticket.parent_id else {}
    asked_by = ticket.requester_id
    return _RELATED.asking(actor.shape, bool(parent), me=actor.id, ticket=ticket.pk, asked_by=asked_by, **parent)


def relations(found: list[Any], known: kinds.Kinds) -> list[Relation]:
    """Children, parent, merged ones, links both ways, and what else this requester asked."""
    return [
        Relation(how, link, pk, number, subject, known[type].status(status, category), here == "1")
        for how, link, here, pk, number, subject, status, category, type in found
    ]


def _most(steps: int) -> int:
    return STEP * max(1, min(steps, MOST_STEPS))


def _found(shape: Actor, *, me: UUID, ticket: UUID) -> QuerySet[Ticket]:
    seat = Seat.objects.filter(ticket=OuterRef("pk"), person_id=me)
    kept = JSONObject(is_favourite="is_favourite", draft="draft", seen_at="seen_at")
    seen = Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY)
    return seen.annotate(seat=Subquery(seat.values(kept=kept)[:1])).filter(pk=ticket)[:1]


def _said(shape: Actor, most: int, *, me: UUID, ticket: UUID) -> QuerySet[Message]:
    told = Message.objects.of(Ticket(pk=ticket)).told_to(shape.who(me))
    return told.order_by("-created_at", "-id")[:most]


def _happened(most: int, *, ticket: UUID) -> QuerySet[Event]:
    return Event.objects.about(ticket).order_by("-at", "-id")[:most]


def _related(
    shape: Actor, is_below: bool, *, me: UUID, ticket: UUID, asked_by: UUID, parent: UUID | None = None
) -> QuerySet[Any]:
    seen = Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY).order_by()
    earlier = seen.filter(requester_id=asked_by).exclude(pk=ticket).order_by("-last_activity_at")[:_BESIDE]
    parts = [
        _part(seen.filter(parent=ticket, merged_into=None)[:50], "child"),
        _part(seen.filter(merged_into=ticket)[:20], "merged"),
        _part(seen.filter(linked_from__ticket=ticket)[:20], F("linked_from__kind"), "linked_from__pk"),
        _part(seen.filter(links__other=ticket)[:20], F("links__kind"), "links__pk", is_here=False),
        _part(earlier, "earlier"),
    ]
    if is_below and parent:
        parts.append(_part(seen.filter(pk=parent), "parent"))
    together: QuerySet[Any] = parts[0].union(*parts[1:], all=True)
    return together


_FOUND, _SAID, _HAPPENED, _RELATED = Kept(_found), Kept(_said), Kept(_happened), Kept(_related)


def _part(rows: Any, how: Any, link: str = "pk", *, is_here: bool = True) -> Any:
    """One kind of relation, as columns that can stand below those of another."""
    said = Value(how, output_field=CharField()) if isinstance(how, str) else how
    here = Value("1" if is_here else "0", output_field=CharField())
    return rows.annotate(how=said, link=F(link), here=here).values_list("how", "link", "here", *_COLUMNS)


def _only(entries: list[Entry], only: str) -> list[Entry]:
    if only not in ONLY or not only:
        return entries
    wanted = {"messages": ("customer", "agent"), "notes": ("note",), "events": ("",)}[only]
    return [one for one in entries if one.side in wanted]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
