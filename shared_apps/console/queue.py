"""The queue: lists and counts over all companies, from the index and nothing else."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from portico import keyset
from portico.actor import Actor
from shared_apps.console.desk import with_companies
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import workflow

COUNT_TO = 100
ASSIGNED = ("all", "me", "unassigned")

Rows = QuerySet[TicketIndex]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to; empty means everything."""

    status: str = ""
    subject: str = ""
    company_id: int | None = None
    assigned: str = "all"


EVERYTHING = Filters()


def queue(
    actor: Actor, filters: Filters = EVERYTHING, cursor: str | None = None, limit: int = keyset.LIMIT
) -> keyset.Page[TicketIndex]:
    """One page of what the actor can see, latest activity first, each row with its company."""
    position = keyset.read(cursor, int)
    parts = _parts(actor, filters)
    if position:
        parts = [part.filter(position.after()) for part in parts]
    page = keyset.cut(_merged(parts, limit + 1), limit)
    with_companies(page.rows)
    return page


def counts(actor: Actor, filters: Filters = EVERYTHING) -> dict[str, str]:
    """The figure beside each status ("7", "100+"), the other filters in force; one statement for all.

    Nobody reads "12,345 closed", and counting them would read them all: each count stops one behind COUNT_TO.
    """
    seen = _parts_to_count(actor, replace(filters, status=""))
    numbers = counted([part.filter(status=key) for part in seen for key in workflow.KEYS], "status")
    return {key: in_words(numbers.get(key, 0)) for key in workflow.KEYS}


def counted(parts: list[Rows], column: str) -> dict[Any, int]:
    """How many rows there are of each value of a column, each part counted no further than one behind COUNT_TO."""
    found = [part.order_by().values(column)[: COUNT_TO + 1] for part in parts]
    if not found:
        return {}
    sql, params = (found[0].union(*found[1:], all=True) if found[1:] else found[0]).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}, count(*) FROM ({sql}) AS found GROUP BY {column}", params)  # noqa: S608
        return dict(cursor.fetchall())


def in_words(number: int) -> str:
    """7 → "7", 101 → "100+"."""
    return str(number) if number <= COUNT_TO else f"{COUNT_TO}+"


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
    if filters.assigned == "me":
        return [TicketIndex.objects.all()]
    if filters.assigned == "unassigned" or filters.subject in actor.covers:
        return covered
    return [*covered, _mine(actor)]


def _mine(actor: Actor) -> Rows:
    return TicketIndex.objects.filter(assignee_id=actor.id).exclude(subject__in=sorted(actor.covers))


def _narrowed(rows: Rows, filters: Filters, actor: Actor) -> Rows:
    equal: dict[str, Any] = {"status": filters.status, "subject": filters.subject, "company_id": filters.company_id}
    rows = rows.filter(**{name: value for name, value in equal.items() if value not in ("", None)})
    if filters.assigned == "me":
        return rows.filter(assignee_id=actor.id)
    return rows.filter(assignee_id__isnull=True) if filters.assigned == "unassigned" else rows


def _merged(parts: list[Rows], number: int) -> list[TicketIndex]:
    """The latest rows of all parts in one statement."""
    cut = [part.order_by("-last_activity_at", "-id")[:number] for part in parts]
    if len(cut) < 2:
        return list(cut[0]) if cut else []
    return list(cut[0].union(*cut[1:], all=True).order_by("-last_activity_at", "-id")[:number])
