"""Asking the managers for one visit, and their word."""

from uuid import UUID

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Missing, Refused
from portico.events import record
from tenant_apps.tickets.models import Ticket
from tenant_apps.visits import access, asked, consent
from tenant_apps.visits.actions.parts import facts_of, meant, ticket_of
from tenant_apps.visits.models import Visit

State = Visit.State


@transaction.atomic
def ask(ticket: Ticket, person_id: UUID | None, mode: str, reason: str, *, by: Actor) -> Visit:
    """Ask the managers whether one may visit as this person. One question at a time for each request."""
    access.require(by, "visit")
    visit = meant(ticket, person_id, mode, reason, by)
    Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)  # a second question waits here, and is the second
    mine = Visit.objects.select_for_update().filter(staff_id=visit.staff_id, ticket_id=ticket.pk)
    if mine.asked().exists():
        raise Refused("asked_already", "You have asked already. The managers find your question under Staff access.")
    if consent.read()["mode"] == access.OFF and mine.filter(state=State.DECLINED).exists():
        raise Refused("declined", "The managers said no, and do not wish to be asked about this request again.")
    visit.state = State.ASKED
    visit.save(force_insert=True)
    record("visit.ask", ticket, by=by, **facts_of(visit))
    asked.count_anew()
    return visit


@transaction.atomic
def decide(visit_id: UUID, yes: bool, *, by: Actor) -> Visit:
    """Say yes or no to what somebody asked; the second of two managers is told that it was decided."""
    access.require(by, "decide")
    visit = Visit.objects.select_for_update().filter(pk=visit_id).exclude(state=State.LOOKED).first()
    if visit is None:
        raise Missing
    if visit.state != State.ASKED:
        raise Refused("decided", f"This was decided already{f' by {visit.decided_by}' if visit.decided_by else ''}.")
    visit.state = State.ALLOWED if yes else State.DECLINED
    visit.decided_at, visit.decided_by = clock.now(), by.label
    visit.save(update_fields=["state", "decided_at", "decided_by"])
    record("visit.allow" if yes else "visit.decline", ticket_of(visit), by=by, **facts_of(visit))
    asked.count_anew()
    return visit
