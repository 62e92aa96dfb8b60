"""A company's rows as lines of JSON, from one snapshot, and back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from django.conf import settings
from django.db.models import Model, UUIDField
from psycopg import sql

from tenants.life.classes import Kept, counts_by_itself, key_of

_AT_ONCE = 500


@contextmanager
def snapshot(schema: str) -> Iterator[psycopg.Connection[Any]]:
    """The company as it is at one moment, read under its own role: nobody else's row can come along."""
    with psycopg.connect(settings.DATABASE_URL) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(schema)))
            settle(connection, schema)
            yield connection


def settle(connection: psycopg.Connection[Any], schema: str) -> None:
    """For the running transaction: this schema and no other, times in UTC, and as long as it takes."""
    connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
    connection.execute(
        "SET LOCAL timezone TO 'UTC'; SET LOCAL statement_timeout TO 0;"
        " SET LOCAL idle_in_transaction_session_timeout TO 0"
    )


def lines(
    connection: psycopg.Connection[Any], model: type[Model], names: list[str], given: str = ""
) -> Iterator[bytes]:
    """Every row as one line of JSON, by key, with these columns in this order: the same rows give the same bytes.

    `given` names a column of texts: rows in which it is empty are left out.
    """
    key = sql.Identifier(key_of(model))
    order = (
        key
        if isinstance(model._meta.pk, UUIDField) or counts_by_itself(model)
        else sql.SQL('{} COLLATE "C"').format(key)
    )
    some = sql.SQL("WHERE {} <> ''").format(sql.Identifier(given)) if given else sql.SQL("")
    query = sql.SQL("COPY (SELECT row_to_json(r) FROM (SELECT {} FROM {} {} ORDER BY {}) r) TO STDOUT").format(
        _listed(names), sql.Identifier(model._meta.db_table), some, order
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types(["text"])
        for (line,) in copy.rows():
            yield f"{line}\n".encode()


def load(connection: psycopg.Connection[Any], model: type[Model], names: list[str], rows: Iterable[bytes]) -> None:
    """Put lines of JSON into the model's table of the schema that `settle` chose."""
    table = sql.Identifier(model._meta.db_table)
    statement = sql.SQL(
        "INSERT INTO {} ({}) SELECT {} FROM unnest(%s::text[]) AS l(line),"
        " LATERAL json_populate_record(NULL::{}, l.line::json) AS r"
    ).format(table, _listed(names), sql.SQL(", ").join(sql.Identifier("r", name) for name in names), table)
    waiting = iter(rows)
    while some := [line.decode() for line in islice(waiting, _AT_ONCE)]:
        connection.execute(statement, [some])
    if counts_by_itself(model):
        _follow(connection, model)


def unseal(connection: psycopg.Connection[Any], model: type[Model], names: list[str], rows: Iterable[bytes]) -> None:
    """Put lines of JSON with a key and one column into the rows that are there."""
    key, column = map(sql.Identifier, names)
    statement = sql.SQL(
        "UPDATE {table} AS t SET {column} = r.{column} FROM unnest(%s::text[]) AS l(line),"
        " LATERAL json_populate_record(NULL::{table}, l.line::json) AS r WHERE t.{key} = r.{key}"
    ).format(table=sql.Identifier(model._meta.db_table), column=column, key=key)
    connection.execute(statement, [[line.decode() for line in rows]])


def breaks_rule(connection: psycopg.Connection[Any], model: type[Model], what: Kept) -> bool:
    """Whether there is a row that does not satisfy the model's rule."""
    query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {} WHERE NOT ({}))").format(
        sql.Identifier(model._meta.db_table), sql.SQL(what.rule)
    )
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _listed(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _follow(connection: psycopg.Connection[Any], model: type[Model]) -> None:
    """Let the table's counter go on after the highest number that came in."""
    table, key = model._meta.db_table, key_of(model)
    connection.execute(
        sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {}").format(
            sql.Literal(f'"{table}"'), sql.Literal(key), sql.Identifier(key), sql.Identifier(table)
        )
    )
