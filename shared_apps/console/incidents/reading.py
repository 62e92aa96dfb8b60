"""Incidents as staff see them: which there are for whom, how many companies and tickets each has, and one of them.

Whoever is bounded by coverage sees an incident about a subject they cover, one they lead, or one with a ticket they
see. What belongs to it is counted as far as they see it; only those who lead incidents read how many there are in all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from portico import keyset
from portico.actor import Actor
from portico.database.kept import Asking, Kept
from portico.errors import Missing
from shared_apps.console.desk import with_companies
from shared_apps.console.models import TicketIndex
from shared_apps.incidents import access
from shared_apps.incidents.models import Affected, Entry, Incident, IncidentQuerySet, State
from tenant_apps.tickets import workflow
from tenants.models import Company

_BIGGEST = 2**63 - 1
MOST_OPEN, MOST_COMPANIES, MOST_TICKETS, MOST_ENTRIES = 50, 50, 50, 100


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much an incident has: companies, tickets, and how many of those have not heard the latest."""

    companies: int = 0
    tickets: int = 0
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """An incident in a list."""

    incident: Incident
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class House:
    """An affected company on an incident's page: its tickets, how many heard the latest, and what went wrong there."""

    company: Any
    state: str
    tickets: int
    behind: int
    solved: int
    said_at: datetime | None
    trouble: Mapping[str, str]

    @property
    def rests(self) -> bool:
        """Whether nothing is told there for now; what is due waits until the company goes on."""
        return self.state != Company.State.ACTIVE


def visible_to(actor: Actor) -> IncidentQuerySet:
    """Incidents that exist as far as this staff member is concerned."""
    if not access.may(actor, "see"):
        return Incident.objects.none()
    if actor.sees_all:
        return Incident.objects.all()
    mine = TicketIndex.objects.visible_to(actor).filter(incident_id__isnull=False).values("incident_id")
    return Incident.objects.filter(Q(subject__in=sorted(actor.covers)) | Q(lead_id=actor.id) | Q(pk__in=mine))


def find(incident_id: int, actor: Actor) -> Incident:
    """The incident with this number; Missing when there is none as far as this actor is concerned."""
    found = visible_to(actor).filter(pk=incident_id).first() if 0 < incident_id <= _BIGGEST else None
    if found is None:
        raise Missing
    return found


def open_for(actor: Actor) -> list[Incident]:
    """Those that are not over, the latest first."""
    return list(visible_to(actor).open()[:MOST_OPEN])


def asking_open_or(incident_id: int | None, actor: Actor) -> Asking:
    """The statement for the same, and for this one however it stands."""
    return _OPEN_OR.asking(actor.shape, incident_id, me=actor.id or _NOBODY)


def _open_or(shape: Actor, incident_id: int | None, *, me: UUID) -> QuerySet[Incident]:
    return visible_to(shape.who(me)).filter(~Q(state=State.RESOLVED) | Q(pk=incident_id)).order_by("-id")[:MOST_OPEN]


_NOBODY = UUID(int=0)
_OPEN_OR = Kept(_open_or)


def past(actor: Actor, cursor: str | None = None) -> keyset.Page[Any]:
    """One page of those that are over, the latest first."""
    return keyset.ordered(visible_to(actor).past(), "-solved_at", key=int, cursor=cursor)


def listed(actor: Actor, cursor: str | None = None, limit: int = keyset.LIMIT) -> keyset.Page[Any]:
    """One page of all, the latest first: for programs."""
    return keyset.ordered(visible_to(actor), "-opened_at", key=int, cursor=cursor, limit=limit)


def lines(incidents: Sequence[Incident], actor: Actor) -> list[Line]:
    """Each with its numbers, in one statement."""
    numbers = numbers_of(incidents, actor)
    return [Line(one, numbers.get(one.pk, Numbers())) for one in incidents]


def rows_of(incidents: Iterable[Incident], actor: Actor, *, every: bool = False) -> QuerySet[TicketIndex]:
    """What belongs to them, as far as this actor sees it; `every` for counting by those who may count all."""
    rows = TicketIndex.objects.all() if every else TicketIndex.objects.visible_to(actor)
    return rows.filter(incident_id__in=[one.pk for one in incidents])


