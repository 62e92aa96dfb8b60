"""What can be done with a ticket. Each verb: permission, lock, rule, write, record. Nothing else writes tickets."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from tenant_apps.tickets import access, catalogue, numbers, workflow
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import BODY_LENGTH, Message, Ticket
from tenant_apps.tickets.text import clean_text


@dataclass(frozen=True, slots=True)
class Assignee:
    """A staff member whom the caller has found; the name is kept for the company, which cannot look it up."""

    id: UUID
    name: str


@transaction.atomic
def open_ticket(
    *, subject: str, sub_subject: str = "", description: str, by: Actor, type: str = Ticket.Type.SUPPORT
) -> Ticket:
    """A new ticket on the platform desk with its first message."""
    access.require(by, "open")
    assert by.id is not None  # noqa: S101 (people have ids, and the product itself asks nothing)
    if not catalogue.is_on_offer(subject):
        raise Invalid({"subject": ["Please choose a subject from the list."]})
    if type not in Ticket.Type.values:
        raise Invalid({"type": ["There is no such type of ticket."]})
    sub_subject = clean_text("sub_subject", sub_subject, limit=200, required=False)
    description = clean_text("description", description, limit=BODY_LENGTH)
    now = clock.now()
    ticket = Ticket(
        number=numbers.next_number(now),
        type=type,
        subject=subject,
        sub_subject=sub_subject,
        requester_id=by.id,
        requester_name=by.label,
        created_at=now,
        updated_at=now,
        last_activity_at=now,
    )
    with writing():
        ticket.save(force_insert=True)
        message = _say(ticket, description, by)
        record("ticket.create", ticket, by=by, number=ticket.number, subject=subject, message=str(message.pk))
    return ticket


@transaction.atomic
def reply(ticket: Ticket, body: str, *, by: Actor, seen_version: int | None = None) -> Message:
    """Add a message to the conversation. A `seen_version` that is no longer true is refused: reading comes first.

    A closed ticket takes no reply, so that what was settled stays as it was. A word from the company wakes a ticket
    that waited for it or was solved.
    """
    access.require(by, "reply")
    body = clean_text("body", body, limit=BODY_LENGTH)
    ticket = _lock(ticket, by)
    if ticket.is_closed:
        raise Refused("ticket_closed", "This ticket is closed and takes no replies. Please open a new one.")
    _require_unchanged(ticket, seen_version)
    with writing():
        message = _say(ticket, body, by)
        before = ticket.status
        _move(ticket, workflow.after_reply(before, message.sender_type))
        _touch(ticket, unread=_unread_after(ticket, by))
        record("ticket.message.create", ticket, by=by, message=str(message.pk), sender_type=message.sender_type)
        if ticket.status != before:
            record("ticket.status.update", ticket, by=by, **{"from": before, "to": ticket.status, "cause": "reply"})
    return message


@transaction.atomic
def change_status(ticket: Ticket, status: str, *, by: Actor, seen_version: int | None = None) -> Ticket:
    """Move the ticket on. Every status may follow every other; out of closed only those lead who see all tickets.

    Nothing happens when it is there already. A `seen_version` that is no longer true is refused: somebody was faster.
    """
    access.require(by, "change_status")
    if status not in workflow.BY_KEY:
        raise Invalid({"status": [f"Please choose one of: {', '.join(workflow.KEYS)}."]})
    ticket = _lock(ticket, by)
    if ticket.status == status:
        return ticket
    if ticket.is_closed and not access.may(by, "reopen_closed"):
        raise Refused("ticket_closed", "This ticket is closed. A supervisor can reopen it.")
    _require_unchanged(ticket, seen_version)
    before = ticket.status
    with writing():
        _move(ticket, status)
        _touch(ticket, unread=False)
        record("ticket.status.update", ticket, by=by, **{"from": before, "to": status})
    return ticket


@transaction.atomic
def assign(ticket: Ticket, assignee: Assignee | None, *, by: Actor, seen_version: int | None = None) -> Ticket:
    """Make it somebody's work, or nobody's. Those who do not see all tickets assign only to themselves.

    The caller answers for the assignee: staff live in `public`, where a company does not look.
    """
    access.require(by, "assign")
    if assignee and assignee.id != by.id and not access.may(by, "assign_others"):
        raise Forbidden("assign_others", "You can take a ticket or put it back. A supervisor assigns it to others.")
    ticket = _lock(ticket, by)
    if ticket.assignee_id == (assignee.id if assignee else None):
        return ticket
    _require_unchanged(ticket, seen_version)
    before = ticket.assignee_id
    with writing():
        ticket.assignee_id = assignee.id if assignee else None
        ticket.assignee_name = assignee.name if assignee else ""
        _touch(ticket, unread=ticket.unread)
        record(
            "ticket.assign",
            ticket,
            by=by,
            assignee_id=str(assignee.id) if assignee else None,
            assignee_name=ticket.assignee_name,
            previous_id=str(before) if before else None,
        )
    return ticket


def _lock(ticket: Ticket, by: Actor) -> Ticket:
    """The ticket as it is now, held until commit. Writers queue, inserts that point at the ticket do not.

    Looked up through `visible_to` again: between finding it and locking it, it may have left the actor's sight.
    """
    try:
        return Ticket.objects.visible_to(by).select_for_update(no_key=True).get(pk=ticket.pk)
    except Ticket.DoesNotExist:
        raise Missing from None


def _require_unchanged(ticket: Ticket, seen_version: int | None) -> None:
    if seen_version is not None and seen_version != ticket.version:
        raise Refused("changed_meanwhile", "This ticket was changed meanwhile. Please look at it again.")


def _say(ticket: Ticket, body: str, by: Actor) -> Message:
    return Message.objects.create(
        ticket=ticket, body=body, sender_name=by.label, created_at=clock.now(), **_sender_of(by)
    )


def _sender_of(by: Actor) -> dict[str, Any]:
    if by.kind == "company":
        return {"sender_type": Message.Sender.TENANT, "sender_user_id": by.id}
    if by.kind == "staff":
        return {"sender_type": Message.Sender.AGENT, "sender_admin_id": by.id}
    return {"sender_type": Message.Sender.SYSTEM}


def _move(ticket: Ticket, status: str) -> None:
    ticket.status = status
    ticket.category = workflow.BY_KEY[status].category
    ticket.closed_at = clock.now() if ticket.is_closed else None


def _touch(ticket: Ticket, *, unread: bool) -> None:
    ticket.unread = unread
    ticket.version += 1
    ticket.updated_at = ticket.last_activity_at = clock.now()
    ticket.save(force_update=True)


def _unread_after(ticket: Ticket, by: Actor) -> bool:
    """Unread means that the company said the last word and no staff member has acted since."""
    return {"company": True, "staff": False}.get(by.kind, ticket.unread)
