"""Where a ticket stands: its status, and whether it rests for a while."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction

from portico import clock
from portico.actor import SYSTEM, Actor
from portico.errors import Forbidden, Invalid, Refused
from tenant_apps.tickets import access, fields
from tenant_apps.tickets.actions.keeping import (
    keep,
    known_status,
    lock,
    move,
    require_desk,
    require_unchanged,
    require_work,
    say,
    tell,
)
from tenant_apps.tickets.actions.sorting import LAST_YEAR
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.workflow import DONE
from tenants.due import remind

RESOLVED_VIA_INCIDENT = "resolved via incident"


@transaction.atomic
def change_status(ticket: Ticket, status: str, *, by: Actor, seen_version: int | None = None) -> Ticket:
    """Move the ticket on, as its type allows; a forbidden step is refused with the list of allowed ones.

    Nothing happens when it is there already. On the platform's desk only those who see all tickets lead one out of
    closed. On the company's own, requesters close their requests and reopen solved ones, and nothing else. Solving an
    incident solves the tickets under it.
    """
    if ticket.is_platform:
        access.require(by, "change_status")
    else:
        access.require(by, "close", access.COMPANY_DESK)
    known_status(ticket, status)
    ticket = lock(ticket, by)
    if ticket.status == status:
        return ticket
    require_right(ticket, status, by)
    require_unchanged(ticket, seen_version)
    with writing():
        _go(ticket, status, by)
        solve_below(ticket, by)
    return ticket


@transaction.atomic
def step_back(ticket: Ticket, status: str, *, by: Actor, seen_version: int) -> Ticket:
    """Undo a step: to where it stood before, whatever steps the type allows, if nothing has happened since.

    What was solved with an incident stands again where it stood, unless something became of it meanwhile.
    """
    known_status(ticket, status)
    ticket = lock(ticket, by)
    if ticket.is_platform:
        access.require(by, "change_status")
    else:
        require_work(ticket, by)
    require_unchanged(ticket, seen_version)
    was_done = not ticket.is_active
    with writing():
        _go(ticket, status, by, cause="undo")
        if was_done:
            stand_below(ticket, by)
    return ticket


@transaction.atomic
def snooze(ticket: Ticket, until: datetime | None, *, by: Actor) -> Ticket:
    """Let it rest until then, or until somebody writes (None). A word wakes it in any case."""
    ticket = lock(ticket, by)
    require_desk(ticket)
    require_work(ticket, by)
    if until is not None and (until <= clock.now() or until.year > LAST_YEAR):
        raise Invalid({"until": ["Please choose a time to come."]})
    if not ticket.is_active:
        raise Refused("not_active", "Nobody has work with this any more, so it needs no rest.")
    with writing():
        ticket.is_snoozed, ticket.snoozed_until = True, until
        keep(ticket, is_news=False)
        if until:
            remind("wake", ticket.pk.hex, until)
        tell("ticket.snooze", ticket, by=by, until=until.isoformat() if until else None)
    return ticket


@transaction.atomic
def wake(ticket: Ticket, *, by: Actor = SYSTEM) -> Ticket:
    """End its rest: by hand, or because its time has come."""
    ticket = lock(ticket, by)
    require_desk(ticket)
    if by.kind != "system":
        require_work(ticket, by)
    if not ticket.is_snoozed:
        return ticket
    with writing():
        ticket.is_snoozed, ticket.snoozed_until = False, None
        keep(ticket)
        tell("ticket.wake", ticket, by=by)
    return ticket


def require_next(ticket: Ticket, status: str) -> None:
    """Refused when the type knows no step from here to there; the words name the steps there are."""
    known_status(ticket, status)
    allowed = ticket.kind.next(ticket.status)
    if status in {one.key for one in allowed}:
        return
    steps = [one.key for one in allowed]
    words = f"From {ticket.status} this goes on to: {', '.join(steps) or 'none'}."
    raise Refused("transition_not_allowed", words, allowed=steps)


def require_right(ticket: Ticket, status: str, by: Actor) -> None:
    """Refused, Forbidden or Invalid unless this actor may lead the ticket there, and the way is open."""
    known_status(ticket, status)
    if ticket.is_platform:
        if ticket.is_closed and not access.may(by, "reopen_closed"):
            raise Refused("ticket_closed", "This ticket is closed. A supervisor can reopen it.")
        return
    after = ticket.kind.by_key[status]
    if _only_asks(ticket, by):
        if by.id != ticket.requester_id:
            raise Forbidden("not_yours", f"{ticket.requester_name} asked this, and closes it or opens it again.")
        closes, reopens = after.category in DONE, ticket.category == "solved" and status == ticket.kind.woken
        if not (closes or reopens):
            raise Forbidden("close_only", "You can close your request, or open it again while it is solved.")
        if closes and after.category == "closed":
            return  # from wherever it stands: a requester who needs nothing more is not held up by a workflow
    elif by.kind != "system":
        require_work(ticket, by)
    require_next(ticket, status)
    if after.category in DONE and access.is_agent(by):
        fields.require(ticket.kind, ticket.fields, "solve")


def _only_asks(ticket: Ticket, by: Actor) -> bool:
    """Whether this is a customer, or an agent whose own request it is and not their work."""
    if by.kind != "company" or not access.is_agent(by):
        return by.kind == "company"
    return by.id == ticket.requester_id and not access.works_on(by, ticket.assignee_id)


def _go(ticket: Ticket, status: str, by: Actor, **facts: Any) -> None:
    before = ticket.status
    move(ticket, status)
    if ticket.is_platform:
        ticket.unread = False
    keep(ticket)
    tell("ticket.status.update", ticket, by=by, **{"from": before, "to": status, **facts})


def solve_below(incident: Ticket, by: Actor) -> None:
    """What is under an incident that is done is solved with it, each in its workflow, with a word to its requester.

    Not where somebody closes what they asked themselves: that says nothing about what others asked.
    """
    if not incident.is_incident or incident.is_active or _only_asks(incident, by):
        return
    children = Ticket.objects.filter(parent=incident.pk).standing().exclude(category__in=DONE)
    for child in children.order_by("pk").select_for_update(no_key=True):
        solved = child.kind.first_of("solved") or child.kind.first_of("closed")
        if solved is None:
            continue
        say(child, f"This was {RESOLVED_VIA_INCIDENT} {incident.number}.", SYSTEM, is_staff_reply=True)
        child.unread_by_customer += 1
        child.last_message_at = clock.now()
        _go(child, solved.key, by, cause="incident", incident=incident.number)


def stand_below(incident: Ticket, by: Actor) -> None:
    """Each stands where it did before the incident was solved, which goes on; what was told stays told."""
    if not incident.is_incident or not incident.is_active:
        return
    children = Ticket.objects.filter(parent=incident.pk, category__in=DONE).standing()
    found = {child.pk: child for child in children.order_by("pk").select_for_update(no_key=True)}
    # The model is named, not imported: the journal knows tickets, and so cannot be known by them.
    events = apps.get_model("journal", "Event").objects
    moved = events.filter(subject_id__in=found, verb="ticket.status.update").order_by("at", "id")
    last = {event.subject_id: event.facts for event in moved}
    for key, child in found.items():
        facts = last.get(key, {})
        is_ours = facts.get("cause") == "incident" and facts.get("incident") == incident.number
        if is_ours and facts["to"] == child.status and facts["from"] in child.kind.by_key:
            _go(child, facts["from"], by, cause="undo")
