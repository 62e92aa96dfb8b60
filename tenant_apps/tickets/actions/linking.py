"""Tickets that have to do with each other: links, incidents, merging (and undoing it), splitting."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from tenant_apps.tickets import access, kinds, settings
from tenant_apps.tickets.actions.keeping import keep, lock, lock_all, move, require_desk, require_work, tell
from tenant_apps.tickets.actions.opening import Requester, open_ticket
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
    row, is_new = Link.objects.get_or_create(ticket=found[ticket.pk], other=found[other.pk], kind=kind)
    if is_new:
        tell("ticket.link", ticket, by=by, kind=kind, other=other.number, other_id=str(other.pk))
    return row


@transaction.atomic
def unlink(row: Link, *, by: Actor) -> None:
    """Take a link away; the journal keeps that it was there."""
    access.require(by, "work", access.COMPANY_DESK)
    lock_all([row.ticket, row.other], by)
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
    """Hang it on another (an incident, or a larger job), or on none. Its clock becomes the parent's."""
    access.require(by, "work", access.COMPANY_DESK)
    locked = lock_all([ticket, parent] if parent else [ticket], by)
    ticket, parent = locked[ticket.pk], locked[parent.pk] if parent else None
    if parent and (parent.pk == ticket.pk or parent.parent_id or ticket.children.exists()):
        raise Refused("too_deep", "A request that hangs on another cannot carry more. Choose the topmost one.")
    if ticket.parent_id == (parent.pk if parent else None):
        return ticket
    with writing():
        ticket.parent = parent
        if parent and parent.sla_due_at:
            ticket.sla_due_at = parent.sla_due_at
        keep(ticket)
        number = parent.number if parent else None
        tell("ticket.parent", ticket, by=by, parent=number, parent_id=str(parent.pk) if parent else None)
    return ticket


@transaction.atomic
def merge(ticket: Ticket, into: Ticket, *, by: Actor) -> Ticket:
    """Make one conversation of two; returns the one that stays, where all messages, files and history are read then.

    Nothing is moved, so that `unmerge` brings back exactly what was: the people of the merged one are added to those
    who follow, and who was added stands in the event.
    """
    access.require(by, "work", access.COMPANY_DESK)
    if ticket.pk == into.pk:
        raise Invalid({"into": ["A request cannot be merged into itself."]})
    locked = lock_all([ticket, into], by)
    ticket, into = locked[ticket.pk], locked[into.pk]
    if ticket.merged_into_id or into.merged_into_id:
        raise Refused("merged", "One of them was merged already.")
    if into.is_closed:
        raise Refused("ticket_closed", "A closed request takes nothing more. Reopen it first.")
    for one in (ticket, into):
        require_work(one, by)
    with writing():
        closes = ticket.kind.first_of("closed")
        status = ticket.status
        if closes and not ticket.is_closed:
            move(ticket, closes.key)
        ticket.merged_into = into
        keep(ticket)
        carried = _carry(Ticket.objects.filter(merged_into=ticket.pk), into)
        facts = {"into": into.number, "into_id": str(into.pk), "from": status, "carried": carried}
        tell("ticket.merge", ticket, by=by, **facts)
        joined = _join(into, ticket)
        keep(into)
        tell("ticket.merged_in", into, by=by, other=ticket.number, other_id=str(ticket.pk), joined=joined)
    return into


@transaction.atomic
def unmerge(ticket: Ticket, *, by: Actor) -> Ticket:
    """Undo a merge: the ticket stands for itself again, as it stood before."""
    access.require(by, "work", access.COMPANY_DESK)
    into = Ticket.objects.filter(merged=ticket.pk).first()
    locked = lock_all([ticket, into] if into else [ticket], by)
    if into is None:
        return locked[ticket.pk]
    ticket, into = locked[ticket.pk], locked[into.pk]
    require_work(into, by)
    events = apps.get_model("journal", "Event").objects
    left = events.filter(subject_id=ticket.pk, verb="ticket.merge").order_by("at", "id").last()
    came = events.filter(subject_id=into.pk, verb="ticket.merged_in", facts__other_id=str(ticket.pk)).last()
    joined = {UUID(one) for one in came.facts["joined"]} if came else set()
    with writing():
        ticket.merged_into = None
        if left and left.facts["from"] in ticket.kind.by_key:
            move(ticket, left.facts["from"])
        keep(ticket)
        back = left.facts.get("carried", []) if left else []
        _carry(Ticket.objects.filter(pk__in=back, merged_into=into.pk), ticket)
        tell("ticket.unmerge", ticket, by=by, into=into.number, into_id=str(into.pk))
        into.watchers = [one for one in into.watchers if one not in joined]
        keep(into)
        tell("ticket.unmerged", into, by=by, other=ticket.number, other_id=str(ticket.pk))
    return ticket


@transaction.atomic
def split(message: Message, subject: str, *, by: Actor) -> Ticket:
    """Make a ticket of its own out of a message; it stays where it was, and the two are linked.

    It is of the same type and department, as far as these are still offered.
    """
    ticket = lock(message.ticket, by)
    require_desk(ticket)
    require_work(ticket, by)
    if not Message.objects.filter(pk=message.pk).told_to(by).exists() or message.sender_user_id is None:
        raise Missing
    who = Requester(ticket.requester_id, ticket.requester_name, ticket.requester_email, ticket.contact_id is not None)
    made = open_ticket(
        subject=clean_text("subject", subject, limit=255),
        description=message.body,
        html=message.html,
        desk=Ticket.Desk.COMPANY,
        channel=ticket.channel,
        **_as_still_offered(ticket),
        requester=who,
        by=by,
    )
    Link.objects.create(ticket=made, other=ticket, kind=Link.Kind.RELATES)
    tell("ticket.split", ticket, by=by, message=str(message.pk), other=made.number, other_id=str(made.pk))
    return made


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


def _carry(merged: QuerySet[Ticket], into: Ticket) -> list[str]:
    """What was merged into one that is merged itself goes along, so that all is read in one place."""
    tickets = list(merged.order_by("pk").select_for_update(no_key=True))
    for one in tickets:
        one.merged_into = into
        keep(one, is_news=False)
    return [str(one.pk) for one in tickets]


def _join(into: Ticket, merged: Ticket) -> list[Any]:
    people = [merged.requester_id, *merged.watchers] if not merged.contact_id else list(merged.watchers)
    new = [one for one in dict.fromkeys(people) if one != into.requester_id and one not in into.watchers]
    into.watchers = [*into.watchers, *new]
    into.unread_by_agent += merged.unread_by_agent
    return [str(one) for one in new]