def numbers_of(incidents: Sequence[Incident], actor: Actor) -> dict[int, Numbers]:
    """How much each has: in all for those who may count all, else as far as the actor sees it."""
    if not incidents:
        return {}
    turns = {one.pk: one.turn for one in incidents}
    rows = rows_of(incidents, actor, every=access.may(actor, "count_all")).order_by()
    late = Q(*(Q(incident_id=key, incident_turn__lt=turn) for key, turn in turns.items()), _connector=Q.OR)
    counted = rows.values_list("incident_id").annotate(
        companies=Count("company_id", distinct=True), tickets=Count("pk"), behind=Count("pk", filter=late)
    )
    return {key: Numbers(*numbers) for key, *numbers in counted if key}


@dataclass(frozen=True, slots=True)
class Whole:
    """What an incident's page shows: companies, what belongs to it, what may, and what happened."""

    houses: list[House]
    rows: list[TicketIndex]
    suggested: list[TicketIndex]
    entries: list[tuple[Entry, TicketIndex | None]]


def whole(incident: Incident, actor: Actor, suggested: Iterable[TicketIndex]) -> Whole:
    """As far as the actor sees it; the companies of everything in one statement."""
    rows, about, happened = _tickets(incident, actor), list(suggested), _entries(incident, actor)
    counted = _counted(incident, actor)
    named = [row for row in (*rows, *about, *(row for _, row in happened)) if row]
    schemas = {row.schema for row in named} | {one["schema"] for one in counted}
    companies = {one.schema_name: one for one in _with_told(incident).filter(schema_name__in=schemas)}
    for row in named:
        row.company = companies[row.schema].ref if row.schema in companies else None
    return Whole(_houses(counted, companies), rows, about, happened)


def tickets(incident: Incident, actor: Actor) -> list[TicketIndex]:
    """What belongs to it as far as the actor sees it, each with its company."""
    return with_companies(_tickets(incident, actor))


def _counted(incident: Incident, actor: Actor) -> list[dict[str, Any]]:
    """The companies of which the actor sees a ticket in it, whoever has most of them first."""
    late, done = Q(incident_turn__lt=incident.turn), Q(category__in=workflow.DONE)
    seen = rows_of([incident], actor).order_by().values("schema")
    counted: Any = seen.annotate(
        tickets=Count("pk"), behind=Count("pk", filter=late), solved=Count("pk", filter=done), latest=Max("pk")
    )
    return list(counted.order_by("-tickets", "latest")[:MOST_COMPANIES])


def _with_told(incident: Incident) -> QuerySet[Company]:
    """Companies with what they were told of the incident."""
    told = Affected.objects.filter(incident=incident, schema=OuterRef("schema_name"))
    return Company.objects.annotate(said_at=Subquery(told.values("said_at")), trouble=Subquery(told.values("trouble")))


def _houses(counted: list[dict[str, Any]], companies: Mapping[str, Any]) -> list[House]:
    found = [(one, companies[one["schema"]]) for one in counted if one["schema"] in companies]
    return [
        House(
            company.ref,
            company.state,
            one["tickets"],
            one["behind"],
            one["solved"],
            company.said_at,
            company.trouble or {},
        )
        for one, company in found
    ]


def _tickets(incident: Incident, actor: Actor) -> list[TicketIndex]:
    """Who has not heard the latest first."""
    rows = rows_of([incident], actor).annotate(waits=Q(incident_turn__lt=incident.turn))
    return list(rows.order_by("-waits", F("last_activity_at").desc(), "-id")[:MOST_TICKETS])


def _entries(incident: Incident, actor: Actor) -> list[tuple[Entry, TicketIndex | None]]:
    """What happened, the latest first; what names a ticket only for those who see that ticket."""
    found = list(incident.entries.order_by("-at", "-id")[:MOST_ENTRIES])
    keys = {one.row_id for one in found if one.row_id}
    seen = TicketIndex.objects.visible_to(actor).in_bulk(keys) if keys else {}
    shown = [one for one in found if not one.row_id or one.row_id in seen]
    return [(one, seen.get(one.row_id) if one.row_id else None) for one in shown]
