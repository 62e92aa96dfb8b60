"""The views of the inbox: which requests stand in each, and the counter that says how many without counting them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

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
    """One view: its words, its drawing, and how many stand in it; None where nobody keeps count."""

    key: str
    label: str
    icon: str
    number: int | None = None
    group: str = ""


def of(actor: Actor, frame: Frame) -> list[Shelf]:
    """The views in their order. Agents see a number only where they see every request of it."""
    counts = frame.numbers.get
    own = [
        Shelf("mine", "My requests", "user", counts(f"mine:{actor.id}")),
        Shelf("unassigned", "Unassigned", "inbox", counts("unassigned")),
        Shelf("open", "All open", "list", counts("open")),
        Shelf("unread", "Unread", "chat", counts("unread")),
        Shelf("waiting", "Waiting", "pause", _waiting(frame)),
        Shelf("snoozed", "Snoozed", "snooze", counts("snoozed")),
        Shelf("mentions", "Mentions", "at", counts("mentions")),
        Shelf("favourites", "Favourites", "star"),
        Shelf("incidents", "Incidents", "alert", counts("incidents")),
        Shelf("solved", "Solved and closed", "check"),
        Shelf("rated:bad", "Rated bad", "frown", counts("rated:bad")),
    ]
    return own + _departments(frame) + _teams(actor, frame)


def find(shelves: list[Shelf], key: str) -> Shelf:
    """The view with this key, else the first."""
    return next((one for one in shelves if one.key == key), shelves[0])


def condition(key: str, person: UUID | None) -> Q:
    """What stands in the view with this key, for this person; its key must be one of `of`."""
    kind, _, which = key.partition(":")
    return _IN[kind](person, which)


def _favourites(person: UUID | None) -> Q:
    return Q(pk__in=Seat.objects.filter(person_id=person, is_favourite=True).values("ticket"))  # type: ignore[misc]  # people have ids


_IN: dict[str, Callable[[UUID | None, str], Q]] = {
    "mine": lambda person, _: ACTIVE & Q(assignee_id=person),
    "unassigned": lambda person, _: ACTIVE & Q(assignee_id=None),
    "open": lambda person, _: ACTIVE,
    "unread": lambda person, _: Q(unread_by_agent__gt=0),
    "waiting": lambda person, _: Q(category="waiting", is_snoozed=False),
    "snoozed": lambda person, _: _OPEN & Q(is_snoozed=True),
    "mentions": lambda person, _: mentions.condition(person),
    "favourites": lambda person, _: _favourites(person),
    "incidents": lambda person, _: ACTIVE & Q(is_incident=True),
    "solved": lambda person, _: Q(category__in=sorted(DONE)),
    "rated": lambda person, which: Q(rating=which),
    "department": lambda person, which: ACTIVE & Q(department=which),
    "team": lambda person, which: ACTIVE & Q(team_id=UUID(which)),
}


def _waiting(frame: Frame) -> int | None:
    keys = [f"status:{one}" for one in frame.steps_of("waiting")]
    known = [frame.numbers[key] for key in keys if key in frame.numbers]
    return sum(known) if known else None


def _departments(frame: Frame) -> list[Shelf]:
    return [
        Shelf(
            f"department:{key}",
            name,
            "tag",
            frame.numbers.get(f"department:{key}"),
            "Departments",
        )
        for key, name in frame.on_offer.items()
    ]


def _teams(actor: Actor, frame: Frame) -> list[Shelf]:
    sees_all = access.may(actor, "work_on_all", access.COMPANY_DESK)
    mine = set(access.teams_of(actor))
    return [
        Shelf(f"team:{key}", name, "people", frame.numbers.get(f"team:{key}"), "Teams")
        for key, name in frame.teams.items()
        if sees_all or key in mine
    ]
