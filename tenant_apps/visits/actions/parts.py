"""What the verbs of a visit have in common."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from portico import clock
from portico.actor import Actor
from portico.database import current_company
from portico.errors import Invalid
from tenant_apps.tickets.models import Ticket
from tenant_apps.visits import access
from tenant_apps.visits.models import Visit

REASON_LENGTH = 300


def people(search: str = "") -> Any:
    """Those a visit can be as: active, and of a role that manages nothing. By name."""
    found = apps.get_model("accounts", "User")._default_manager.filter(is_active=True, role__in=access.PEOPLE)
    return found.filter(name__icontains=search).order_by("name", "id") if search else found.order_by("name", "id")


def offered(ticket: Ticket, search: str = "", *, agreed: bool, by: Actor) -> Any:
    """Those a visit for this ticket can be as, by name.

    Until the company has agreed to something, nobody is listed but who asked, and whom this staff member asked about:
    others have to be known by their whole name or address.
    """
    if agreed:
        return people(search)
    mine = Visit.objects.filter(
        staff_id=by.id,  # type: ignore[misc]  # staff have ids
        ticket_id=ticket.pk,
        person_id__isnull=False,
    )
    known = Q(pk=ticket.requester_id) | Q(pk__in=mine.values("person_id"))
    if search:
        known |= Q(name__iexact=search) | Q(email__iexact=search)
    return people().filter(known)


def meant(ticket: Ticket, person_id: UUID | None, mode: str, reason: str, by: Actor) -> Visit:
    """The visit that a form means, checked and not kept."""
    person = people().filter(pk=person_id).first() if person_id else None
    wrong: dict[str, list[str]] = {}
    if person is None:
        wrong["person"] = ["Please choose one of these people."]
    if mode not in access.MODES:
        wrong["mode"] = ["Please choose one of these."]
    if not 5 <= len(reason.strip()) <= REASON_LENGTH:
        wrong["reason"] = [f"Please say why, in 5 to {REASON_LENGTH} characters. The company reads it."]
    if wrong or person is None or by.id is None:
        raise Invalid(wrong)
    return Visit(
        staff_id=by.id,
        staff_name=by.label,
        ticket_id=ticket.pk,
        number=ticket.number,
        person_id=person.pk,
        person_name=person.name,
        person_role=person.role,
        mode=mode,
        reason=reason.strip(),
    )


def done_in(visit: Visit) -> Any:
    """What the journal tells of this visit beside its beginning and end, in order."""
    Event = apps.get_model("journal", "Event")
    if not visit.began_at:
        return Event.objects.none()
    span = (visit.began_at, (visit.end or clock.now()) + timedelta(minutes=1))
    rows = Event.objects.filter(at__range=span, facts__visit=str(visit.pk)).exclude(verb__startswith="visit.")
    return rows.order_by("at", "id")


def digest(code: str) -> str:
    """What is kept of a code; of another company or generation it is another one."""
    return hashlib.sha256(f"{current_company().key} {code}".encode()).hexdigest()


def ticket_of(visit: Visit) -> Ticket | None:
    return Ticket.objects.filter(pk=visit.ticket_id).first()


def facts_of(visit: Visit) -> dict[str, Any]:
    said = {name: getattr(visit, name) for name in ("number", "mode", "reason")}
    return said | {"visit": str(visit.pk), "staff": visit.staff_name, "person": visit.person_name, "desk": "platform"}
