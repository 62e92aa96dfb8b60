"""The queue: lists and counts over all companies, from the index and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Expression, Q, QuerySet

from portico import keyset
from portico.actor import Actor
from shared_apps.console import counting, searching, words
from shared_apps.console.counting import COUNT_TO, Alike, in_words
from shared_apps.console.desk import with_companies
from shared_apps.console.models import TicketIndex
from shared_apps.console.narrowing import ASSIGNED, EVERYTHING, LATEST, NOWHERE, Filters, Wanted
from shared_apps.console.searching import Kind, Part
from tenant_apps.tickets import levels, workflow
from tenants.routing import refs_of

__all__ = ["ASSIGNED", "EVERYTHING", "NOWHERE", "Filters", "Wanted"]

LOOK_AT = 400  # rows of a list narrowed by words or times, the latest, which are counted one by one

Rows = QuerySet[TicketIndex]


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
        parts = [part.narrowed(position.after(order)) for part in parts]
    if _is_searched(filters):
        return keyset.cut(searching.latest(parts, filters.words, order, limit + 1), limit, order)
    return keyset.cut(_merged([part.rows for part in parts], limit + 1, order), limit, order)


def keys(actor: Actor, filters: Filters, number: int) -> list[int]:
    """The ids of all that match and the actor sees, of the latest first, and no more than this number of them."""
    parts, order = _parts(actor, filters), filters.order
    if _is_searched(filters):
        return [row.pk for row in searching.latest(parts, filters.words, order, number)]
    return [row.pk for row in _merged([part.rows.only("pk", order) for part in parts], number, order)]


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
    found = counting.numbers(list(_alike(actor, wanted)))
    return {name: in_words(found.get(name, 0)) for name in wanted}


def _looked_through(actor: Actor, wanted: Mapping[str, Filters]) -> dict[str, str]:
    """The same for lists narrowed by words or times: what is alike in them is looked through once, up to LOOK_AT.

    Behind that nobody has looked: "7+" are at least seven, and of what was not met nothing is said.
    """
    alike = {name: replace(filters, status="", subject="", assigned="all") for name, filters in wanted.items()}
    lists = list(dict.fromkeys(alike.values()))
    asked = [(_parts(actor, one), one.words if _is_searched(one) else "", one.order) for one in lists]
    seen = dict(zip(lists, searching.met(asked, LOOK_AT), strict=True))
    told: dict[str, str] = {}
    for name, filters in wanted.items():
        found, is_cut = seen[alike[name]]
        number = sum(many for row, many in found.items() if _is_in(row, filters, actor))
        told[name] = _at_least(number) if is_cut else in_words(number)
    return told


def _at_least(number: int) -> str:
    return f"{min(number, COUNT_TO)}+" if number else ""


def _is_in(row: Kind, filters: Filters, actor: Actor) -> bool:
    """Whether a list has rows of this status, subject and assignee."""
    status, subject, assignee = row
    whose = _assignee(filters, actor)
    free = filters.assigned != "unassigned" or assignee is None
    return filters.status in ("", status) and filters.subject in ("", subject) and whose in (None, assignee) and free


def _parts(actor: Actor, filters: Filters) -> list[Part]:
    """What the actor can see as parts without overlap, each of which an index has in the order of the list.

    "Covered or mine, latest first" in one condition would read the whole index in order and throw most of it away.
    """
    subjects = sorted(_covered(actor, filters))
    seen = [Part(Q(subject=subject), words.of_subject(subject)) for subject in subjects]
    if (
        subjects and filters.company_id and not _is_searched(filters)
    ):  # whose order an index has for all subjects together
        seen = [Part(Q(subject__in=subjects))]
    parts = [part.narrowed(_wanted(filters, actor)) for part in _with_mine(seen, actor, filters)]
    return [replace(part, leading=_leading(part, filters), is_few=filters.is_narrow) for part in parts]


def _leading(part: Part, filters: Filters) -> Q:
    """Few rows are looked through whole; else types have an index of their own, and all parts one for every order."""
    if filters.is_narrow or filters.company_id:
        return part.wanted
    if filters.type and not part.together and filters.order == LATEST:
        return Q(type=filters.type) & filters.between(LATEST)
    return filters.between(filters.order)


def _alike(actor: Actor, wanted: Mapping[str, Filters]) -> Iterator[Alike]:
    """The same to be counted, together with all that differ from it in status or in a subject that is seen whole."""
    families: dict[tuple[Filters, tuple[str, ...]], dict[str, Filters]] = {}
    for name, filters in wanted.items():
        columns: tuple[str, ...] = ("status",) if filters.status else ()
        if filters.subject and (actor.sees_all or filters.subject in actor.covers):
            columns = (*columns, "subject")
        if not filters.is_nothing:
            without: dict[str, Any] = dict.fromkeys(columns, "")
            families.setdefault((replace(filters, **without), columns), {})[name] = filters
    for (_, columns), lists in families.items():
        differing = {name: {column: getattr(one, column) for column in columns} for name, one in lists.items()}
        yield Alike(differing, _parts_to_count(actor, next(iter(lists.values())), columns))


def _parts_to_count(actor: Actor, filters: Filters, columns: Iterable[str]) -> list[Rows]:
    """The same in fewer parts, for counts, which need no order; what differs in these columns is left open."""
    instead = {column: counting.each(column) for column in columns}
    seen = Part(Q() if "subject" in instead else Q(subject__in=sorted(_covered(actor, filters))))
    alike = replace(filters, subject="") if actor.sees_all else filters
    return [part.narrowed(_wanted(filters, actor, **instead)).rows for part in _with_mine([seen], actor, alike)]


def _covered(actor: Actor, filters: Filters) -> frozenset[str]:
    return actor.covers & {filters.subject} if filters.subject else actor.covers


def _with_mine(covered: list[Part], actor: Actor, filters: Filters) -> list[Part]:
    """Only the parts in which something can be."""
    whose = _assignee(filters, actor)
    if filters.is_nothing or not actor.is_staff:
        return []
    if whose and (actor.sees_all or whose == actor.id):
        return [Part(Q(assignee_id=whose), words.of_assignee(whose))]
    if actor.sees_all:
        subject = filters.subject
        return [Part(Q(subject=subject), words.of_subject(subject)) if subject else Part(Q())]
    if filters.assigned != "all" or filters.subject in actor.covers:
        return covered
    return [*covered, _mine(actor)]


def _assignee(filters: Filters, actor: Actor) -> UUID | None:
    """The one whose work is asked for; None when that is nobody in particular."""
    if filters.assigned == "me":
        return actor.id
    return UUID(filters.assigned) if filters.assigned not in ASSIGNED else None


def _mine(actor: Actor) -> Part:
    rest = ~Q(subject__in=sorted(actor.covers))
    return Part(Q(assignee_id=actor.id) & rest, words.of_assignee(actor.id))


def _wanted(filters: Filters, actor: Actor, **instead: Expression) -> Q:
    found = filters.condition(**instead)
    if whose := _assignee(filters, actor):
        found &= Q(assignee_id=whose)
    return found & Q(assignee_id__isnull=True) if filters.assigned == "unassigned" else found


def _is_searched(filters: Filters) -> bool:
    return bool(words.each(filters.words))


def _merged(parts: list[Rows], number: int, order: str) -> list[TicketIndex]:
    """The latest rows of all parts in one statement."""
    cut = [part.order_by(f"-{order}", "-id")[:number] for part in parts]
    if len(cut) < 2:
        return list(cut[0]) if cut else []
    return list(cut[0].union(*cut[1:], all=True).order_by(f"-{order}", "-id")[:number])
