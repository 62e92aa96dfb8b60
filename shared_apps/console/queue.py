"""The queue: lists and counts over all companies, from the index and nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, IntegerField, QuerySet, Value

from portico import keyset
from portico.actor import Actor
from shared_apps.console import words
from shared_apps.console.desk import with_companies
from shared_apps.console.models import TicketIndex
from shared_apps.console.narrowing import ASSIGNED, EVERYTHING, NOWHERE, Filters, Wanted
from tenant_apps.tickets import levels, workflow
from tenants.routing import refs_of

__all__ = ["ASSIGNED", "EVERYTHING", "NOWHERE", "Filters", "Wanted"]

COUNT_TO = 100
LOOK_AT = 400  # rows of a list narrowed by words or times, which are counted one by one

Rows = QuerySet[TicketIndex]
_Kind = tuple[str, str, UUID | None]  # status, subject and assignee of a row


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that an index has together, and the mark of their words in it (`words.matching`)."""

    rows: Rows
    mark: str = ""


def queue(
    actor: Actor, filters: Filters = EVERYTHING, cursor: str | None = None, limit: int = keyset.LIMIT
) -> keyset.Page[TicketIndex]:
    """One page of what the actor can see, latest activity first, each row with its company."""
    page = bare(actor, filters, cursor, limit)
    with_companies(page.rows, refs_of)  # only to name them: what was read a moment ago will do
    return page


def bare(
    actor: Actor, filters: Filters = EVERYTHING, cursor: str | None = None, limit: int = keyset.LIMIT
) -> keyset.Page[TicketIndex]:
    """The same without companies, for who looks them up together with others'."""
    position = keyset.read(cursor, int)
    parts, order = _parts(actor, filters), filters.order
    if position:
        parts = [part.filter(position.after(order)) for part in parts]
    return keyset.cut(_merged(parts, limit + 1, order), limit, order)


def keys(actor: Actor, filters: Filters, number: int) -> list[int]:
    """The ids of all that match and the actor sees, of the latest first, and no more than this number of them."""
    parts = [part.only("pk", filters.order) for part in _parts(actor, filters)]
    return [row.pk for row in _merged(parts, number, filters.order)]


def beside(actor: Actor, filters: Filters = EVERYTHING) -> dict[str, Filters]:
    """What stands beside the list with a number, and what it leads to; the other filters stay in force.

    Each status ("status:new"), each covered subject ("subject:billing"), whose work it is ("assigned:me"), and for who
    takes that on what was "escalated" to them.
    """
    wanted = {f"status:{key}": replace(filters, status=key) for key in workflow.KEYS}
    wanted |= {f"subject:{key}": replace(filters, subject=key) for key in sorted(actor.covers)}
    if waits := escalated_to(actor):
        wanted["escalated"] = replace(filters, escalated=waits)
    return wanted | {f"assigned:{way}": replace(filters, assigned=way) for way in ("me", "unassigned")}


def escalated_to(actor: Actor) -> str:
    """The level at which this actor is waited for; empty for those below."""
    level = levels.level_of(actor.role)
    return levels.NAMES[level] if level else ""


def counts(actor: Actor, wanted: Mapping[str, Filters]) -> dict[str, str]:
    """How many the actor sees of each ("7", "100+"), under the same names; one statement for all.

    Nobody reads "12,345 closed", and counting them would read them all: each count stops one behind COUNT_TO.
    """
    deep = {name: filters for name, filters in wanted.items() if filters.is_deep}
    if deep:
        return counts(actor, {name: wanted[name] for name in wanted if name not in deep}) | _looked_through(actor, deep)
    parts = [
        part.annotate(counted=Value(name, CharField()))
        for name, filters in wanted.items()
        for part in _parts_to_count(actor, filters)
    ]
    numbers = counted(parts, "counted")
    return {name: in_words(numbers.get(name, 0)) for name in wanted}


def counted(parts: Sequence[QuerySet[TicketIndex, Any]], column: str) -> dict[Any, int]:
    """How many rows there are of each value of a column, each part counted no further than one behind COUNT_TO."""
    asked = as_one([part.order_by().values(column)[: COUNT_TO + 1] for part in parts])
    if asked is None:
        return {}
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}, count(*) FROM ({sql}) AS found GROUP BY {column}", params)  # noqa: S608
        return dict(cursor.fetchall())


def in_words(number: int) -> str:
    """7 → "7", 101 → "100+"."""
    return str(number) if number <= COUNT_TO else f"{COUNT_TO}+"


def as_one(found: Sequence[QuerySet[Any, Any]]) -> tuple[str, Any] | None:
    """All of them as one statement; None when none of them can have a row."""
    if not found:
        return None
    try:
        return (found[0].union(*found[1:], all=True) if found[1:] else found[0]).query.sql_with_params()
    except EmptyResultSet:
        return None


