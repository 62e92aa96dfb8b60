"""The list of the inbox: what is asked for in the address, and the rows that answer it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Left
from django.http import QueryDict

from portico import clock, keyset
from portico.actor import Actor
from portico.database.kept import Asking, Kept
from portico.errors import Invalid
from tenant_apps.desk.inbox.frame import Frame
from tenant_apps.desk.inbox.shelves import ACTIVE, Shelf, condition
from tenant_apps.tickets import kinds, priority, searching
from tenant_apps.tickets.models import Message, Ticket
from tenant_apps.tickets.models.ticket import DATES, TicketQuerySet

SORTS = {"latest": "Latest first", "oldest": "Longest waiting", "priority": "Most urgent"}
SORTS |= {"created": "Newest first", "due": "Due first", "closed": "Closed last"}
DAYS = tuple(f"{name}_{end}" for name in DATES for end in ("from", "to"))
_BY_MOMENT = {"due": "sla_due_at", "closed": "-closed_at"}
_EXCERPT = 140
_MOST_PINNED = 10
# What a row shows; the other half of a request stays in the database.
_DRAWN = (
    *("number", "desk", "type", "subject", "status", "category", "urgency", "importance", "requester_name"),
    *("assignee_id", "assignee_name", "last_activity_at", "unread_by_agent", "is_pinned", "is_snoozed", "is_incident"),
    *("tags", "department", "created_at", "sla_due_at", "requester_email"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, checked: unknown words are as good as none."""

    shelf: str = ""
    sort: str = "latest"
    words: str = ""
    filters: tuple[tuple[str, str], ...] = ()

    def query(self, **changes: str) -> str:
        """The same as the end of an address; `changes` put others in its place, empty ones leave away."""
        parts = {"view": self.shelf, "sort": self.sort if self.sort != "latest" else "", "q": self.words}
        parts |= dict(self.filters) | changes
        kept = tuple((name, value) for name, value in parts.items() if value)
        # The orders of a view stand on each of its pages; what somebody looks for is not kept in this process.
        is_usual = self.is_plain and changes.keys() <= {"sort", "part"}
        said = _written(kept) if is_usual else urlencode(kept)
        return f"?{said}" if said else ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is looked for, and the order is the usual one."""
        return not self.is_narrowed and self.sort == "latest"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.filters)


@lru_cache(1_000)
def _written(parts: tuple[tuple[str, str], ...]) -> str:
    return urlencode(parts)


def read(query: QueryDict, frame: Frame, shelf: str) -> Wanted:
    """What a page's address asks for."""
    choices = filters(frame)
    found = ((name, query.get(name, "").strip()) for name in choices)
    known = tuple((name, value) for name, value in found if value and _is_known(name, value, choices[name]))
    sort, words = query.get("sort", ""), query.get("q", "").replace("\x00", "").strip()[:200]
    return Wanted(shelf, sort if sort in SORTS else "latest", words, known)


def filters(frame: Frame) -> dict[str, dict[str, str]]:
    """Each filter with its choices; tags and days are typed."""
    steps = {one.key: one.label for kind in frame.kinds.values() if not kind.is_fixed for one in kind.statuses}
    levels = {one: one.capitalize() for one in priority.LEVELS}
    return {
        "status": steps,
        "priority": {one: f"{one}, {priority.WORDS[one]}" for one in priority.PRIORITIES},
        "urgency": levels,
        "importance": levels,
        "assignee": {"none": "Nobody"} | {str(one.id): one.name for one in frame.people.values()},
        "department": frame.departments,
        "type": {one.key: one.label for one in frame.kinds.values() if not one.is_fixed},
        "tag": {},
        **{name: {} for name in DAYS},
    }


def rows(actor: Actor, shelf: Shelf, wanted: Wanted, frame: Frame) -> TicketQuerySet:
    """The requests that stand in the list, with what a row shows."""
    found = _as_drawn(standing_in(actor, shelf, wanted, frame))
    return found.annotate(rank=_RANK) if wanted.sort == "priority" else found


def standing_in(actor: Actor, shelf: Shelf, wanted: Wanted, frame: Frame) -> TicketQuerySet:
    """The requests of the view that match; words are looked for in every view at once."""
    found = matching(actor, wanted, frame)
    return found if wanted.words else found.filter(condition(shelf.key, actor.id))


def asking(actor: Actor, shelf: Shelf) -> Asking:
    """The statement for `beginning`."""
    return _BEGINNING.asking(actor.shape, shelf.key, me=actor.id)


def beginning(found: list[Ticket], known: kinds.Kinds) -> keyset.Page[Ticket]:
    """The first page of a view in which nothing is looked for, latest first: what nearly everybody asks for."""
    result = keyset.cut(found, keyset.LIMIT)
    kinds.attach(result.rows, known)
    return result


def _beginning(shape: Actor, shelf: str, *, me: UUID) -> QuerySet[Ticket]:
    seen = Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY).standing()
    return _as_drawn(seen.filter(condition(shelf, me))).latest_first()[: keyset.LIMIT + 1]


_BEGINNING = Kept(_beginning)


