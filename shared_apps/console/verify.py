"""Does the ticket index say what the tickets say? Compared from one snapshot, and put right on demand."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from portico.database import CompanyRef, company_scope, platform_scope
from shared_apps.console import index
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets.models import Ticket
from tenants.models import Company

MISSING, DIFFERENT, SURPLUS = "missing", "different", "surplus"

# One statement sees one snapshot of both tables, whatever is written meanwhile. The company's own role runs it, so row
# security already leaves only its rows.
_COMPARE = f"""
    SELECT coalesce(t.id, i.ticket_id), coalesce(t.number, i.number),
           CASE WHEN i.id IS NULL THEN '{MISSING}' WHEN t.id IS NULL THEN '{SURPLUS}' ELSE '{DIFFERENT}' END
    FROM (SELECT *, {index.PRIORITY} AS priority FROM tickets_ticket t WHERE desk = 'platform') t
    FULL JOIN (SELECT * FROM public.console_ticketindex WHERE schema = %s) i ON i.ticket_id = t.id
    WHERE i.id IS NULL OR t.id IS NULL OR t.index_id IS DISTINCT FROM i.id OR i.company_id <> %s
       OR ({", ".join(f"t.{column}" for column in (*index.COPIED, "priority"))})
          IS DISTINCT FROM ({", ".join(f"i.{column}" for column in (*index.COPIED, "priority"))})
    ORDER BY 1
"""  # noqa: S608 (made of names and words of this code)


@dataclass(frozen=True, slots=True)
class Drift:
    """A ticket whose index row is missing, says something else, or has no ticket."""

    company: str
    ticket_id: UUID
    number: str
    kind: str


def companies(slug: str = "") -> list[CompanyRef]:
    """All companies, or the one with this subdomain."""
    with platform_scope(), transaction.atomic():
        rows = Company.objects.exclude(state=Company.State.ERASING).order_by("id")
        return [company.ref for company in (rows.filter(slug=slug) if slug else rows)]


def drift_of(company: CompanyRef) -> list[Drift]:
    """Where this company's tickets and the index disagree."""
    with company_scope(company), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COMPARE, [company.schema, company.id])
        return [Drift(company.slug, *row) for row in cursor.fetchall()]


def orphans() -> list[Drift]:
    """Index rows that lead to no company at all."""
    with platform_scope(), transaction.atomic():
        known = Company.objects.values("schema_name")
        rows = TicketIndex.objects.exclude(schema__in=known).order_by("id")
        return [Drift(f"#{row.company_id}", row.ticket_id, row.number, SURPLUS) for row in rows.iterator()]


def repair(company: CompanyRef, found: list[Drift]) -> None:
    """Write the index anew from the tickets, each under its lock, and drop rows without a ticket."""
    for ticket_id in (drift.ticket_id for drift in found if drift.kind != SURPLUS):
        with company_scope(company), transaction.atomic():
            index.write(Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id), force=True)
    with platform_scope(), transaction.atomic():
        surplus = [drift.ticket_id for drift in found if drift.kind == SURPLUS]
        TicketIndex.objects.filter(schema=company.schema, ticket_id__in=surplus).delete()


def drop_orphans() -> None:
    """Drop the index rows that lead to no company."""
    with platform_scope(), transaction.atomic():
        TicketIndex.objects.exclude(schema__in=Company.objects.values("schema_name")).delete()