def _looked_through(actor: Actor, wanted: Mapping[str, Filters]) -> dict[str, str]:
    """The same for lists narrowed by words or times: what is alike in them is looked through once, up to LOOK_AT.

    Behind that nobody has looked: "7+" are at least seven, and of what was not met nothing is said.
    """
    told: dict[str, str] = {}
    seen: dict[Filters, tuple[Counter[_Kind], bool]] = {}
    for name, filters in wanted.items():
        alike = replace(filters, status="", subject="", assigned="all")
        if alike not in seen:
            seen[alike] = _looked_at(actor, alike)
        found, is_cut = seen[alike]
        number = sum(many for row, many in found.items() if _is_in(row, filters, actor))
        told[name] = _at_least(number) if is_cut else in_words(number)
    return told


def _looked_at(actor: Actor, filters: Filters) -> tuple[Counter[_Kind], bool]:
    """How many of each kind were met, and whether there may be more."""
    parts = [part.annotate(part=Value(at, IntegerField())) for at, part in enumerate(_parts(actor, filters))]
    share = max(LOOK_AT // max(len(parts), 1), 1)
    columns = ("status", "subject", "assignee_id", "part")
    asked = as_one([part.order_by().values(*columns)[:share] for part in parts])
    if asked is None:
        return Counter(), False
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}, count(*) FROM ({sql}) AS found GROUP BY 1, 2, 3, 4", params)  # noqa: S608
        rows = cursor.fetchall()
    found, met = Counter[_Kind](), Counter[int]()
    for *kind, part, many in rows:
        found[tuple(kind)] += many
        met[part] += many
    return found, any(many >= share for many in met.values())


def _at_least(number: int) -> str:
    return f"{min(number, COUNT_TO)}+" if number else ""


def _is_in(row: _Kind, filters: Filters, actor: Actor) -> bool:
    """Whether a list has rows of this status, subject and assignee."""
    status, subject, assignee = row
    whose = _assignee(filters, actor)
    free = filters.assigned != "unassigned" or assignee is None
    return filters.status in ("", status) and filters.subject in ("", subject) and whose in (None, assignee) and free


def _parts(actor: Actor, filters: Filters) -> list[Rows]:
    """What the actor can see as parts without overlap, each of which an index has in the order of the list.

    "Covered or mine, latest first" in one condition would read the whole index in order and throw most of it away.
    """
    seen = [
        Part(TicketIndex.objects.filter(subject=subject), words.of_subject(subject))
        for subject in sorted(_covered(actor, filters))
    ]
    return [_narrowed(part, filters, actor) for part in _with_mine(seen, actor, filters)]


def _parts_to_count(actor: Actor, filters: Filters) -> list[Rows]:
    """The same in fewer parts, for counts, which need no order."""
    seen = [Part(TicketIndex.objects.filter(subject__in=sorted(_covered(actor, filters))))]
    return [_narrowed(part, filters, actor) for part in _with_mine(seen, actor, filters)]


def _covered(actor: Actor, filters: Filters) -> frozenset[str]:
    return actor.covers & {filters.subject} if filters.subject else actor.covers


def _with_mine(covered: list[Part], actor: Actor, filters: Filters) -> list[Part]:
    """Only the parts in which something can be."""
    whose = _assignee(filters, actor)
    if filters.is_nothing or not actor.is_staff:
        return []
    if whose and (actor.sees_all or whose == actor.id):
        return [Part(TicketIndex.objects.all(), words.of_assignee(whose))]
    if actor.sees_all:
        return [Part(TicketIndex.objects.all(), words.of_subject(filters.subject) if filters.subject else "")]
    if filters.assigned != "all" or filters.subject in actor.covers:
        return covered
    return [*covered, _mine(actor)]


def _assignee(filters: Filters, actor: Actor) -> UUID | None:
    """The one whose work is asked for; None when that is nobody in particular."""
    if filters.assigned == "me":
        return actor.id
    return UUID(filters.assigned) if filters.assigned not in ASSIGNED else None


def _mine(actor: Actor) -> Part:
    rows = TicketIndex.objects.filter(assignee_id=actor.id).exclude(subject__in=sorted(actor.covers))
    return Part(rows, words.of_assignee(actor.id))


def _narrowed(part: Part, filters: Filters, actor: Actor) -> Rows:
    rows = part.rows.filter(filters.condition())
    if whose := _assignee(filters, actor):
        rows = rows.filter(assignee_id=whose)
    if filters.assigned == "unassigned":
        rows = rows.filter(assignee_id__isnull=True)
    found = words.matching(filters.words, part.mark) if filters.words else None
    return rows if found is None else rows.filter(found)


def _merged(parts: list[Rows], number: int, order: str) -> list[TicketIndex]:
    """The latest rows of all parts in one statement."""
    cut = [part.order_by(f"-{order}", "-id")[:number] for part in parts]
    if len(cut) < 2:
        return list(cut[0]) if cut else []
    return list(cut[0].union(*cut[1:], all=True).order_by(f"-{order}", "-id")[:number])
