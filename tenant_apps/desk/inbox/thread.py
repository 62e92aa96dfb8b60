"""One conversation as an agent reads it: the request with what this person keeps of it, its words, its relations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from portico.actor import Actor
from portico.database.kept import Among, Asking, Kept, together
from portico.errors import Missing
from tenant_apps.desk import timeline
from tenant_apps.desk.timeline import Entry
from tenant_apps.journal.models import Event
from tenant_apps.notices import delivery
from tenant_apps.tickets import kinds
from tenant_apps.tickets.models import Link, Message, Seat, Ticket

STEP = 60  # so many messages and so many events are drawn at once
MOST_STEPS = 50
ONLY = {"": "All", "messages": "Messages", "mails": "E-mails", "notes": "Notes", "events": "Events"}
_BESIDE, _MOST_FAMILY, _MOST_LINKS = 4, 70, 40
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
class _Near:
    """A request near another, as a row says it; `links` are those of the other, with whomsoever."""

    pk: UUID
    number: str
    subject: str
    status: str
    category: str
    type: str
    parent_id: UUID | None
    merged_into_id: UUID | None
    requester_id: UUID
    last_activity_at: datetime
    links: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation from its latest entries backwards."""

    entries: list[Entry]
    has_more: bool
    newest: UUID | None  # the last words that somebody else said, as the reader knows them
    last_reply: Message | None


def find(actor: Actor, ticket_id: UUID) -> Ticket:
    """The request, with `seat` (favourite, draft, seen) of this person; Missing for one that they do not see."""
    return found(*together(finding(actor, ticket_id)))


def finding(actor: Actor, ticket_id: UUID) -> Asking:
    """The statement for `found`."""
    return _FOUND.asking(actor.shape, me=actor.id, ticket=ticket_id)


def found(rows: list[Ticket]) -> Ticket:
    """What `find` says when `finding` found these rows."""
    if not rows:
        raise Missing
    ticket = rows[0]
    ticket.seat = ticket.seat or {"is_favourite": False, "draft": {}, "seen_at": None}
    return ticket


def asking(ticket_id: UUID, actor: Actor, *, steps: int = 1) -> tuple[Asking, Asking]:
    """The statements for `read`: what was said, and what happened. One more than is drawn of each, to know of more.

    They may leave beside `finding`: nobody looks at their rows where that finds nothing.
    """
    most = _most(steps)
    said = _SAID.asking(actor.shape, most + 1, me=actor.id, ticket=ticket_id)
    return said, _HAPPENED.asking(most + 1, ticket=ticket_id)


def read(
    ticket: Ticket, actor: Actor, said: list[Message], happened: list[Event], *, steps: int = 1, only: str = ""
) -> Thread:
    """The latest entries of a conversation, and of those that were merged into it; messages have their files."""
    most = _most(steps)
    entries = timeline.timeline(said[:most], happened[:most], reader=actor.id, audience="staff", kind=ticket.kind)
    has_more = len(said) > most or len(happened) > most
    shown = _only(entries, only)[-most:]
    entries = entries if len(shown) == len(entries) else timeline.linked(shown)
    entries = timeline.since(entries, _moment(ticket.seat["seen_at"]))
    others = [one.message.pk for one in entries if one.message and not one.is_mine]
    mine = [one.message for one in entries if one.message and one.is_mine]
    return Thread(entries, has_more, max(others, default=None), mine[-1] if mine else None)


def relating(ticket: Ticket, actor: Actor) -> Asking:
    """The statement for `relations`."""
    parent = {"parent": ticket.parent_id} if ticket.parent_id else {}
    asked_by = ticket.requester_id
    return _RELATED.asking(actor.shape, bool(parent), me=actor.id, ticket=ticket.pk, asked_by=asked_by, **parent)


def relations(ticket: Ticket, found: list[Any], known: kinds.Kinds) -> list[Relation]:
    """Children, merged ones, links both ways, what else this requester asked, and the parent."""
    near = {row[0]: _Near(*row) for row in found}

    def relation(how: str, one: _Near, link: UUID | None = None, *, is_here: bool = True) -> Relation:
        step = known[one.type].status(one.status, one.category)
        return Relation(how, link or one.pk, one.pk, one.number, one.subject, step, is_here)

    asked = [one for one in near.values() if one.requester_id == ticket.requester_id]
    asked.sort(key=lambda one: one.last_activity_at, reverse=True)
    links = next(iter(near.values())).links if near else []
    ends = [_end(one, ticket) for one in links]
    return [
        *(relation("child", one) for one in near.values() if one.parent_id == ticket.pk and not one.merged_into_id),
        *(relation("merged", one) for one in near.values() if one.merged_into_id == ticket.pk),
        *(relation(kind, near[end], link, is_here=here) for kind, link, end, here in ends if end in near),
        *(relation("earlier", one) for one in asked[:_BESIDE]),
        *(relation("parent", one) for one in near.values() if one.pk == ticket.parent_id),
    ]


