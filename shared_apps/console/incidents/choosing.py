"""What is chosen for tickets: into which incident, and out of it again. For the queue's bar and a ticket's page."""

from collections.abc import Callable, Sequence
from typing import Any

from portico.actor import Actor
from portico.database import current_company
from portico.errors import Invalid
from portico.several import Step
from shared_apps.console.incidents import linking, reading
from shared_apps.incidents import access
from shared_apps.incidents.models import Incident
from tenant_apps.tickets.models import Ticket


def joins(value: str, by: Actor) -> Callable[[Ticket], Step | None]:
    """Make each ticket part of this incident."""
    found = reading.find(number(value), by)

    def do(ticket: Ticket) -> Step | None:
        is_new = linking.join(found, ticket, current_company(), by=by)
        return {"do": "leave_incident", "value": str(found.pk)} if is_new else None

    return do


def leaves(value: str, by: Actor) -> Callable[[Ticket], Step | None]:
    """The way back: out of this incident, where it is still in it."""

    def do(ticket: Ticket) -> Step | None:
        if str(ticket.incident_id) == value:
            linking.leave(ticket, current_company(), by=by)
        return None

    return do


def choices(incident_id: int | None, known: Sequence[Incident], actor: Actor) -> dict[str, Any]:
    """For a ticket's page: of those that `reading.asking_open_or` found the one it is part of, and the others."""
    mine = next((one for one in known if one.pk == incident_id), None)
    others = [] if mine else [one for one in known if one.is_open]
    return {"incident": mine, "incidents": others, "may_open": access.may(actor, "open")}


def number(said: str) -> int:
    """The number of an incident, as a form says it."""
    if not (said.isascii() and said.isdecimal() and len(said) < 19):
        raise Invalid({"do": ["There is no such incident."]}, "There is no such incident.")
    return int(said)
