"""What a company out of an archive has due about its mail: an archive holds mails, and nothing of the worker's list."""

from typing import Any

from portico.database import CompanyRef
from tenant_apps.mailroom import health, mailboxes, watching
from tenant_apps.mailroom.actions import holding, taking

_WRITE = """
    INSERT INTO public.tenants_due (id, company_id, generation, schema, job, key, due_at, attempts)
    SELECT gen_random_uuid(), %(company)s, %(generation)s, %(schema)s, job, replace(key, '-', ''), due_at, 0
    FROM (
        SELECT id::text AS key, CASE WHEN told ? 'missing' THEN %(collect)s ELSE %(ingest)s END AS job, now() AS due_at
            FROM mailroom_incoming WHERE state = 'waiting'
        UNION ALL
        SELECT id::text, %(purge)s, now() + %(kept_for)s FROM mailroom_incoming WHERE state = 'deleted'
        UNION ALL
        SELECT id::text, %(fetch)s, now() FROM mailroom_channel WHERE way = 'imap' AND is_active
        UNION ALL
        SELECT 'all', %(watch)s, now() + %(every)s
    ) AS due
    ON CONFLICT DO NOTHING
"""


def write(connection: Any, company: CompanyRef) -> None:
    """Have mails that wait dealt with, deleted ones purged (their time begins anew), mailboxes looked into and channels
    looked after. The owner's connection, with its path set to the company's schema."""
    whose = {"company": company.id, "generation": company.generation, "schema": company.schema}
    jobs = {"ingest": taking.JOB, "collect": taking.COLLECT, "purge": holding.PURGE}
    jobs |= {"fetch": mailboxes.JOB, "watch": health.WATCH}
    times = {"kept_for": holding.KEPT_FOR, "every": watching.EVERY}
    connection.execute(_WRITE, whose | jobs | times)
