"""Tickets into an incident and out of it: one, several, and those that it may be about. In the platform's scope."""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from portico import clock
from portico.actor import Actor
from portico.database import CompanyRef, platform_scope
from portico.errors import Refused
from shared_apps.console import desk
from shared_apps.console.incidents.spreading import parent_of
from shared_apps.console.models import TicketIndex
from shared_apps.incidents import access
from shared_apps.incidents import actions as incidents
from shared_apps.incidents.models import Affected, Incident
from tenant_apps.tickets import actions, workflow
from tenant_apps.tickets.models import Ticket
from tenants.models import Company

ABOUT = timedelta(hours=24)
MOST_SUGGESTED = 10


@transaction.atomic
def link(incident: Incident, index_id: int, *, by: Actor) -> TicketIndex:
    """Make the ticket part of the incident; its company is affected from now on. Twice is once."""
    row = desk.find(index_id, by)
    with desk.open_for(row, by) as ticket:
        join(incident, ticket, row.company, by=by)
    return row


def join(incident: Incident, ticket: Ticket, company: CompanyRef, *, by: Actor) -> bool:
    """The same from within the ticket's company; False when it was in it before.

    The incident is locked before the ticket, always: whoever links and whoever takes out wait in the same order.
    """
    if ticket.incident_id == incident.pk:
        return False
    with platform_scope():
        affected = incidents.affect(incident, company, ticket, by=by)
    actions.join_incident(ticket, parent_of(affected), by=by)
    return True


@transaction.atomic
def unlink(index_id: int, *, by: Actor) -> bool:
    """Take the ticket out of its incident; False when it was in none."""
    row = desk.find(index_id, by)
    access.require(by, "link")
    with desk.open_for(row, by) as ticket:
        return leave(ticket, row.company, by=by)


def leave(ticket: Ticket, company: CompanyRef, *, by: Actor) -> bool:
    """The same from within the ticket's company."""
    was = ticket.incident_id
    if was is None:
        return False
    with platform_scope():
        incidents.lock(Incident(pk=was), by, "link")
    if not actions.leave_incident(ticket, was, by=by):
        return False
    with platform_scope():
        others = TicketIndex.objects.filter(schema=company.schema, incident_id=was).exclude(ticket_id=ticket.pk)
        other = others.order_by("created_at", "id").values_list("ticket_id", "number").first()
        incidents.release(was, company, ticket, other, by=by)
    return True


def suggested(incident: Incident, by: Actor) -> QuerySet[TicketIndex]:
    """Open tickets that the actor sees, about the same subject, of the last day, which are in no incident yet."""
    since = clock.now() - ABOUT
    about = TicketIndex.objects.visible_to(by).filter(subject=incident.subject, incident_id=None, created_at__gt=since)
    return about.filter(status__in=workflow.OPEN).order_by("-last_activity_at", "-id")


def refuse_names(incident: Incident, words: str) -> None:
    """Refused for words that all affected companies would read and that name one of them."""
    schemas = set(Affected.objects.filter(incident=incident).values_list("schema", flat=True))
    said = " ".join(words.casefold().split())
    names = sorted(one.name for one in Company.refs(schemas).values()) if schemas else []
    found = [name for name in names if re.search(rf"(?<!\w){re.escape(' '.join(name.casefold().split()))}(?!\w)", said)]
    if found:
        raise Refused(
            "names_company",
            f"These words name {', '.join(found)}, and every affected company would read them. Say it without a name,"
            " or say that it is meant so.",
        )