def affected(ticket: Ticket, related: list[Relation]) -> int:
    """How many requests hang on this one: as many as stand beside it, and counted where not all of them do."""
    family = [one.how for one in related if one.how in ("child", "merged")]
    if len(family) < _MOST_FAMILY:
        return family.count("child")
    return Ticket.objects.filter(parent=ticket.pk).standing().count()


def _end(link: Mapping[str, str], ticket: Ticket) -> tuple[str, UUID, UUID, bool]:
    """A link as one of its ends sees it: its kind, its key, the other end, and whether this one says it."""
    is_here = link["ticket"] == str(ticket.pk)
    return link["kind"], UUID(link["id"]), UUID(link["other" if is_here else "ticket"]), is_here


def _most(steps: int) -> int:
    return STEP * max(1, min(steps, MOST_STEPS))


def _found(shape: Actor, *, me: UUID, ticket: UUID) -> QuerySet[Ticket]:
    seat = Seat.objects.filter(ticket=OuterRef("pk"), person_id=me)
    kept = JSONObject(is_favourite="is_favourite", draft="draft", seen_at="seen_at")
    seen = Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY)
    return seen.annotate(seat=Subquery(seat.values(kept=kept)[:1])).filter(pk=ticket)[:1]


def _said(shape: Actor, most: int, *, me: UUID, ticket: UUID) -> QuerySet[Message]:
    told = Message.objects.of(Ticket(pk=ticket)).told_to(shape.who(me))
    return delivery.with_letters(told.order_by("-created_at", "-id"))[:most]


def _happened(most: int, *, ticket: UUID) -> QuerySet[Event]:
    return Event.objects.about(ticket).order_by("-at", "-id")[:most]


def _related(
    shape: Actor, is_below: bool, *, me: UUID, ticket: UUID, asked_by: UUID, parent: UUID | None = None
) -> QuerySet[Any]:
    """Everything near, in whichever way, with all links of the one that it is near to."""
    seen = Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY).order_by()
    links = Link.objects.filter(Q(ticket=ticket) | Q(other=ticket)).order_by()[:_MOST_LINKS]
    # What was merged comes first: an incident may have any number below it.
    family = Q(parent=ticket, merged_into=None) | Q(merged_into=ticket)
    family = family | Q(pk=parent) if is_below else family
    earlier = seen.filter(requester_id=asked_by).exclude(pk=ticket).order_by("-last_activity_at")[:_BESIDE]
    # Keys first, in one list: what takes the database long is to think about every way to the columns of a ticket.
    keys = seen.filter(family).order_by("merged_into", "parent").values("pk")[:_MOST_FAMILY]
    end = Case(When(ticket=ticket, then=F("other")), default=F("ticket"))
    keys = keys.union(earlier.values("pk"), links.values(end=end), all=True)
    ends = links.values(json=JSONObject(kind="kind", id="id", ticket="ticket", other="other"))
    near = seen.filter(Among(F("pk"), ArraySubquery(keys))).annotate(near_links=ArraySubquery(ends))
    return near.values_list(*_COLUMNS, "parent_id", "merged_into_id", "requester_id", "last_activity_at", "near_links")


_FOUND, _SAID, _HAPPENED, _RELATED = (Kept(one, is_steady=True) for one in (_found, _said, _happened, _related))


def _only(entries: list[Entry], only: str) -> list[Entry]:
    if only not in ONLY or not only:
        return entries
    if only == "mails":
        return [one for one in entries if one.message and _went_by_mail(one.message)]
    wanted = {"messages": ("customer", "agent"), "notes": ("note",), "events": ("",)}[only]
    return [one for one in entries if one.side in wanted]


def _went_by_mail(message: Message) -> bool:
    return message.channel == "email" or bool(getattr(message, "letters", ()))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
