"""Rows of the ticket index for a benchmark of the console: made directly, without companies' schemas behind them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg

from tenant_apps.tickets import workflow
from tenants.owner import owner_connection

STAFF = [UUID(int=number) for number in range(1, 21)]
_COMPANIES = """
    INSERT INTO public.tenants_company (schema_name, name, slug, state, generation, tint, fingerprint, created_at)
    SELECT 't_none_' || n, 'Company ' || n, 'company-' || n, 'active', 1, n %% 10, '', now()
    FROM generate_series(1, %(companies)s) n
"""
# Two years of work: most of it closed, a third of it nobody's, subjects unevenly liked.
_ROWS = """
    WITH staff AS (SELECT %(staff)s::uuid[] AS ids, %(keys)s::text[] AS keys, %(categories)s::text[] AS categories),
    company AS (SELECT array_agg(id ORDER BY id) AS ids, array_agg(schema_name ORDER BY id) AS schemas
                FROM public.tenants_company WHERE schema_name LIKE 't\\_none\\_%%'),
    subject AS (SELECT array_agg(key ORDER BY position) AS keys FROM public.staff_subject),
    drawn AS (SELECT n, 1 + floor(random() * %(companies)s)::int AS company, random() AS status, random() AS subject,
                     CASE WHEN random() > 0.33 THEN 1 + floor(random() * 20)::int END AS assignee,
                     now() - random() * interval '730 days' AS at FROM generate_series(1, %(rows)s) n),
    placed AS (SELECT *, CASE WHEN status < 0.7 THEN cardinality(keys)
                              ELSE 1 + floor((status - 0.7) / 0.3 * (cardinality(keys) - 1))::int END AS step
               FROM drawn, staff)
    INSERT INTO public.console_ticketindex (
        company_id, schema, ticket_id, number, subject, sub_subject, type, status, category, priority, assignee_id,
        assignee_name, requester_id, requester_name, created_at, updated_at, last_activity_at, closed_at, unread,
        version)
    SELECT company.ids[placed.company], company.schemas[placed.company], gen_random_uuid(), 'TICK-2026-' || n,
           subject.keys[1 + floor(power(placed.subject, 2) * cardinality(subject.keys))::int],
           'Something to be done' || CASE WHEN n %% 20 = 0 THEN ' with an invoice'
                                          WHEN n %% 5000 = 1 THEN ' on a zeppelin'
                                          ELSE ' about topic ' || n %% 3000 END,
           CASE WHEN n %% 25 = 0 THEN 'website_design' ELSE 'support' END, placed.keys[step], categories[step],
           'P' || 1 + n %% 4, placed.ids[assignee],
           CASE WHEN assignee IS NULL THEN '' ELSE 'Staff ' || assignee END, gen_random_uuid(),
           'Requester ' || n %% 500, at, at, at, CASE WHEN categories[step] = 'closed' THEN at END, n %% 5 = 0, 1
    FROM placed, company, subject ORDER BY n
"""

_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = 'public.console_ticketindex'::regclass AND NOT indisunique
"""


def fill(companies: int, rows: int) -> None:
    """The same rows whatever the number of companies, but for whose they are."""
    steps = workflow.STATUSES
    values = {
        "companies": companies,
        "rows": rows,
        "staff": STAFF,
        "keys": [step.key for step in steps],
        "categories": [step.category for step in steps],
    }
    with owner_connection(autocommit=True) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_COMPANIES, values)
        with _indexed_at_once(connection):
            connection.execute(_ROWS, values)
        connection.execute("VACUUM ANALYZE public.console_ticketindex")
        connection.execute("VACUUM ANALYZE public.tenants_company")


@contextmanager
def _indexed_at_once(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Indexes are made of all rows together: row by row, a million of them take several times as long."""
    connection.execute("SET search_path TO public")
    found = connection.execute(_INDEXES).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")  # type: ignore[call-overload]
    yield
    connection.execute("SET maintenance_work_mem TO '512MB'")
    for _, made in found:
        connection.execute(made)
