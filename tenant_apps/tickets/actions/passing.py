"""A request to Portico goes up the path (agent, engineer, supervisor) or down again. Handing over is `assign`.

Why stands in the platform's audit alone: the company reads at most that its request was passed on.
"""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico.actor import SYSTEM, Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from tenant_apps.tickets import access, levels
from tenant_apps.tickets.actions.assigning import WHY_LENGTH, Assignee, give
from tenant_apps.tickets.actions.keeping import keep, lock, require_unchanged, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.text import clean_text

PASSED = ("ticket.assign", "ticket.escalate")


@transaction.atomic
def escalate(
    ticket: Ticket, level: int, why: str, *, by: Actor, to: Assignee | None = None, seen_version: int | None = None
) -> Ticket:
    """Pass it to this level: to one person there (the caller answers for them), or to whoever takes it first.

    Everybody who sees it passes it up; down again it goes from those who take on its level. Nobody keeps it: whoever
    does not cover its subject no longer sees it.
    """
    access.require(by, "escalate")
    why = clean_text("reason", why, limit=WHY_LENGTH)
    if level not in levels.NAMES:
        raise Invalid({"level": [f"Please choose one of: {', '.join(levels.BY_NAME)}."]})
    ticket = _lock(ticket, by)
    require_unchanged(ticket, seen_version)
    _require_way(ticket, level, to, by)
    with writing():
        _pass(ticket, level, to, by, "escalation", why)
    return ticket


@transaction.atomic
def undo_passing(ticket: Ticket, level: int, to: Assignee | None, *, by: Actor, seen_version: int) -> Ticket:
    """Take back what one has just passed on, unless anything happened to it since: it is as it was before.

    Also for whoever sees it no longer, which is what passing on often means. Missing when somebody else did it.
    """
    access.require(by, "escalate")
    ticket = _lock(ticket, SYSTEM)
    # The model is named, not imported: the journal knows tickets, and so cannot be known by them.
    told = apps.get_model("journal", "Event")._default_manager.filter(subject_id=ticket.pk, verb__in=PASSED)
    last = told.order_by("-at", "-id").first()
    if last is None or by.id is None or last.actor_id != by.id:
        raise Missing
    require_unchanged(ticket, seen_version)
    with writing():
        if level == ticket.escalation:
            give(ticket, to, by, "taken_back", "")
        else:
            _pass(ticket, level, to, by, "taken_back", "")
    return ticket


def _lock(ticket: Ticket, by: Actor) -> Ticket:
    if not ticket.is_platform:
        raise Missing
    return lock(ticket, by)


def _require_way(ticket: Ticket, level: int, to: Assignee | None, by: Actor) -> None:
    now = ticket.escalation
    if level < now and levels.level_of(by.role) < now:
        raise Forbidden("not_yours", f"This waits for {levels.ONE[now]}, who alone can give it back.")
    if level == now and (to is None or to.id == ticket.assignee_id):
        raise Refused(
            "already_there", f"This waits for {levels.ONE[now]} already." if now else "This is not escalated."
        )
    if level > now and not ticket.is_active:
        raise Refused("not_open", "This is done. Move it to another status before you escalate it.")


def _pass(ticket: Ticket, level: int, to: Assignee | None, by: Actor, reason: str, why: str) -> None:
    facts: dict[str, Any] = {
        "from": levels.NAMES[ticket.escalation],
        "to": levels.NAMES[level],
        "assignee_id": _text(to.id if to else None),
        "assignee_name": to.name if to else "",
        "previous_id": _text(ticket.assignee_id),
        "reason": reason,
    }
    ticket.escalation = level
    ticket.assignee_id, ticket.assignee_name = (to.id, to.name) if to else (None, "")
    keep(ticket)
    tell("ticket.escalate", ticket, by=by, unsaid={"why": why} if why else {}, **facts)


def _text(key: UUID | None) -> str | None:
    return str(key) if key else None
