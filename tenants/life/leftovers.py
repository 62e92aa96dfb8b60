"""What has to go is written down first, so that a kill at any point leaves nothing that is not found again.

A schema or files that no row names are never removed here: they may belong to a state of the database that somebody
is about to bring back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors, sql

from portico.errors import Refused
from tenants.life import files
from tenants.models import Leftover
from tenants.owner import owner_connection

ALONE = 7_310_030  # advisory lock: one restore, erasure or clean-up at a time
# Whoever was killed holds the lock until the server has noticed: the next one waits that long before it gives up.
_PATIENCE = "5s"
_TABLES_AT_ONCE = 8
Tell = Callable[[str], None]
Connection = psycopg.Connection[Any]


@contextmanager
def alone() -> Iterator[Connection]:
    """Nobody else restores, erases or tidies meanwhile, else Refused; the owner's connection, in autocommit."""
    with owner_connection(autocommit=True) as connection:
        try:
            with connection.transaction():
                connection.execute(sql.SQL("SET LOCAL lock_timeout TO {}").format(_PATIENCE))
                connection.execute("SELECT pg_advisory_lock(%s)", [ALONE])
        except errors.LockNotAvailable as taken:
            raise Refused(
                "busy", "Another company is being restored or erased right now. Please try again afterwards."
            ) from taken
        yield connection


def note(connection: Connection, kind: str, place: str) -> None:
    """Write down that this has to go, unless `forget` is told otherwise."""
    connection.execute(
        "INSERT INTO public.tenants_leftover (kind, place) VALUES (%s, %s) ON CONFLICT DO NOTHING", [kind, place]
    )


def forget(connection: Connection, kind: str, place: str) -> None:
    """It is gone, or it stays for good."""
    connection.execute("DELETE FROM public.tenants_leftover WHERE kind = %s AND place = %s", [kind, place])


def clear(connection: Connection, tell: Tell) -> int:
    """Remove everything that is written down; how much it was. Needs `alone`."""
    found = connection.execute("SELECT kind, place FROM public.tenants_leftover ORDER BY id").fetchall()
    for kind, place in found:
        tell(f"leftover {kind}")
        if kind == Leftover.Kind.SCHEMA:
            drop_schema(connection, place, tell)
        else:
            files.wipe(files.at(place))
        forget(connection, kind, place)
    return len(found)


def fence(connection: Connection, schema: str) -> None:
    """From the commit on nobody reaches the schema any more: not even who still believes it to be the company's."""
    if _exists(connection, schema):
        connection.execute(sql.SQL("REVOKE USAGE ON SCHEMA {} FROM {}").format(*[sql.Identifier(schema)] * 2))


def drop_schema(connection: Connection, schema: str, tell: Tell) -> None:
    """The schema and its role, a few tables at a time: short transactions, and no more locks than these tables need."""
    while tables := _tables(connection, schema):
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout TO '10s'")
            some = sql.SQL(", ").join(sql.Identifier(schema, name) for name in tables)
            connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(some))
            tell("tables")
    with connection.transaction():
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        tell("schema")
    _drop_role(connection, schema)


def _tables(connection: Connection, schema: str) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename LIMIT %s", [schema, _TABLES_AT_ONCE]
    )
    return [name for (name,) in rows]


def _exists(connection: Connection, schema: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is not None


def _drop_role(connection: Connection, role: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        return
    try:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    except errors.DependentObjectsStillExist:
        # Roles belong to the whole server: a copy of this database beside it still needs this one.
        return
