"""What a change of coverage would change, told in numbers alone, from the index."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Value

from portico.actor import SEES_ALL
from shared_apps.accounts.models import User
from shared_apps.console import counting
from shared_apps.console.counting import Alike, in_words
from shared_apps.console.models import TicketIndex
from shared_apps.console.searching import as_one
from shared_apps.staff.models import Subject, TicketCoverage
from tenant_apps.tickets import workflow

_MOST = 1_000  # nobody weighs 12,345 against 12,346, and counting them would read them all


@dataclass(frozen=True, slots=True)
class Amount:
    """Some open tickets, and the companies they are of."""

    tickets: int = 0
    companies: int = 0

    def __bool__(self) -> bool:
        return self.tickets > 0

    def __str__(self) -> str:
        """14 of 3 → "14 open requests of 3 companies"."""
        if not self.tickets:
            return "no open request"
        if self.tickets > _MOST:
            return f"more than {_MOST:,} open requests of {self.companies} companies or more"
        requests = "open request" if self.tickets == 1 else "open requests"
        companies = "1 company" if self.companies == 1 else f"{self.companies} companies"
        return f"{self.tickets} {requests} of {companies}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What somebody will see besides, and no longer. Subjects by their label.

    `kept` stays theirs, being assigned to them by name. `left` and `alone` are subjects that nobody covers then: those
    taken from them, and those that they would be alone with.
    """

    added: list[str]
    removed: list[str]
    gained: Amount
    lost: Amount
    kept: Amount
    left: list[str]
    alone: list[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True)
class Choice:
    """A subject as the coverage form shows it: how much there is to do, and who else does it."""

    subject: Subject
    open: str
    others: list[str]


def of(person: User, before: Iterable[str], after: Iterable[str], choices: list[Choice]) -> Effect:
    """What it changes that somebody covers `after` instead of `before`; one statement, however many there are."""
    old, new = set(before), set(after)
    added = [one for one in choices if one.subject.key in new - old]
    removed = [one for one in choices if one.subject.key in old - new]
    amounts = _amounts(person.pk, [one.subject.key for one in added], [one.subject.key for one in removed])
    return Effect(
        added=[one.subject.label for one in added],
        removed=[one.subject.label for one in removed],
        gained=amounts.get("gained", Amount()),
        lost=amounts.get("lost", Amount()),
        kept=amounts.get("kept", Amount()),
        left=[one.subject.label for one in removed if not one.others],
        alone=[one.subject.label for one in added if not one.others],
    )


def choices(person: User | None = None, own: Collection[str] = ()) -> list[Choice]:
    """Every subject that can be covered, in the catalogue's order: those on offer first, then the retired ones.

    One that became part of another is among them only while it is this person's `own`.
    """
    rows = list(Subject.objects.select_related("merged_into").order_by("-is_active", "position", "key"))
    covering = who_covers()
    rows = [one for one in rows if one.merged_into_id is None or one.key in own]
    numbers = open_counts("subject", [one.key for one in rows])
    return [
        Choice(
            subject=one,
            open=numbers[one.key],
            others=[name for key, name in covering.get(one.key, []) if person is None or key != person.pk],
        )
        for one in rows
    ]


def who_covers() -> dict[str, list[tuple[UUID, str]]]:
    """Id and name of those whose coverage counts, by subject: neither suspended, nor seeing everything anyway."""
    rows = TicketCoverage.objects.filter(platform_admin__is_active=True).exclude(platform_admin__role__in=SEES_ALL)
    named = rows.order_by("platform_admin__name", "platform_admin_id")
    found: dict[str, list[tuple[UUID, str]]] = {}
    for key, id, name in named.values_list("subject_id", "platform_admin_id", "platform_admin__name"):
        found.setdefault(key, []).append((id, name))
    return found


def open_counts(column: str, values: list[str] | list[UUID]) -> dict[object, str]:
    """The figure ("7", "100+") of open tickets for each of these values of a column; one statement for all."""
    rows = TicketIndex.objects.filter(**{column: counting.each(column), "status__in": workflow.OPEN})
    found = counting.numbers([Alike({str(one): {column: str(one)} for one in values}, [rows])])
    return {one: in_words(found.get(str(one), 0)) for one in values}


def _amounts(person: UUID, added: list[str], removed: list[str]) -> dict[str, Amount]:
    parts = []
    if added:
        parts.append(_part("gained", _open_in(added).exclude(assignee_id=person)))
    if removed:
        parts.append(_part("lost", _open_in(removed).exclude(assignee_id=person)))
        parts.append(_part("kept", _open_in(removed).filter(assignee_id=person)))
    found = as_one(parts)
    if found is None:
        return {}
    sql, params = found
    asked = f"SELECT part, count(*), count(DISTINCT company_id) FROM ({sql}) AS found GROUP BY part"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        return {part: Amount(tickets, companies) for part, tickets, companies in cursor.fetchall()}


def _open_in(subjects: list[str]) -> QuerySet[TicketIndex]:
    return TicketIndex.objects.filter(subject__in=subjects, status__in=workflow.OPEN)


def _part(name: str, rows: QuerySet[TicketIndex]) -> QuerySet[TicketIndex, tuple[str, int]]:
    return rows.order_by().annotate(part=Value(name)).values_list("part", "company_id")[: _MOST + 1]
