"""The views of the inbox: which requests stand in each, and the counter that says how many without counting them."""

from dataclasses import dataclass

from django.db.models import Q

from portico.actor import Actor
from tenant_apps.desk.inbox import mentions
from tenant_apps.desk.inbox.frame import Frame
from tenant_apps.tickets import access
from tenant_apps.tickets.models import Seat
from tenant_apps.tickets.workflow import CATEGORIES, DONE

_OPEN = Q(category__in=[one for one in CATEGORIES if one not in DONE])
ACTIVE = _OPEN & Q(is_snoozed=False)
FIRST = "mine"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One view: its words, its drawing, what stands in it, and how many; None where nobody keeps count."""

    key: str
    label: str
    icon: str
    condition: Q
    number: int | None = None
    group: str = ""


def of(actor: Actor, frame: Frame) -> list[Shelf]:
    """The views in their order. Agents see a number only where they see every request of it."""
    counts = frame.numbers.get
    own = [
        Shelf("mine", "My requests", "user", ACTIVE & Q(assignee_id=actor.id), counts(f"mine:{actor.id}")),
        Shelf("unassigned", "Unassigned", "inbox", ACTIVE & Q(assignee_id=None), counts("unassigned")),
        Shelf("open", "All open", "list", ACTIVE, counts("open")),
        Shelf("unread", "Unread", "chat", Q(unread_by_agent__gt=0), counts("unread")),
        Shelf("waiting", "Waiting", "pause", Q(category="waiting", is_snoozed=False), _waiting(frame)),
        Shelf("snoozed", "Snoozed", "snooze", _OPEN & Q(is_snoozed=True), counts("snoozed")),
        Shelf("mentions", "Mentions", "at", mentions.condition(actor.id), counts("mentions")),
        Shelf("favourites", "Favourites", "star", _favourites(actor)),
        Shelf("incidents", "Incidents", "alert", ACTIVE & Q(is_incident=True), counts("incidents")),
        Shelf("solved", "Solved and closed", "check", Q(category__in=sorted(DONE))),
    ]
    return own + _departments(frame) + _teams(actor, frame)


def find(shelves: list[Shelf], key: str) -> Shelf:
    """The view with this key, else the first."""
    return next((one for one in shelves if one.key == key), shelves[0])


def _waiting(frame: Frame) -> int | None:
    keys = [f"status:{one}" for one in frame.steps_of("waiting")]
    known = [frame.numbers[key] for key in keys if key in frame.numbers]
    return sum(known) if known else None


def _favourites(actor: Actor) -> Q:
    return Q(pk__in=Seat.objects.filter(person_id=actor.id, is_favourite=True).values("ticket"))  # type: ignore[misc]  # people have ids


def _departments(frame: Frame) -> list[Shelf]:
    return [
        Shelf(
            f"department:{key}",
            name,
            "tag",
            ACTIVE & Q(department=key),
            frame.numbers.get(f"department:{key}"),
            "Departments",
        )
        for key, name in frame.on_offer.items()
    ]


def _teams(actor: Actor, frame: Frame) -> list[Shelf]:
    sees_all = access.may(actor, "work_on_all", access.COMPANY_DESK)
    mine = set(access.teams_of(actor))
    return [
        Shelf(f"team:{key}", name, "people", ACTIVE & Q(team_id=key), frame.numbers.get(f"team:{key}"), "Teams")
        for key, name in frame.teams.items()
        if sees_all or key in mine
    ]
