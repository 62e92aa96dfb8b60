"""Merging: one conversation of two, and two of one again."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from portico.actor import Actor
from portico.errors import Invalid, Refused
from tenant_apps.tickets import access
from tenant_apps.tickets.actions.keeping import keep, lock_all, move, require_work, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket


@transaction.atomic
def merge(ticket: Ticket, into: Ticket, *, by: Actor) -> Ticket:
    """Make one conversation of two; returns the one that stays, where all messages, files and history are read then.

    No word is moved, so that `unmerge` brings back exactly what was: the people of the merged one are added to those
    who follow or are in copy, and what hangs on it hangs on the other; who and what that was stands in the event.
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
    below = list(Ticket.objects.filter(parent=ticket.pk).order_by("pk").select_for_update(no_key=True))
    if below and into.parent_id:
        raise Refused("too_deep", "Others hang on this request, and the other one hangs on another itself.")
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
        joined = _join(into, ticket) | _take_over(into, ticket, below, by)
        keep(into)
        tell("ticket.merged_in", into, by=by, other=ticket.number, other_id=str(ticket.pk), **joined)
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
    added = came.facts if came else {}
    with writing():
        ticket.merged_into = None
        if left and left.facts["from"] in ticket.kind.by_key:
            move(ticket, left.facts["from"])
        keep(ticket)
        back = left.facts.get("carried", []) if left else []
        _carry(Ticket.objects.filter(pk__in=back, merged_into=into.pk), ticket)
        tell("ticket.unmerge", ticket, by=by, into=into.number, into_id=str(into.pk))
        _part(into, ticket, added, by)
        keep(into)
        tell("ticket.unmerged", into, by=by, other=ticket.number, other_id=str(ticket.pk))
    return ticket


def _carry(merged: QuerySet[Ticket], into: Ticket) -> list[str]:
    """What was merged into one that is merged itself goes along, so that all is read in one place."""
    tickets = list(merged.order_by("pk").select_for_update(no_key=True))
    for one in tickets:
        one.merged_into = into
        keep(one, is_news=False)
    return [str(one.pk) for one in tickets]


def _join(into: Ticket, merged: Ticket) -> dict[str, Any]:
    """Whoever was told about the merged one is told about the other; who was not before."""
    people = [merged.requester_id, *merged.watchers]
    new = [one for one in dict.fromkeys(people) if one != into.requester_id and one not in into.watchers]
    into.watchers = [*into.watchers, *new]
    known = {one["email"] for one in into.cc}
    copied = [one for one in merged.cc if one["email"] not in known]
    into.cc = [*into.cc, *copied]
    into.unread_by_agent += merged.unread_by_agent
    return {"joined": [str(one) for one in new], "copied": [one["email"] for one in copied]}


def _take_over(into: Ticket, merged: Ticket, below: list[Ticket], by: Actor) -> dict[str, Any]:
    """What hung on the merged one hangs on the one that stays, which is an incident when that was one."""
    becomes = merged.is_incident and not into.is_incident and not into.parent_id
    into.is_incident = into.is_incident or becomes
    for child in below:
        _hang(child, into, by)
    return {"below": [str(one.pk) for one in below], "incident": becomes} if below or becomes else {}


def _part(into: Ticket, merged: Ticket, added: Mapping[str, Any], by: Actor) -> None:
    """The other way round, as far as it is still so."""
    joined, copied = set(added.get("joined", ())), set(added.get("copied", ()))
    into.watchers = [one for one in into.watchers if str(one) not in joined]
    into.cc = [one for one in into.cc if one["email"] not in copied]
    if added.get("incident"):
        into.is_incident = False
    below = Ticket.objects.filter(pk__in=added.get("below", ()), parent=into.pk)
    for child in below.order_by("pk").select_for_update(no_key=True):
        _hang(child, merged, by)


def _hang(child: Ticket, parent: Ticket, by: Actor) -> None:
    child.parent = parent
    keep(child)
    due = child.sla_due_at.isoformat() if child.sla_due_at else None
    tell("ticket.parent", child, by=by, parent=parent.number, parent_id=str(parent.pk), due=due)
