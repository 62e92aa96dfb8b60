"""How many tickets stand in each view of the workspace, kept with every change: no page ever counts tickets."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection

from portico.ids import uuid7
from tenant_apps.tickets.access import COMPANY_DESK

# Keys in order: whoever changes several counters takes their locks in the same order as everybody else.
_SHIFT = """
    INSERT INTO tickets_tally (id, key, number) VALUES {rows}
    ON CONFLICT (key) DO UPDATE SET number = tickets_tally.number + excluded.number
"""
_COUNT = "SELECT key, count(*) FROM tickets_ticket, unnest(counted) AS key GROUP BY key"


def keys_of(ticket: Any) -> list[str]:
    """The counters that a ticket stands in now: ever one for its status, and while somebody has work with it, more."""
    if ticket.desk != COMPANY_DESK or ticket.merged_into_id:
        return []
    keys = {f"status:{ticket.status}", "all"}
    if ticket.unread_by_agent:
        keys.add("unread")
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
    """Move a ticket from its counters to others. Last in a transaction: the counters' locks are held until commit."""
    gone, come = set(before) - set(after), set(after) - set(before)
    changes = sorted([(key, -1) for key in gone] + [(key, 1) for key in come])
    if not changes:
        return
    rows = ", ".join(["(%s, %s, %s)"] * len(changes))
    values = [value for key, change in changes for value in (uuid7(), key, change)]
    with connection.cursor() as cursor:
        cursor.execute(_SHIFT.format(rows=rows), values)


def read(keys: Iterable[str]) -> dict[str, int]:
    """The numbers of these counters, in one statement; 0 for those that nobody has stood in."""
    wanted = list(keys)
    found = dict(apps.get_model("tickets", "Tally").objects.filter(key__in=wanted).values_list("key", "number"))
    return {key: found.get(key, 0) for key in wanted}


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
