"""Tickets that have to do with each other: links, incidents, splitting."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from tenant_apps.people.models import Contact
from tenant_apps.tickets import access, kinds, settings
from tenant_apps.tickets.actions.keeping import keep, lock, lock_all, require_desk, require_place, require_work, tell
from tenant_apps.tickets.actions.opening import Requester, open_ticket
from tenant_apps.tickets.attachments.copying import copy_along
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Link, Message, Ticket
from tenant_apps.tickets.text import clean_text


@transaction.atomic
def link(ticket: Ticket, other: Ticket, kind: str, *, by: Actor) -> Link:
    """Say that one has to do with the other. Twice is once."""
    access.require(by, "work", access.COMPANY_DESK)
    if kind not in Link.Kind.values:
        raise Invalid({"kind": [f"Please choose one of: {', '.join(Link.Kind.values)}."]})
    if ticket.pk == other.pk:
        raise Invalid({"other": ["A request cannot be linked to itself."]})
    found = lock_all([ticket, other], by)
    require_place(found[ticket.pk], by)
    row, is_new = Link.objects.get_or_create(ticket=found[ticket.pk], other=found[other.pk], kind=kind)
    if is_new:
        tell("ticket.link", ticket, by=by, kind=kind, other=other.number, other_id=str(other.pk))
    return row


@transaction.atomic
def unlink(row: Link, *, by: Actor) -> None:
    """Take a link away; the journal keeps that it was there."""
    access.require(by, "work", access.COMPANY_DESK)
    require_place(lock_all([row.ticket, row.other], by)[row.ticket_id], by)
    if Link.objects.filter(pk=row.pk).delete()[0]:
        tell("ticket.unlink", row.ticket, by=by, kind=row.kind, other=row.other.number, other_id=str(row.other_id))


@transaction.atomic
def make_incident(ticket: Ticket, is_incident: bool, *, by: Actor) -> Ticket:
    """Let others hang on it: solving it solves them."""
    ticket = lock(ticket, by)
    require_desk(ticket)
    require_work(ticket, by)
    if ticket.is_incident == is_incident:
        return ticket
    if ticket.parent_id:
        raise Refused("has_parent", "This hangs on another request and cannot be an incident itself.")
    with writing():
        ticket.is_incident = is_incident
        keep(ticket)
        tell("ticket.incident", ticket, by=by, is_incident=is_incident)
    return ticket


@transaction.atomic
def place_under(ticket: Ticket, parent: Ticket | None, *, by: Actor) -> Ticket:
    """Hang it on another (an incident, or a larger job), or on none. Its clock becomes the parent's, as long as
    it hangs there."""
    access.require(by, "work", access.COMPANY_DESK)
    locked = lock_all([ticket, parent] if parent else [ticket], by)
    ticket, parent = locked[ticket.pk], locked[parent.pk] if parent else None
    require_place(ticket, by)
    if parent and (parent.pk == ticket.pk or parent.parent_id or ticket.children.exists()):
        raise Refused("too_deep", "A request that hangs on another cannot carry more. Choose the topmost one.")
    if ticket.parent_id == (parent.pk if parent else None):
        return ticket
    with writing():
        own = _own_clock(ticket)
        ticket.parent = parent
        ticket.sla_due_at = (parent.sla_due_at if parent else None) or own
        keep(ticket)
        number = parent.number if parent else None
        whose = {"parent": number, "parent_id": str(parent.pk) if parent else None}
        tell("ticket.parent", ticket, by=by, **whose, due=own.isoformat() if own else None)
    return ticket


def _own_clock(ticket: Ticket) -> datetime | None:
    """When it is due on its own account: of one that hangs on another, before it was hung there."""
    if ticket.parent_id is None:
        return ticket.sla_due_at
    # The model is named, not imported: the journal knows tickets, and so cannot be known by them.
    events = apps.get_model("journal", "Event").objects
    last = events.filter(subject_id=ticket.pk, verb="ticket.parent").order_by("at", "id").last()
    if last is None or "due" not in last.facts:
        return ticket.sla_due_at
    return datetime.fromisoformat(last.facts["due"]) if last.facts["due"] else None


@transaction.atomic
def split(message: Message, subject: str, *, by: Actor) -> Ticket:
    """Make a ticket of its own out of a message; it stays where it was, and the two are linked.

    Whoever said it asks it; what agents say, to each other or to whoever asks, is refused.
    It is of the same type and department, as far as these are still offered.
    """
    ticket = lock(message.ticket, by)
    require_desk(ticket)
    require_work(ticket, by)
    if not Message.objects.filter(pk=message.pk).told_to(by).exists():
        raise Missing
    if message.is_internal or message.is_staff_reply or message.sender_user_id is None:
        raise Refused("not_asked", "This was not said by whoever asks, so it is nobody's request.")
    made = open_ticket(
        subject=clean_text("subject", subject, limit=255),
        description=message.body,
        html=message.html,
        desk=Ticket.Desk.COMPANY,
        channel=ticket.channel,
        **_as_still_offered(ticket),
        requester=_who_said(message, message.sender_user_id, ticket),
        by=by,
    )
    copy_along(message, made.messages.get())
    Link.objects.create(ticket=made, other=ticket, kind=Link.Kind.RELATES)
    tell("ticket.split", ticket, by=by, message=str(message.pk), other=made.number, other_id=str(made.pk))
    return made


def _who_said(message: Message, author: UUID, ticket: Ticket) -> Requester:
    if author == ticket.requester_id:
        return Requester(author, ticket.requester_name, ticket.requester_email, ticket.contact_id is not None)
    contact = Contact.objects.filter(pk=author).first()
    if contact:
        return Requester(contact.pk, contact.name, contact.email, is_contact=True)
    return Requester(author, message.sender_name)


def _as_still_offered(ticket: Ticket) -> dict[str, Any]:
    """Its type with what was answered for it, and its department; what was retired since begins nothing new."""
    department = ticket.department if ticket.department in settings.departments() else ""
    is_offered = ticket.type in {one.key for one in kinds.load().offered_to(agent=True)}
    sort = (
        {"type": ticket.type, "fields_as_they_are": ticket.fields}
        if is_offered
        else {"type": "", "fields_as_they_are": {}}
    )
    return sort | {"department": department}
