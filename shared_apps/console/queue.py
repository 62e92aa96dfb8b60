"""The queue: lists and counts over all companies, from the index and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet, Value

from portico import keyset
from portico.actor import Actor
from shared_apps.console.desk import with_companies
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import workflow
from tenants.routing import refs_of

COUNT_TO = 100
ASSIGNED = ("all", "me", "unassigned")

Rows = QuerySet[TicketIndex]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to; empty means everything."""

    status: str = ""
    subject: str = ""
    company_id: int | None = None
    assigned: str = "all"  # one of ASSIGNED, or the id of a staff member
    priority: str = ""
    unread: bool = False
    incident_id: int | None = None


EVERYTHING = Filters()
NOWHERE = -1  # the company that nobody is


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks of the queue, and the company it means: its name, and how addresses name it."""

    filters: Filters = EVERYTHING
    company: str = ""
    slug: str = ""

    def query(self, **changes: str) -> str:
        """The same as the end of an address; `changes` put others in its place, empty ones leave away."""
        now = self.filters
        said = {"status": now.status, "subject": now.subject, "company": self.slug, "priority": now.priority}
        said |= {"assigned": "" if now.assigned == "all" else now.assigned, "unread": "1" if now.unread else ""}
        said["incident"] = str(now.incident_id or "")
        kept = urlencode({name: value for name, value in (said | changes).items() if value})
        return f"?{kept}" if kept else ""


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
    parts = _parts(actor, filters)
    if position:
        parts = [part.filter(position.after()) for part in parts]
    return keyset.cut(_merged(parts, limit + 1), limit)


def beside(actor: Actor, filters: Filters = EVERYTHING) -> dict[str, Filters]:
    """What stands beside the list with a number, and what it leads to; the other filters stay in force.

    Each status ("status:new"), each covered subject ("subject:billing"), and whose work it is ("assigned:me").
    """
    wanted = {f"status:{key}": replace(filters, status=key) for key in workflow.KEYS}
    wanted |= {f"subject:{key}": replace(filters, subject=key) for key in sorted(actor.covers)}
    return wanted | {f"assigned:{way}": replace(filters, assigned=way) for way in ("me", "unassigned")}


def counts(actor: Actor, wanted: Mapping[str, Filters]) -> dict[str, str]:
    """How many the actor sees of each ("7", "100+"), under the same names; one statement for all.

    Nobody reads "12,345 closed", and counting them would read them all: each count stops one behind COUNT_TO.
    """
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


def _parts(actor: Actor, filters: Filters) -> list[Rows]:
    """What the actor can see as parts without overlap, each of which an index has in the order of the list.

    "Covered or mine, latest first" in one condition would read the whole index in order and throw most of it away.
    """
    seen: list[Rows] = [TicketIndex.objects.filter(subject=subject) for subject in sorted(_covered(actor, filters))]
    return [_narrowed(part, filters, actor) for part in _with_mine(seen, actor, filters)]


def _parts_to_count(actor: Actor, filters: Filters) -> list[Rows]:
    """The same in fewer parts, for counts, which need no order."""
    seen: list[Rows] = [TicketIndex.objects.filter(subject__in=sorted(_covered(actor, filters)))]
    return [_narrowed(part, filters, actor) for part in _with_mine(seen, actor, filters)]


def _covered(actor: Actor, filters: Filters) -> frozenset[str]:
    return actor.covers & {filters.subject} if filters.subject else actor.covers


def _with_mine(covered: list[Rows], actor: Actor, filters: Filters) -> list[Rows]:
    """Only the parts in which something can be."""
    if actor.sees_all:
        return [TicketIndex.objects.all()]
    if not actor.is_staff:
        return []
    if _assignee(filters, actor) == actor.id:
        return [TicketIndex.objects.all()]
    if filters.assigned != "all" or filters.subject in actor.covers:
        return covered
    return [*covered, _mine(actor)]


def _assignee(filters: Filters, actor: Actor) -> UUID | None:
    """The one whose work is asked for; None when that is nobody in particular."""
    if filters.assigned == "me":
        return actor.id
    return UUID(filters.assigned) if filters.assigned not in ASSIGNED else None


def _mine(actor: Actor) -> Rows:
    return TicketIndex.objects.filter(assignee_id=actor.id).exclude(subject__in=sorted(actor.covers))


def _narrowed(rows: Rows, filters: Filters, actor: Actor) -> Rows:
    equal: dict[str, Any] = {"status": filters.status, "subject": filters.subject, "company_id": filters.company_id}
    equal |= {"priority": filters.priority, "unread": filters.unread or None, "assignee_id": _assignee(filters, actor)}
    equal["incident_id"] = filters.incident_id
    rows = rows.filter(**{name: value for name, value in equal.items() if value not in ("", None)})
    return rows.filter(assignee_id__isnull=True) if filters.assigned == "unassigned" else rows


def _merged(parts: list[Rows], number: int) -> list[TicketIndex]:
    """The latest rows of all parts in one statement."""
    cut = [part.order_by("-last_activity_at", "-id")[:number] for part in parts]
    if len(cut) < 2:
        return list(cut[0]) if cut else []
    return list(cut[0].union(*cut[1:], all=True).order_by("-last_activity_at", "-id")[:number])
