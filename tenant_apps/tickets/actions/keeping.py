"""What the verbs share: taking a ticket's lock, saying something in it, and keeping it with its counters."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from portico import clock
from portico.actor import Actor
from portico.database.kept import Kept
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from tenant_apps.tickets import access, tally
from tenant_apps.tickets.models import Message, Ticket
from tenants.due import plan

_A_DAY = timedelta(days=1)


def lock(ticket: Ticket, by: Actor) -> Ticket:
    """The ticket as it is now, held until commit. Writers queue, inserts that point at the ticket do not.

    Looked up through `visible_to` again: between finding it and locking it, it may have left the actor's sight.
    """
    # The product itself has no id, and none stands in what it sees.
    found: Ticket | None = _LOCKED.first(by.shape, ticket.desk, me=by.id or ticket.pk, ticket=ticket.pk)
    if found is None:
        raise Missing
    require_standing(found)
    return found


def require_standing(ticket: Ticket) -> None:
    """Refused for a ticket that was merged into another one."""
    if ticket.merged_into_id:
        raise Refused("merged", "This was merged into another request. Please go on there.")


def _locked(shape: Actor, desk: str, *, me: UUID, ticket: UUID) -> QuerySet[Ticket]:
    return Ticket.objects.visible_to(shape.who(me), desk).filter(pk=ticket).select_for_update(no_key=True)


_LOCKED = Kept(_locked, is_steady=True)


def lock_all(tickets: Iterable[Ticket], by: Actor) -> dict[UUID, Ticket]:
    """Several tickets of the company's desk, locked in the order of their keys so that two who do this never wait for
    each other. Missing when one of them is not there for this actor."""
    wanted = {ticket.pk for ticket in tickets}
    seen = Ticket.objects.visible_to(by, Ticket.Desk.COMPANY).filter(pk__in=wanted)
    found = {ticket.pk: ticket for ticket in seen.order_by("pk").select_for_update(no_key=True)}
    if wanted - found.keys():
        raise Missing
    return found


def require_unchanged(ticket: Ticket, seen_version: int | None) -> None:
    """Refused when somebody was faster than the page that this comes from."""
    if seen_version is not None and seen_version != ticket.version:
        raise Refused("changed_meanwhile", "This ticket was changed meanwhile. Please look at it again.")


def require_work(ticket: Ticket, by: Actor) -> None:
    """Forbidden unless the ticket is the actor's to work on: assigned to them, or they are a manager."""
    access.require(by, "work", access.COMPANY_DESK)
    if by.kind == "system" or access.works_on(by, ticket.assignee_id):
        return
    if ticket.assignee_id is None:
        raise Forbidden("take_it_first", "Nobody has this request yet. Take it first, then change it.")
    raise Forbidden("not_yours", f"{ticket.assignee_name} works on this. A manager can assign it to you.")


def require_place(ticket: Ticket, by: Actor) -> None:
    """The same for where a ticket belongs (team, links, what it hangs on, the top): what nobody has yet, any agent may
    put in its place."""
    access.require(by, "work", access.COMPANY_DESK)
    if ticket.assignee_id is not None:
        require_work(ticket, by)


def require_desk(ticket: Ticket) -> None:
    """Missing for a ticket of the platform's desk: what this verb does is known at the company's own alone."""
    if ticket.is_platform:
        raise Missing


def say(ticket: Ticket, body: str, by: Actor, **more: Any) -> Message:
    """Add a message."""
    more.setdefault("is_staff_reply", is_staff_of(ticket, by))
    return Message.objects.create(
        ticket=ticket, body=body, sender_name=by.signature, created_at=clock.now(), **sender_of(by), **more
    )


def is_staff_of(ticket: Ticket, by: Actor) -> bool:
    """Whether this is somebody who answers on the ticket's desk, rather than somebody who asks."""
    if ticket.is_platform:
        return by.kind == "staff"
    return access.is_agent(by) and by.id != ticket.requester_id


def sender_of(by: Actor) -> dict[str, Any]:
    """The columns of a message that say who speaks."""
    if by.kind == "company":
        return {"sender_type": Message.Sender.TENANT, "sender_user_id": by.id}
    if by.kind == "staff":
        return {"sender_type": Message.Sender.AGENT, "sender_admin_id": by.id}
    return {"sender_type": Message.Sender.SYSTEM}


def move(ticket: Ticket, status: str) -> None:
    """Set the status, and what follows from it."""
    found = ticket.kind.by_key[status]
    was_done = not ticket.is_active
    ticket.status, ticket.category = found.key, found.category
    ticket.closed_at = clock.now() if ticket.is_closed else None
    if not ticket.is_active:
        ticket.solved_at = ticket.solved_at if was_done and ticket.solved_at else clock.now()
        if ticket.category == "solved" and not ticket.is_platform:
            plan("close_solved", "all", _A_DAY)  # `closing`; whoever solves waits for nobody else who does
        ticket.is_snoozed, ticket.snoozed_until = False, None
    else:
        ticket.solved_at = None


def keep(ticket: Ticket, *, is_news: bool = True) -> None:
    """Save the ticket and move its counters. `is_news` brings it to the top of lists."""
    if ticket.is_active:
        # However it was opened again: what was said of how it had been solved holds no longer, and stands in history.
        ticket.rating, ticket.rating_comment, ticket.rated_at = None, "", None
    before, ticket.counted = ticket.counted, tally.keys_of(ticket)
    ticket.version += 1
    ticket.updated_at = clock.now()
    if is_news:
        ticket.last_activity_at = ticket.updated_at
    ticket.save(force_update=True)
    tally.shift(before, ticket.counted)


def tell(verb: str, ticket: Ticket, *, by: Actor, unsaid: Any = None, **facts: Any) -> Any:
    """Record what happened; an event of the company's own desk says so, for nothing of it leaves the company."""
    desk: dict[str, Any] = {} if ticket.is_platform else {"desk": ticket.desk}
    if desk and verb == "ticket.status.update":
        # What both were called then: a type may be changed, what happened is not.
        steps = [ticket.kind.status(facts[end]) for end in ("from", "to")]
        desk["labels"] = [[one.label, one.customer_label] for one in steps]
    return record(verb, ticket, by=by, unsaid=unsaid, **desk, **facts)


def known_status(ticket: Ticket, status: str) -> None:
    """Invalid for a status that the ticket's type does not have."""
    if status not in ticket.kind.by_key:
        raise Invalid({"status": [f"Please choose one of: {', '.join(ticket.kind.by_key)}."]})
