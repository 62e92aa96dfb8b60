"""Who may do what with a ticket, on each desk. Which tickets: `Ticket.objects.visible_to`, which asks `sight`."""

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet

from portico import actor as kernel
from portico.actor import SEES_ALL, Actor
from portico.database.kept import Among

PLATFORM_DESK, COMPANY_DESK = "platform", "company"
MANAGERS = frozenset({"owner", "manager"})
COMPANY = MANAGERS | {"agent"}
CUSTOMERS = frozenset({"member", "customer"})
STAFF = frozenset({"platform_support", "platform_engineer", "platform_account_manager"}) | SEES_ALL

# The platform's desk: a company asks Portico.
MAY: dict[str, frozenset[str]] = {
    "see": COMPANY | STAFF,
    "open": COMPANY,
    "reply": COMPANY | STAFF,
    "rate": COMPANY,
    "change_status": STAFF,
    "reopen_closed": SEES_ALL,
    "set_importance": STAFF,  # the requester says how urgent it is
    "assign": STAFF,  # to oneself or to nobody
    "assign_others": SEES_ALL | {"platform_account_manager"},
    "escalate": STAFF,  # up the path, and for those it has reached down again
    "hand_over": STAFF,  # to a colleague, saying why
    "link_incident": STAFF,  # and take out of one; who leads it: `shared_apps.incidents.access`
}
# The company's own desk: its customers and members ask its agents.
AT_HOME: dict[str, frozenset[str]] = {
    "see": COMPANY | CUSTOMERS,
    "open": COMPANY | CUSTOMERS,
    "open_for_others": COMPANY,
    "reply": COMPANY | CUSTOMERS,
    "close": COMPANY | CUSTOMERS,
    "rate": COMPANY | CUSTOMERS,  # what one asked oneself
    "work": COMPANY,  # change status and fields, note, tag, link, merge: on what is one's own to work on (`works_on`)
    "work_on_all": MANAGERS,
    "assign": COMPANY,
    "assign_others": MANAGERS,
    "configure": MANAGERS,
    "delete": MANAGERS,  # and bring back
}
# What a role of the company's own making can allow besides (`tenant_apps.people.access`).
GIVABLE = frozenset({"work_on_all", "assign_others", "delete", "configure"})
_TABLES = {PLATFORM_DESK: MAY, COMPANY_DESK: AT_HOME}


def may(actor: Actor, verb: str, desk: str = PLATFORM_DESK) -> bool:
    """Whether this actor's role may do this at all; buttons ask it too."""
    return kernel.may(actor, verb, _TABLES[desk]) or _is_given(actor, verb, desk)


def require(actor: Actor, verb: str, desk: str = PLATFORM_DESK) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    if not _is_given(actor, verb, desk):
        kernel.require(actor, verb, _TABLES[desk])


def _is_given(actor: Actor, verb: str, desk: str) -> bool:
    """A role of the company's own making may allow more at its own desk, and never at the platform's."""
    return desk == COMPANY_DESK and verb in GIVABLE and f"may:{verb}" in actor.capabilities


def is_agent(actor: Actor) -> bool:
    """Whether this is somebody who answers on the company's desk."""
    return actor.kind == "company" and actor.role in COMPANY


def teams_of(actor: Actor) -> list[UUID]:
    """The teams somebody is in."""
    return [UUID(one.removeprefix("team:")) for one in sorted(actor.capabilities) if one.startswith("team:")]


def sight(actor: Actor, desk: str) -> Q | None:
    """What this actor sees of a desk, as a condition on tickets; None for nothing."""
    if not may(actor, "see", desk):
        return None
    here = Q(desk=desk)
    if desk == PLATFORM_DESK:
        if actor.kind == "company" or actor.sees_all:
            return here
        return here & (Q(subject__in=actor.covers) | Q(assignee_id=actor.id))
    if actor.kind != "company":
        return None
    if actor.role in MANAGERS or "tickets:all" in actor.capabilities:
        return here
    return here & _own(actor)


def _own(actor: Actor) -> Q:
    # The few that somebody watches are found first: beside them the database sees that one's own are few as well, and
    # does not walk through all tickets in the order of the list until it has a page of them.
    watched = apps.get_model("tickets", "Ticket").objects.filter(watchers__contains=[actor.id])
    own = Q(Among(F("pk"), ArraySubquery(watched.values("pk"))))
    if "tickets:none" not in actor.capabilities:
        own |= Q(requester_id=actor.id)
    teams = teams_of(actor)
    if actor.role == "agent":
        own |= Q(assignee_id=actor.id) | Q(assignee_id=None) | Q(team_id__in=teams)
    elif teams and "tickets:team" in actor.capabilities:
        colleagues = [Q(profile__teams__contains=[str(team)]) for team in teams]
        own |= Q(requester_id__in=_accounts().filter(reduce(or_, colleagues)).values("pk"))
    return own


def _accounts() -> QuerySet[Any]:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")._default_manager.all()


def works_on(actor: Actor, assignee_id: UUID | None) -> bool:
    """Whether a ticket of the company's desk is this actor's to work on: the assignee's, and every manager's."""
    return may(actor, "work_on_all", COMPANY_DESK) or (
        may(actor, "work", COMPANY_DESK) and actor.id is not None and actor.id == assignee_id
    )
