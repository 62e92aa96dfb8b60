"""What is said about an incident reaches the tickets in it: company by company, some at a time, each in its own scope.

What is left to do stands in the index (`incident_turn` behind the incident's), so nothing else has to be remembered: a
worker that dies goes on where it was, and what could not be done in one company is tried again there, alone.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from portico.database import current_company
from portico.errors import Refusal
from shared_apps.console.models import TicketIndex
from shared_apps.incidents.models import Affected, Incident, State
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Parent, Told
from tenants.due import plan, plan_all
from tenants.models import Company

AT_ONCE = 50
_JOB, _PATIENCE = "incident", timedelta(seconds=30)
_LABELS = dict(State.choices)
log = structlog.get_logger("portico.incidents")


def begin(event: Any, incident: Incident) -> None:
    """A projection: each affected company's worker begins once this is committed, or with the next sweep."""
    from portico.tasks import incident as job  # tasks ask the jobs, which read this

    schemas = set(Affected.objects.filter(incident=incident).values_list("schema", flat=True))
    companies = list(Company.refs(schemas).values()) if schemas else []
    key = f"{incident.pk}:{incident.turn}"
    plan_all(_JOB, key, companies)
    for company in companies:
        job.send(company, key)


def tell_some(key: str) -> None:
    """Let the next tickets of the company whose scope holds hear it, and see to it that the rest follows."""
    from portico.tasks import incident as job  # tasks ask the jobs, which read this

    company = current_company()
    affected = Affected.objects.of(company).filter(incident_id=int(key.partition(":")[0])).first()
    if affected is None:
        return
    left = behind(affected)
    trouble = _tell(left[:AT_ONCE], parent_of(affected))
    if trouble != affected.trouble:
        affected.trouble = trouble
        affected.save(update_fields=["trouble"])
    if len(left) > AT_ONCE or trouble:
        plan(_JOB, key, _PATIENCE)
    if len(left) > AT_ONCE and not trouble:
        job.send(company, key)


def behind(affected: Affected) -> list[tuple[UUID, str]]:
    """The company's tickets that have not heard the latest, as (id, number): a few more than are done at once."""
    rows = TicketIndex.objects.filter(schema=affected.schema, incident_id=affected.incident_id)
    left = rows.filter(incident_turn__lt=affected.turn).order_by("updated_at", "ticket_id")
    return list(left.values_list("ticket_id", "number")[: AT_ONCE + 1])


def parent_of(affected: Affected) -> Parent:
    """The incident as this company knows it."""
    story = [Told(one["turn"], one["kind"], _LABELS[one["state"]], one["words"]) for one in affected.story]
    return Parent(affected.incident_id, str(affected.pk), affected.title, affected.turn, story)


def _tell(tickets: list[tuple[UUID, str]], parent: Parent) -> dict[str, str]:
    """Each in a savepoint: what breaks one holds up none of the others. The trouble by number."""
    trouble = {}
    for ticket_id, number in tickets:
        try:
            with transaction.atomic():
                actions.hear_of_incident(ticket_id, parent)
        except (DatabaseError, Refusal) as problem:
            log.exception("incident.not_told", number=number)
            trouble[number] = type(problem).__name__
    return trouble
