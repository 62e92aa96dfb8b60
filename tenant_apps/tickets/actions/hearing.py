"""Tickets with the platform that are part of an incident there: they join it, hear of it, end with it, and leave it.

The incident itself stands in `public`; what a ticket is told of it comes along (`Parent`). Its number never does, for
two companies could tell by it that they mean the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico.actor import SYSTEM, Actor
from portico.errors import Missing, Refused
from tenant_apps.tickets import access
from tenant_apps.tickets.actions.keeping import keep, lock, move, say, tell
from tenant_apps.tickets.actions.moving import RESOLVED_VIA_INCIDENT
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Message, Ticket
from tenant_apps.tickets.workflow import DONE

TOLD, SOLVED, REOPENED = "told", "solved", "reopened"


@dataclass(frozen=True, slots=True)
class Told:
    """Something that is said to all at once. `kind` is one of the above, `state` in words."""

    turn: int
    kind: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Parent:
    """An incident as one company knows it: `mark` is the company's own name for it, `turn` the latest there was."""

    id: int
    mark: str
    title: str
    turn: int
    story: Sequence[Told] = ()


@transaction.atomic
def join_incident(ticket: Ticket, parent: Parent, *, by: Actor) -> Ticket:
    """Make it part of an incident, of which it hears at once how it stands. Twice is once."""
    access.require(by, "link_incident")
    ticket = _lock(ticket, by)
    if ticket.incident_id == parent.id:
        return ticket
    if ticket.incident_id:
        raise Refused("in_another", "This is part of another incident. Take it out of that one first.")
    if not ticket.is_active:
        raise Refused("not_active", "Nobody waits for this any more: it is solved or closed.")
    with writing():
        ticket.incident_id, ticket.incident_turn = parent.id, parent.turn
        messages = [_say(ticket, parent, told) for told in parent.story[-1:]]
        ticket.unread = ticket.unread and not messages
        keep(ticket)
        tell("ticket.incident.link", ticket, by=by, incident=parent.title, mark=parent.mark)
        _tell_said(ticket, messages)
    return ticket


@transaction.atomic
def leave_incident(ticket: Ticket, incident_id: int, *, by: Actor) -> bool:
    """Take it out of this incident: it stands for itself. What was told stays told. False when it is not in it."""
    access.require(by, "link_incident")
    ticket = _lock(ticket, by)
    if ticket.incident_id != incident_id:
        return False
    with writing():
        ticket.incident_id, ticket.incident_turn = None, 0
        keep(ticket, is_news=False)
        tell("ticket.incident.unlink", ticket, by=by)
    return True


@transaction.atomic
def hear_of_incident(ticket_id: UUID, parent: Parent) -> Ticket | None:
    """Let the ticket hear, and do, what it has not heard yet; None when there is nothing. The product's own work.

    However often this is asked, each turn counts once: up to where it has heard stands in the ticket itself.
    """
    mine = Ticket.objects.standing().filter(pk=ticket_id, desk=Ticket.Desk.PLATFORM, incident_id=parent.id)
    ticket = mine.select_for_update(no_key=True).first()
    if ticket is None or ticket.incident_turn >= parent.turn:
        return None
    news = [told for told in parent.story if told.turn > ticket.incident_turn]
    with writing():
        ticket.incident_turn = parent.turn
        messages, steps = [], []
        for told in news:
            step = _step(ticket, parent, told)
            if step or ticket.is_active:
                messages.append(_say(ticket, parent, told))
            if step:
                steps.append({"from": ticket.status, "to": step} | _cause(told, parent))
                move(ticket, step)
                ticket.unread = False
        keep(ticket, is_news=bool(messages))
        _tell_said(ticket, messages)
        for facts in steps:
            tell("ticket.status.update", ticket, by=SYSTEM, **facts)
        if not messages and not steps:
            tell("ticket.incident.pass", ticket, by=SYSTEM)
    return ticket


def _lock(ticket: Ticket, by: Actor) -> Ticket:
    ticket = lock(ticket, by)
    if not ticket.is_platform:
        raise Missing
    return ticket


def _step(ticket: Ticket, parent: Parent, told: Told) -> str:
    """Where this leads the ticket: to solved with the incident, or back to where it stood before that; else empty."""
    if told.kind == SOLVED and ticket.is_active:
        solved = ticket.kind.first_of("solved") or ticket.kind.first_of("closed")
        return solved.key if solved else ""
    if told.kind == REOPENED and ticket.category in DONE:
        # The model is named, not imported: the journal knows tickets, and so cannot be known by them.
        moved = apps.get_model("journal", "Event").objects.filter(subject_id=ticket.pk, verb="ticket.status.update")
        last = moved.order_by("at", "id").last()
        facts = last.facts if last else {}
        is_ours = facts.get("cause") == "incident" and facts.get("mark") == parent.mark
        if is_ours and facts["to"] == ticket.status and facts["from"] in ticket.kind.by_key:
            return str(facts["from"])
    return ""


def _cause(told: Told, parent: Parent) -> dict[str, str]:
    if told.kind == REOPENED:
        return {"cause": "undo"}
    return {"cause": "incident", "incident": parent.title, "mark": parent.mark}


def _say(ticket: Ticket, parent: Parent, told: Told) -> Message:
    """One message of the platform, the same in every company: title, how it stands, the words."""
    heading = f"{parent.title}: {told.state.lower()}."
    if told.kind == SOLVED:
        heading = f"{RESOLVED_VIA_INCIDENT.capitalize()}: {parent.title}."
    message = say(ticket, f"{heading}\n\n{told.words}", SYSTEM, is_staff_reply=True)
    ticket.last_message_at = message.created_at
    return message


def _tell_said(ticket: Ticket, messages: Sequence[Message]) -> None:
    for message in messages:
        facts: dict[str, Any] = {"message": str(message.pk), "sender_type": message.sender_type}
        tell("ticket.message.create", ticket, by=SYSTEM, **facts)
