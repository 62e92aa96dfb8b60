"""The index of one company, written anew from its tickets in one go: for a restore, in its transaction."""

from typing import Any

from shared_apps.console import index

_COPIED = ", ".join(f"t.{column}" for column in index.COPIED)
_COLUMNS = ", ".join(index.COLUMNS)
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in index.COLUMNS if name not in {"company_id", "ticket_id"})

# Ids of the index are addresses that staff have written down: rows that stay keep theirs.
_WRITE = f"""
    INSERT INTO public.console_ticketindex ({_COLUMNS})
    SELECT %(company)s, %(schema)s, t.id, {_COPIED}, {index.PRIORITY}
    FROM tickets_ticket t WHERE t.desk = 'platform' ORDER BY t.id
    ON CONFLICT (company_id, ticket_id) DO UPDATE SET {_CHANGES}
"""  # noqa: S608 (made of names and words of this code)
_DROP = """
    DELETE FROM public.console_ticketindex i WHERE i.company_id = %(company)s
    AND NOT EXISTS (SELECT 1 FROM tickets_ticket t WHERE t.id = i.ticket_id AND t.desk = 'platform')
"""
_REMEMBER = """
    UPDATE tickets_ticket t SET index_id = i.id FROM public.console_ticketindex i
    WHERE i.company_id = %(company)s AND i.ticket_id = t.id AND t.index_id IS DISTINCT FROM i.id
"""


def rebuild(connection: Any, company_id: int, schema: str) -> None:
    """Make the index say what the tickets of `schema` say. The owner's connection, with its path set to the schema."""
    for statement in (_WRITE, _DROP, _REMEMBER):
        connection.execute(statement, {"company": company_id, "schema": schema})