def _as_drawn(found: TicketQuerySet) -> TicketQuerySet:
    last = Message.objects.filter(ticket=OuterRef("pk"), is_internal=False, withdrawn_at=None)
    text = last.order_by("-created_at", "-id").values(text=Left("body", _EXCERPT))[:1]
    return found.only(*_DRAWN).annotate(excerpt=Subquery(text))


def matching(actor: Actor, wanted: Wanted, frame: Frame) -> TicketQuerySet:
    """What the actor sees of the desk that has the words and passes the filters, in whatever view."""
    found = Ticket.objects.visible_to(actor, Ticket.Desk.COMPANY).standing()
    if wanted.words:
        found = _about(found, wanted.words, frame, actor)
    for name, value in wanted.filters:
        if name not in DAYS:
            found = found.filter(_FILTERS[name](value))
    days = {name: date.fromisoformat(value) for name, value in wanted.filters if name in DAYS}
    for name, column in DATES.items():
        found = found.between(column, days.get(f"{name}_from"), days.get(f"{name}_to"))
    return found


def page(found: TicketQuerySet, wanted: Wanted, cursor: str | None, known: kinds.Kinds) -> keyset.Page[Ticket]:
    """One page in the order that is wanted; Invalid for a cursor that is none of ours."""
    rank, _, place = (cursor or "").rpartition(".")
    position = keyset.read(place, UUID)
    if position and bool(rank) != (wanted.sort == "priority") or (rank and rank not in "1234"):
        raise Invalid({"cursor": ["This is not a cursor from an answer of this list."]})
    if wanted.sort == "latest":
        result = keyset.page(found, key=UUID, cursor=cursor)
    elif wanted.sort == "created":
        result = keyset.by_key(found, "created_at", key=UUID, cursor=cursor)
    elif order := _BY_MOMENT.get(wanted.sort, ""):
        way = "-moment" if order.startswith("-") else "moment"
        result = keyset.ordered(found.with_moment(order), way, key=UUID, cursor=cursor)
    else:
        ordered = found.order_by(*(["rank"] if wanted.sort == "priority" else []), "last_activity_at", "id")
        if position:
            ordered = ordered.filter(_behind(rank, position))
        result = _cut(ordered, wanted.sort)
    kinds.attach(result.rows, known)
    return result


def pinned(found: QuerySet[Ticket], known: kinds.Kinds) -> list[Ticket]:
    """What somebody holds at the top of this view."""
    held = list(found.filter(ACTIVE, is_pinned=True).order_by("-last_activity_at", "-id")[:_MOST_PINNED])
    kinds.attach(held, known)
    return held


def _cut(ordered: Iterable[Ticket], sort: str) -> keyset.Page[Ticket]:
    part = keyset.cut(ordered[: keyset.LIMIT + 1], keyset.LIMIT)  # type: ignore[index]  # a queryset
    if part.next_cursor and sort == "priority":
        last: Any = part.rows[-1]
        return keyset.Page(part.rows, f"{last.rank}.{part.next_cursor}")
    return part


def _behind(rank: str, position: keyset.Position) -> Q:
    at: datetime = position.at
    later = Q(last_activity_at__gt=at) | Q(last_activity_at=at, id__gt=position.key)
    return Q(rank__gt=int(rank)) | (Q(rank=int(rank)) & later) if rank else later


def _about(found: TicketQuerySet, words: str, frame: Frame, actor: Actor) -> TicketQuerySet:
    """What the words are about; a bare number is that one of a year, and with # nothing else."""
    bare = words.lstrip("#")
    numbers = _numbers(int(bare[:9]), frame.number_format) if bare.isdecimal() else []
    if numbers and words != bare:
        return found.filter(number__in=numbers)
    return searching.about(found, words, actor, numbers=numbers)


def _numbers(sequence: int, pattern: str) -> list[str]:
    year = clock.now().year
    return [pattern.format(year=one, sequence=sequence) for one in (year, year - 1, year - 2)]


def _is_known(name: str, value: str, choices: dict[str, str]) -> bool:
    if name in DAYS:
        return _is_day(value)
    return value in choices if choices else name == "tag" and len(value) <= 40 and "\x00" not in value


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-11-28")


def _points(wanted: str) -> Q:
    """The points of the matrix that make this priority."""
    points = (
        Q(
            urgency=urgency,
            importance__in=[level for level, one in zip(priority.LEVELS, line, strict=True) if one == wanted],
        )
        for urgency, line in priority.MATRIX.items()
        if wanted in line
    )
    return reduce(or_, points)


_RANK = Case(
    *(When(_points(one), then=Value(int(one[1:]))) for one in priority.PRIORITIES[:-1]),
    default=Value(4),
    output_field=IntegerField(),
)
_FILTERS: dict[str, Callable[[str], Q]] = {
    "status": lambda value: Q(status=value),
    "priority": _points,
    "urgency": lambda value: Q(urgency=value),
    "importance": lambda value: Q(importance=value),
    "assignee": lambda value: Q(assignee_id=None if value == "none" else value),
    "department": lambda value: Q(department=value),
    "type": lambda value: Q(type=value),
    "tag": lambda value: Q(tags__contains=[value.lower()]),
}
