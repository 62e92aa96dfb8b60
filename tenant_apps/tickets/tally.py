"""How many tickets stand in each view of the workspace, kept with every change: no page ever counts tickets."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from portico.database.kept import Asking, together
from portico.ids import uuid7
from tenant_apps.tickets.access import COMPANY_DESK

# Changes are added and never updated: two who move tickets at once wait for nothing, in whatever order they do it.
_ADD = "INSERT INTO tickets_tally (id, key, number) VALUES {rows}"
_COUNT = "SELECT key, count(*) FROM tickets_ticket, unnest(counted) AS key GROUP BY key"
_READ = "SELECT key, sum(number)::bigint FROM tickets_tally WHERE key = ANY(%s) GROUP BY key"
_IS_LONG = "SELECT count(*) FROM (SELECT 1 FROM tickets_tally LIMIT %s) AS few"
_FOLD = """
    WITH gone AS (
        DELETE FROM tickets_tally WHERE id IN (SELECT id FROM tickets_tally LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING key, number
    )
    INSERT INTO tickets_tally (id, key, number)
    SELECT gen_random_uuid(), key, sum(number) FROM gone GROUP BY key HAVING sum(number) <> 0
"""
# From so many rows on they are folded into one for each key.
LONG = 500


def keys_of(ticket: Any) -> list[str]:
    """The counters that a ticket stands in now: ever those of its status, and while somebody has work with it, more."""
    if ticket.desk != COMPANY_DESK or ticket.merged_into_id or ticket.deleted_at:
        return []
    keys = {f"status:{ticket.status}", f"step:{ticket.type}:{ticket.status}", "all"}
    if ticket.unread_by_agent:
        keys.add("unread")
    if ticket.rating:
        keys.add(f"rated:{ticket.rating}")
    if ticket.is_snoozed:
        keys.add("snoozed")
    elif ticket.is_active:
        keys |= {"open", f"mine:{ticket.assignee_id}" if ticket.assignee_id else "unassigned"}
        keys |= {f"department:{ticket.department}"} if ticket.department else set()
        keys |= {f"team:{ticket.team_id}"} if ticket.team_id else set()
        keys |= {"incidents"} if ticket.is_incident else set()
        keys |= {"pinned"} if ticket.is_pinned else set()
    return sorted(keys)


def shift(before: Iterable[str], after: Iterable[str]) -> None:
    """Move a ticket from its counters to others."""
    gone, come = set(before) - set(after), set(after) - set(before)
    changes = [(key, -1) for key in gone] + [(key, 1) for key in come]
    if not changes:
        return
    rows = ", ".join(["(%s, %s, %s)"] * len(changes))
    values = [value for key, change in changes for value in (uuid7(), key, change)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(rows=rows), values)


def read(keys: Iterable[str], beside: tuple[str, tuple[Any, ...]] | None = None) -> dict[str, int]:
    """The numbers of these counters, in one statement; 0 for those that nobody stands in.

    `beside` is a statement with its values that gives rows of key and number, to be read along with them.
    """
    wanted = list(keys)
    (found,) = together(asking(wanted, beside))
    return numbers_of(wanted, found)


def asking(keys: list[str], beside: tuple[str, tuple[Any, ...]] | None = None) -> Asking:
    """The statement of `read`, to be sent together with others."""
    sql, values = (f"{_READ} UNION ALL {beside[0]}", (keys, *beside[1])) if beside else (_READ, (keys,))
    return Asking(sql, values, is_steady=True)


def numbers_of(keys: list[str], rows: list[tuple[str, int]]) -> dict[str, int]:
    """What `read` says when `asking` found these rows."""
    return dict.fromkeys(keys, 0) | dict(rows)


def fold(limit: int = 50_000) -> None:
    """Make one row of each key's many. Readers see the numbers before or after, which are the same."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_LONG, [LONG])
        if cursor.fetchone()[0] >= LONG:
            cursor.execute(_FOLD, [limit])


def load_of(people: Iterable[Any]) -> dict[Any, int]:
    """The open tickets of each of these people."""
    ids = list(people)
    numbers = read(f"mine:{one}" for one in ids)
    return {one: numbers[f"mine:{one}"] for one in ids}


def counted() -> dict[str, int]:
    """What the counters should say, counted out: for verification."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return dict(cursor.fetchall())
