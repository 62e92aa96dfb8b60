"""What a company out of an archive has due: an archive holds its tickets, and nothing of the worker's list."""

from typing import Any

from django.conf import settings

from portico.database import CompanyRef
from tenant_apps.tickets.attachments.keeping import KEPT_UNSENT
from tenant_apps.tickets.models import KEPT_FOR

_WRITE = """
    INSERT INTO public.tenants_due (id, company_id, generation, schema, job, key, due_at, attempts)
    SELECT gen_random_uuid(), %(company)s, %(generation)s, %(schema)s, job,
        CASE job WHEN 'end_visit' THEN key ELSE replace(key, '-', '') END, due_at, 0
    FROM (
        SELECT id::text AS key, 'wake' AS job, snoozed_until AS due_at FROM tickets_ticket
        WHERE is_snoozed AND snoozed_until IS NOT NULL
        UNION ALL
        SELECT id::text, 'erase_ticket', deleted_at + %(kept_for)s FROM tickets_ticket
        WHERE deleted_at IS NOT NULL AND merged_into_id IS NULL
        UNION ALL
        SELECT id::text, 'drop_upload', created_at + %(unsent_for)s FROM tickets_attachment
        WHERE message_id IS NULL AND state <> 'quarantined'
        UNION ALL
        SELECT id::text, 'scan', now() FROM tickets_attachment WHERE state = 'unscanned' AND %(scans)s
        UNION ALL
        SELECT id::text, 'refresh_connection', now() FROM sso_connection
        WHERE kind = 'saml' AND options ->> 'metadata_url' <> ''
        UNION ALL
        SELECT id::text, 'end_visit', now() FROM visits_visit WHERE state = 'running'
        UNION ALL
        SELECT 'hours', 'telemetry', now() WHERE EXISTS (SELECT FROM telemetry_event WHERE kind <> 'report')
        UNION ALL
        SELECT 'journal', 'seal', now()
        UNION ALL
        SELECT 'all', 'know_accounts', now()
        UNION ALL
        SELECT 'daily', 'verify', now() + interval '1 day'
        UNION ALL
        SELECT 'all', 'close_solved', now() + interval '1 day'
    ) AS due
    ON CONFLICT DO NOTHING
"""


def write(connection: Any, company: CompanyRef) -> None:
    """Have snoozed tickets wake, solved ones close, deleted ones erased and unsent files thrown away when it is time,
    what no scanner has seen looked over, identity providers' metadata read, visits end that are over, hours of desktop
    apps counted, the journal sealed, addresses known, and the index compared each day.

    The owner's connection, with its path set to the company's schema.
    """
    whose = {"company": company.id, "generation": company.generation, "schema": company.schema}
    times = {"kept_for": KEPT_FOR, "unsent_for": KEPT_UNSENT, "scans": bool(settings.SCANNER_URL)}
    connection.execute(_WRITE, whose | times)
