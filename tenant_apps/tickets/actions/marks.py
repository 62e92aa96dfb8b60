"""What one person keeps of a ticket. These change nothing for others, so only what others see is recorded."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from portico import clock
from portico.actor import Actor
from portico.errors import Missing
from tenant_apps.tickets import access
from tenant_apps.tickets.actions.keeping import is_staff_of, keep, lock, require_desk, require_place, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import BODY_LENGTH, Seat, Ticket
from tenant_apps.tickets.text import clean_text


@transaction.atomic
def mark_read(ticket: Ticket, *, by: Actor) -> Ticket:
    """Zero the counter of unread messages on the actor's side, and remember when they looked.

    The requester's counter is their own: a colleague who looks, or somebody who follows, leaves it as it is.
    """
    access.require(by, "see", access.COMPANY_DESK)
    ticket = lock(ticket, by)
    require_desk(ticket)
    side = "unread_by_agent" if is_staff_of(ticket, by) else "unread_by_customer"
    is_theirs = side == "unread_by_agent" or ticket.contact_id or by.id == ticket.requester_id
    if is_theirs and getattr(ticket, side):
        with writing():
            setattr(ticket, side, 0)
            keep(ticket, is_news=False)
    _seat(ticket, by, seen_at=clock.now())
    return ticket


@transaction.atomic
def mark_unread(ticket: Ticket, *, by: Actor) -> Ticket:
    """Put it back among what the desk has not read: for agents, who want to see it again, or a colleague to."""
    access.require(by, "work", access.COMPANY_DESK)
    ticket = lock(ticket, by)
    require_desk(ticket)
    if not ticket.unread_by_agent:
        with writing():
            ticket.unread_by_agent = 1
            keep(ticket, is_news=False)
    return ticket


@transaction.atomic
def favour(ticket: Ticket, is_favourite: bool, *, by: Actor) -> None:
    """Put it among one's favourites, or take it away."""
    access.require(by, "see", access.COMPANY_DESK)
    _seat(_seen(ticket, by), by, is_favourite=is_favourite)


@transaction.atomic
def keep_draft(ticket: Ticket, body: str, *, by: Actor, mode: str = "reply", form: str = "") -> bool:
    """Keep words that are not sent yet; empty ones forget them. False for those that come too late: their `form` (its
    key) was sent meanwhile."""
    access.require(by, "reply", access.COMPANY_DESK)
    body = clean_text("body", body, limit=4 * BODY_LENGTH, required=False)
    draft = {"body": body, "mode": "note" if mode == "note" else "reply", "at": clock.now().isoformat()} if body else {}
    _seen(ticket, by)
    if not form:
        _seat(ticket, by, draft=draft)
        return True
    # Both wait here for a sending that is not committed yet, and see then that it was faster.
    mine = Seat.objects.filter(person_id=by.id, ticket=ticket)  # type: ignore[misc]  # who writes has an id
    if mine.filter(~Q(draft__contains={"sent": form})).update(draft=draft):
        return True
    Seat.objects.bulk_create([Seat(ticket=ticket, person_id=by.id, draft=draft)], ignore_conflicts=True)  # type: ignore[misc]
    return not mine.filter(draft__contains={"sent": form}).exists()


@transaction.atomic
def forget_draft(ticket: Ticket, form: str, *, by: Actor) -> None:
    """The words of this form were sent: none of them are kept, and those still on their way come too late."""
    access.require(by, "reply", access.COMPANY_DESK)
    _seat(_seen(ticket, by), by, draft={"sent": form} if form else {})


@transaction.atomic
def pin(ticket: Ticket, is_pinned: bool, *, by: Actor) -> Ticket:
    """Hold it at the top for all agents, or not any more."""
    access.require(by, "work", access.COMPANY_DESK)
    ticket = lock(ticket, by)
    require_desk(ticket)
    require_place(ticket, by)
    if ticket.is_pinned != is_pinned:
        with writing():
            ticket.is_pinned = is_pinned
            keep(ticket, is_news=False)
            tell("ticket.pin", ticket, by=by, is_pinned=is_pinned)
    return ticket


def _seen(ticket: Ticket, by: Actor) -> Ticket:
    if not Ticket.objects.visible_to(by, Ticket.Desk.COMPANY).filter(pk=ticket.pk).exists():
        raise Missing
    return ticket


def _seat(ticket: Ticket, by: Actor, **values: Any) -> None:
    if by.id is not None:
        seat = Seat(ticket=ticket, person_id=by.id, **values)
        key = ["person_id", "ticket"]
        Seat.objects.bulk_create([seat], update_conflicts=True, unique_fields=key, update_fields=list(values))
