"""What a company out of an archive has due about its people: the archive's journal says what was not handed on yet."""

from typing import Any

from portico.database import CompanyRef
from tenant_apps.people.actions import handing
from tenant_apps.tickets import access as desk
from tenant_apps.tickets.workflow import DONE

# The latest handing on of each person, as long as one of its requests is where it was and went nowhere since. A hundred
# go in one transaction, so the first one that is left says where to go on.
_WRITE = """
    INSERT INTO public.tenants_due (id, company_id, generation, schema, job, key, due_at, attempts)
    SELECT gen_random_uuid(), %(company)s, %(generation)s, %(schema)s, %(job)s,
        replace(passing.id::text, '-', '') || ' ' || ((passing.first - 1) / %(at_once)s) * %(at_once)s, now(), 0
    FROM (
        SELECT latest.id, min(one.number) AS first
        FROM (
            SELECT DISTINCT ON (subject_id) id, at, subject_id, facts FROM journal_event
            WHERE verb = %(verb)s ORDER BY subject_id, id DESC
        ) AS latest
        CROSS JOIN LATERAL jsonb_array_elements_text(latest.facts -> 'tickets') WITH ORDINALITY AS one(ticket, number)
        JOIN tickets_ticket t ON t.id = one.ticket::uuid
        WHERE t.desk = %(desk)s AND t.deleted_at IS NULL AND t.merged_into_id IS NULL AND t.category <> ALL (%(done)s)
            AND t.assignee_id IS NOT DISTINCT FROM CASE WHEN (latest.facts ->> 'is_back')::boolean
                THEN (latest.facts ->> 'heir')::uuid ELSE latest.subject_id END
            AND NOT EXISTS (
                SELECT FROM journal_event e
                WHERE e.subject_id = t.id AND e.verb = 'ticket.assign' AND e.at >= latest.at AND e.id > latest.id
            )
        GROUP BY latest.id
    ) AS passing
    ON CONFLICT DO NOTHING
"""


def write(connection: Any, company: CompanyRef) -> None:
    """Have requests handed on that somebody left behind and nobody has got yet.

    The owner's connection, with its path set to the company's schema.
    """
    whose = {"company": company.id, "generation": company.generation, "schema": company.schema}
    what = {"job": handing.JOB, "verb": handing.VERB, "at_once": handing.AT_ONCE}
    connection.execute(_WRITE, whose | what | {"desk": desk.COMPANY_DESK, "done": list(DONE)})
