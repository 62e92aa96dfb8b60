"""Whose work it is. Who did what stands in the journal: that is the assignment history. Why, as far as Portico's staff
said so about a request to Portico, stands in the platform's audit alone."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico import clock
from portico.actor import KEY, SYSTEM, Actor
from portico.errors import Forbidden, Invalid, Refused
from tenant_apps.tickets import access, distribution
from tenant_apps.tickets.actions.keeping import keep, lock, move, require_desk, require_place, require_unchanged, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.text import clean_text
from tenants.due import plan

REASONS = ("manual", "self", "escalation", "reassignment", "automatic", "hand_over", "taken_back")
WHY_LENGTH = 500
OFFERED_AGAIN, OFFERED_FOR = timedelta(minutes=10), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Assignee:
    """Somebody whom the caller has found; the name is kept, for whoever reads the ticket may not look it up."""

    id: UUID
    name: str


@transaction.atomic
def assign(
    ticket: Ticket,
    assignee: Assignee | None,
    *,
    by: Actor,
    seen_version: int | None = None,
    reason: str = "",
    why: str = "",
) -> Ticket:
    """Make it somebody's work, or nobody's. Those who may not assign others take and put back for themselves.

    On the company's desk an assigned ticket that nobody had begun is started, and one that is put back returns. The
    caller answers for the assignee. `reason` is one of REASONS; without one it follows from who is assigned by whom.
    A request to Portico may be handed over to a colleague by everybody who says `why`; no company is told.
    """
    access.require(by, "assign", ticket.desk)
    why = clean_text("reason", why, limit=WHY_LENGTH, required=False)
    _require_mine(ticket, assignee, by, why)
    if reason and reason not in REASONS:
        raise Invalid({"reason": [f"Please choose one of: {', '.join(REASONS)}."]})
    ticket = lock(ticket, by)
    if ticket.assignee_id == (assignee.id if assignee else None):
        return ticket
    require_unchanged(ticket, seen_version)
    _require_not_taken(ticket, by)
    with writing():
        give(ticket, assignee, by, reason, why)
    return ticket


@transaction.atomic
def take(ticket: Ticket, *, by: Actor) -> Ticket:
    """Make it one's own work if nobody has it: of two at once the second is Refused."""
    access.require(by, "assign", ticket.desk)
    ticket = lock(ticket, by)
    if ticket.assignee_id or not ticket.is_active or by.id is None:
        raise Refused("not_free", f"{ticket.assignee_name or 'Somebody'} was faster.")
    with writing():
        give(ticket, Assignee(by.id, by.label), by, "self", "")
    return ticket


@transaction.atomic
def assign_team(ticket: Ticket, team: UUID | None, name: str, *, by: Actor) -> Ticket:
    """Make it the work of a team (the caller has found it), or of none."""
    access.require(by, "work", access.COMPANY_DESK)
    ticket = lock(ticket, by)
    require_desk(ticket)
    require_place(ticket, by)
    if ticket.team_id == team:
        return ticket
    with writing():
        ticket.team_id = team
        keep(ticket)
        tell("ticket.team", ticket, by=by, team_id=str(team) if team else None, team_name=name)
        if team and ticket.assignee_id is None and ticket.is_active:
            assign_by_rule(ticket)
    return ticket


def assign_by_rule(ticket: Ticket) -> None:
    """Find an agent for a ticket that nobody has, when the company has asked for that; within an action that holds it.

    When nobody can take it now (they are not at work, or have enough), it is offered again later.
    """
    if not distribution.is_on():
        return
    found = distribution.choose(ticket)
    if found:
        give(ticket, Assignee(found.id, found.name), SYSTEM, "automatic", found.why)
    else:
        plan("distribute", ticket.pk.hex, OFFERED_AGAIN)


@transaction.atomic
def offer_again(ticket: Ticket) -> None:
    """Try once more with a ticket that nobody could take when it came; not with one that somebody had or put back."""
    found = Ticket.objects.standing().select_for_update(no_key=True).filter(pk=ticket.pk, assignee_id=None).first()
    if found is None or not found.is_active or found.created_at < clock.now() - OFFERED_FOR:
        return
    # The model is named, not imported: the journal knows tickets, and so cannot be known by them.
    events = apps.get_model("journal", "Event").objects
    if not events.filter(subject_id=ticket.pk, verb="ticket.assign").exists():
        with writing():
            assign_by_rule(found)


def _require_mine(ticket: Ticket, assignee: Assignee | None, by: Actor, why: str) -> None:
    if assignee is None or assignee.id == by.id or access.may(by, "assign_others", ticket.desk):
        return
    if not ticket.is_platform:
        raise Forbidden("assign_others", "You can take a ticket or put it back. A manager assigns it to others.")
    if not why or not access.may(by, "hand_over"):
        raise Forbidden(
            "assign_others",
            "You can take a ticket or put it back. A supervisor assigns it to others. To hand it over, say why.",
        )


def _require_not_taken(ticket: Ticket, by: Actor) -> None:
    """On the company's desk nobody takes work out of a colleague's hands, but a manager."""
    if ticket.is_platform or ticket.assignee_id in (None, by.id) or access.may(by, "assign_others", ticket.desk):
        return
    raise Forbidden("not_yours", f"{ticket.assignee_name} works on this. A manager can assign it to you.")


def give(ticket: Ticket, assignee: Assignee | None, by: Actor, reason: str, why: str) -> None:
    """Write whose work it is and record it; within an action that holds the ticket."""
    if assignee and assignee.id == by.id and KEY in by.capabilities:
        raise Refused("not_a_person", "A key does no work itself. Name the person who does.")
    said = {"why": why} if why else {}
    before, status = ticket.assignee_id, ticket.status
    ticket.assignee_id = assignee.id if assignee else None
    ticket.assignee_name = assignee.name if assignee else ""
    after = _status_after(ticket)
    if after:
        move(ticket, after)
    keep(ticket)
    tell(
        "ticket.assign",
        ticket,
        by=by,
        assignee_id=str(assignee.id) if assignee else None,
        assignee_name=ticket.assignee_name,
        previous_id=str(before) if before else None,
        reason=reason or _reason(ticket, assignee, before, by),
        unsaid=said if ticket.is_platform else {},
        **({} if ticket.is_platform else said),
    )
    if after:
        tell("ticket.status.update", ticket, by=by, **{"from": status, "to": after, "cause": "assign"})


def _status_after(ticket: Ticket) -> str:
    kind = ticket.kind
    if ticket.assignee_id and ticket.status == kind.initial:
        return kind.started
    if not ticket.assignee_id and kind.started and ticket.status == kind.started:
        return kind.initial
    return ""


def _reason(ticket: Ticket, assignee: Assignee | None, before: UUID | None, by: Actor) -> str:
    if assignee and assignee.id == by.id:
        return "self"
    if assignee and not access.may(by, "assign_others", ticket.desk):
        return "hand_over"
    return "reassignment" if assignee and before else "manual"
