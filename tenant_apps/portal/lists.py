"""Which requests the portal shows to whom: rows, what is new in them, and how many stand behind each tab."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from portico import keyset
from portico.actor import Actor
from portico.database.kept import Kept
from tenant_apps.desk.lists import COUNT_TO, bounded, counted
from tenant_apps.portal.set_up import SetUp
from tenant_apps.tickets import access, kinds, workflow
from tenant_apps.tickets.models import Seat, Ticket
from tenant_apps.tickets.models.ticket import TicketQuerySet

ACTIVE = ("new", "open", "waiting", "on_hold")
# The tabs: what stands behind them, by category.
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "open": ("Open", ACTIVE),
    "waiting": ("Waiting for you", ("waiting",)),
    "solved": ("Solved", ("solved",)),
    "closed": ("Closed", ("closed",)),
    "all": ("All", workflow.CATEGORIES),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list: whose it is, whether there is something new in it, until when an answer is meant to come."""

    ticket: Ticket
    is_mine: bool
    is_unread: bool
    answer_by: datetime | None
    is_late: bool


def seen_by(actor: Actor) -> TicketQuerySet:
    """What there is for this person here. The work of agents is in the workspace: here is what they asked themselves.

    Each ticket carries `looked_at`, when this person opened it last.
    """
    rows = Ticket.objects.visible_to(actor, Ticket.Desk.COMPANY)
    if access.is_agent(actor):
        rows = rows.filter(requester_id=actor.id)  # type: ignore[misc]  # people have ids
    seats = Seat.objects.filter(ticket=OuterRef("pk"), person_id=actor.id)  # type: ignore[misc]
    return rows.annotate(looked_at=Subquery(seats.values("seen_at")[:1]))


def reach(actor: Actor) -> str:
    """Whether somebody sees more than their own: "team", "all", or "" for no."""
    if access.is_agent(actor):
        return ""
    if "tickets:all" in actor.capabilities:
        return "all"
    return "team" if "tickets:team" in actor.capabilities and access.teams_of(actor) else ""


def own(rows: TicketQuerySet, actor: Actor) -> TicketQuerySet:
    """What this person asked or follows."""
    return rows.filter(Q(requester_id=actor.id) | Q(watchers__contains=[actor.id]))


def behind(rows: TicketQuerySet, tab: str) -> TicketQuerySet:
    """What stands behind a tab."""
    return rows if tab == "all" else rows.filter(category__in=TABS[tab][1])


def beginning(actor: Actor, tab: str, *, of_all: bool) -> list[Ticket]:
    """The first page behind a tab in which nothing is looked for, and one row more if there are more."""
    return _BEGINNING(actor.shape, tab, of_all, me=actor.id)


def _beginning(shape: Actor, tab: str, of_all: bool, *, me: UUID) -> QuerySet[Ticket]:
    return behind(standing(shape.who(me), of_all=of_all), tab).latest_first()[: keyset.LIMIT + 1]


def standing(actor: Actor, *, of_all: bool) -> TicketQuerySet:
    """What the list is made of: one's own requests, or all that one sees."""
    seen = seen_by(actor).standing()
    return seen if of_all else own(seen, actor)


def counts(actor: Actor, *, of_all: bool) -> dict[str, str]:
    """The figure for each tab that has any ("7", "100+"), in one statement; counting stops behind COUNT_TO."""
    found = counted("category", *_COUNTED.sql(actor.shape, of_all, me=actor.id))
    sums = {tab: sum(found.get(one, 0) for one in categories) for tab, (_, categories) in TABS.items()}
    return {tab: spoken(number) for tab, number in sums.items() if number}


def _counted(shape: Actor, of_all: bool, *, me: UUID) -> QuerySet[Any]:
    return bounded(standing(shape.who(me), of_all=of_all), "category", workflow.CATEGORIES)


_BEGINNING, _COUNTED = Kept(_beginning), Kept(_counted)


def spoken(number: int) -> str:
    """A number that was counted to COUNT_TO at most."""
    return str(number) if number <= COUNT_TO else f"{COUNT_TO}+"


def drawn(tickets: Iterable[Ticket], actor: Actor, set_up: SetUp) -> list[Row]:
    """The rows of a list."""
    found = list(tickets)
    kinds.attach(found, set_up.kinds)
    return [
        Row(one, one.requester_id == actor.id, is_unread(one, actor), set_up.answer_by(one), set_up.is_late(one))
        for one in found
    ]


def is_unread(ticket: Any, actor: Actor) -> bool:
    """Whether something was said that this person has not seen: the requester's counter, or since a follower looked."""
    if ticket.requester_id == actor.id:
        return bool(ticket.unread_by_customer)
    if actor.id not in ticket.watchers or ticket.last_message_at is None:
        return False
    return ticket.looked_at is None or ticket.looked_at < ticket.last_message_at


def waiting_first(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The order of the front page: what waits for the person, then what moved last."""
    waits = ExpressionWrapper(Q(category="waiting"), BooleanField())
    return rows.order_by(waits.desc(), "-last_activity_at", "-id")
