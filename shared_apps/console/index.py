"""Projection: a ticket's state into the index, in the ticket's own transaction."""

from typing import Any

from django.db import connection

from portico.database import CompanyRef, current_company
from tenant_apps.tickets import priority
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket

# Taken from the ticket as they are; `verify` compares the same ones.
COPIED = (
    "number", "subject", "sub_subject", "type", "status", "category", "assignee_id", "assignee_name", "requester_id",
    "requester_name", "created_at", "updated_at", "last_activity_at", "closed_at", "unread", "version",
    "escalation", "incident_id", "incident_turn",
)  # fmt: skip
COLUMNS = ("company_id", "schema", "ticket_id", *COPIED, "priority")
# The matrix as SQL, for the comparison and the rebuilding of whole companies (`t` is the ticket's row).
PRIORITY = "CASE {} END".format(
    " ".join(
        f"WHEN t.urgency = '{urgency}' AND t.importance = '{importance}' THEN '{result}'"
        for urgency, row in priority.MATRIX.items()
        for importance, result in zip(priority.LEVELS, row, strict=True)
    )
)
_KEY = {"company_id", "ticket_id"}
_CHANGES = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS if column not in _KEY)

# The guard: whoever comes late with an older state changes nothing. `force` is for repair, which holds the ticket's
# lock and writes in any case.
_UPSERT = f"""
    INSERT INTO public.console_ticketindex ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))})
    ON CONFLICT (company_id, ticket_id) DO UPDATE SET {_CHANGES}
    WHERE %s OR console_ticketindex.version < excluded.version
    RETURNING id
"""  # noqa: S608 (made of names of this code)


def project(event: Any, ticket: Ticket) -> None:
    """The projection of every ticket verb."""
    write(ticket)


def write(ticket: Ticket, *, force: bool = False) -> None:
    """Put the ticket's state into the index unless a newer one is there; the row's id is kept on the ticket."""
    if ticket.desk != Ticket.Desk.PLATFORM:
        return
    values = _values(ticket, current_company())
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [*(values[column] for column in COLUMNS), force])
        row = cursor.fetchone()
    if row and row[0] != ticket.index_id:
        _remember(ticket, row[0])


def _values(ticket: Ticket, company: CompanyRef) -> dict[str, Any]:
    copied = {column: getattr(ticket, column) for column in COPIED}
    own = {"company_id": company.id, "schema": company.schema, "ticket_id": ticket.pk, "priority": ticket.priority}
    return copied | own


def _remember(ticket: Ticket, index_id: int) -> None:
    ticket.index_id = index_id
    with writing():
        Ticket.objects.filter(pk=ticket.pk).update(index_id=index_id)
