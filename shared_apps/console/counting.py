"""How many rows several lists have, counted no further than anybody reads, in one statement.

Lists that differ in values alone are one part of it, for PostgreSQL takes longer to plan a part than to count it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Field, QuerySet, Value
from django.db.models.expressions import RawSQL

from shared_apps.console.models import TicketIndex
from shared_apps.console.searching import Statement, as_one

COUNT_TO = 100


@dataclass(frozen=True, slots=True)
class Alike:
    """Lists by name, each with what it has in the columns in which they differ.

    `parts` are the rows of each, without overlap; for those columns they ask for `each(column)`. Once there are more
    than COUNT_TO in one part, the next is not looked at.
    """

    lists: Mapping[str, Mapping[str, str]]
    parts: Sequence[QuerySet[TicketIndex]]


def each(column: str) -> RawSQL:
    """What each of the lists has in this column."""
    field: Field[Any, Any] = TicketIndex._meta.get_field(column)  # type: ignore[assignment]
    return RawSQL(f"asked.{column}::{field.db_type(connection)}", ())  # noqa: S611


def numbers(asked: Sequence[Alike]) -> dict[str, int]:
    """How many rows each list has, by name, but never more than one behind COUNT_TO."""
    found = [statement for one in asked if (statement := _statement(one))]
    if not found:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql for sql, _ in found), [value for _, values in found for value in values])
        return dict(cursor.fetchall())


def in_words(number: int) -> str:
    """7 → "7", 101 → "100+"."""
    return str(number) if number <= COUNT_TO else f"{COUNT_TO}+"


def _statement(one: Alike) -> Statement | None:
    most = COUNT_TO + 1
    part = as_one([rows.order_by().annotate(one=Value(1)).values("one")[:most] for rows in one.parts])
    if part is None or not one.lists:
        return None
    found = f"SELECT FROM ({part[0]}) AS part LIMIT {most}" if one.parts[1:] else part[0]  # noqa: S608
    names, columns = list(one.lists), list(next(iter(one.lists.values())))
    if not columns and not names[1:]:
        return f"SELECT %s AS name, count(*) AS number FROM ({found}) AS found", [*names, *part[1]]  # noqa: S608
    given = [names, *([one.lists[name][column] for name in names] for column in columns)]
    asked = f"unnest({', '.join(['%s::text[]'] * len(given))}) AS asked({', '.join(['name', *columns])})"
    number = f"LATERAL (SELECT count(*) AS number FROM ({found}) AS found) AS counted"  # noqa: S608
    return f"SELECT name, number FROM {asked} CROSS JOIN {number}", [*given, *part[1]]  # noqa: S608
