"""What a company out of an archive has due: an archive holds its tickets, and nothing of the worker's list."""

from typing import Any

from portico.database import CompanyRef
from tenant_apps.tickets.models import KEPT_FOR

_WRITE = """
    INSERT INTO public.tenants_due (id, company_id, generation, schema, job, key, due_at, attempts)
    SELECT gen_random_uuid(), %(company)s, %(generation)s, %(schema)s, job, replace(id::text, '-', ''), due_at, 0
    FROM (
        SELECT id, 'wake' AS job, snoozed_until AS due_at FROM tickets_ticket
        WHERE is_snoozed AND snoozed_until IS NOT NULL
        UNION ALL
        SELECT id, 'erase_ticket', deleted_at + %(kept_for)s FROM tickets_ticket
        WHERE deleted_at IS NOT NULL AND merged_into_id IS NULL
    ) AS due
    ON CONFLICT DO NOTHING
"""


def write(connection: Any, company: CompanyRef) -> None:
    """Have snoozed tickets wake and deleted ones erased when it is time. The owner's connection, with its path set to
    the company's schema."""
    values = {"company": company.id, "generation": company.generation, "schema": company.schema, "kept_for": KEPT_FOR}
    connection.execute(_WRITE, values)
