"""What `crash` counts in the database afterwards."""

import uuid
from collections import Counter

import psycopg

# Each step that was done on a ticket, by its kind: how often it was done, stands in the journal, and in the audit.
_STEPS = """
    SELECT 'open', t.sub_subject, count(DISTINCT t.id), count(DISTINCT e.id), count(DISTINCT a.id)
    FROM {0}.tickets_ticket t
    LEFT JOIN {0}.journal_event e ON e.subject_id = t.id AND e.verb = 'ticket.create'
    LEFT JOIN public.audit_platformauditlog a ON a.id = e.id AND a.verb = e.verb
    WHERE length(t.sub_subject) = 32 GROUP BY 1, 2
  UNION ALL
    SELECT split_part(m.body, ' ', 1), t.sub_subject, count(DISTINCT m.id), count(DISTINCT e.id), count(DISTINCT a.id)
    FROM {0}.tickets_message m JOIN {0}.tickets_ticket t ON t.id = m.ticket_id
    LEFT JOIN {0}.journal_event e
      ON e.subject_id = t.id AND e.verb = 'ticket.message.create' AND e.facts->>'message' = m.id::text
    LEFT JOIN public.audit_platformauditlog a ON a.id = e.id AND a.verb = e.verb
    WHERE m.body = ANY (ARRAY['add ' || t.sub_subject, 'answer ' || t.sub_subject]) GROUP BY 1, 2
  UNION ALL
    SELECT s.step, t.sub_subject, count(DISTINCT e.id), count(DISTINCT e.id), count(DISTINCT a.id)
    FROM (VALUES ('move', 'ticket.status.update', 'to', 'in_progress'),
                 ('escalate', 'ticket.escalate', 'to', 'engineer'),
                 ('take', 'ticket.assign', 'assignee_id', %(me)s)) s (step, verb, fact, value)
    JOIN {0}.journal_event e ON e.verb = s.verb AND e.facts->>s.fact = s.value
    JOIN {0}.tickets_ticket t ON t.id = e.subject_id AND length(t.sub_subject) = 32
    LEFT JOIN public.audit_platformauditlog a ON a.id = e.id AND a.verb = e.verb GROUP BY 1, 2
"""
# Tickets without their row in the index, or with one that is not up to date.
_BEHIND = """
    SELECT count(*) FROM {0}.tickets_ticket t WHERE length(t.sub_subject) = 32 AND 1 <> (
        SELECT count(*) FROM public.console_ticketindex i
        WHERE i.ticket_id = t.id AND i.company_id = %(company)s AND i.version = t.version
          AND (i.status, i.escalation) = (t.status, t.escalation) AND i.assignee_id IS NOT DISTINCT FROM t.assignee_id)
"""


def steps(owner_url: str, company_id: int, me: str, acknowledged: set[tuple[str, str]]) -> Counter[str]:
    """What became of everything that was done on tickets, and of what was `acknowledged`, as kind and key."""
    figures: Counter[str] = Counter()
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT schema_name FROM tenants_company WHERE id = %s", [company_id]).fetchone()
        schema = row[0] if row else ""
        rows = owner.execute(_STEPS.format(schema), {"me": me}).fetchall()
        behind = owner.execute(_BEHIND.format(schema), {"company": company_id}).fetchone()
    done = {(step, key): kept for step, key, *kept in rows}
    figures["tickets"] = sum(step == "open" for step, _ in done)
    figures["duplicates"] = sum(kept[0] - 1 for kept in done.values())
    figures["lost"] = sum(one not in done for one in acknowledged)
    figures["incomplete"] = sum(len(set(kept)) > 1 for kept in done.values()) + (behind[0] if behind else 0)
    for step, _ in acknowledged:
        figures[f"acknowledged {step}"] += 1
    return figures


def told(owner_url: str, company_id: int, acknowledged: set[str]) -> dict[str, int]:
    """How many events of apps were acknowledged, and how many of those are not there."""
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT schema_name FROM tenants_company WHERE id = %s", [company_id]).fetchone()
        kept = {key for (key,) in owner.execute(f"SELECT id FROM {row[0]}.telemetry_event")} if row else set()
    wanted = [key for text in acknowledged for key in (uuid.UUID(text), uuid.uuid5(uuid.UUID(text), "crash"))]
    return {"told": len(wanted), "told_lost": sum(key not in kept for key in wanted)}
