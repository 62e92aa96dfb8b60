"""A schema in the state of a group of companies, where the migrations run first. Nobody works in it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.postgresql.introspection import TableInfo
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django_tenants.postgresql_backend.introspection import DatabaseSchemaIntrospection
from psycopg import sql

from tenants.fleet.survey import Names
from tenants.owner import django_as_owner

_PREFIX = "portico_canary_"


class _Introspection(DatabaseSchemaIntrospection):
    """Lists the tables by what depends on their schema. Django asks for the list again and again, and Django's own way
    reads the tables of all companies each time."""

    connection: Any

    def get_table_list(self, cursor: Any) -> list[Any]:
        cursor.execute(
            "SELECT c.relname FROM pg_depend d JOIN pg_class c ON c.oid = d.objid"
            " WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = quote_ident(%s)::regnamespace"
            " AND d.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p')",
            [self.connection.schema_name],
        )
        return [TableInfo(name, "t", None) for (name,) in cursor.fetchall()]


@contextmanager
def canary(owner: psycopg.Connection[Any], mark: str, applied: Names) -> Iterator[Any]:
    """Django's connection as the owner, in a new schema as of the release `mark` with these migrations applied.

    The schema is really there, for some migrations cannot run in a transaction; it is dropped at the end.
    """
    schema = f"{_PREFIX}{secrets.token_hex(6)}"
    try:
        _create(owner, schema, mark)
        with django_as_owner(schema) as connection:
            connection.introspection = _Introspection(connection)
            _bring_to(connection, applied)
            yield connection
    finally:
        _drop(owner, schema)


def sweep(owner: psycopg.Connection[Any]) -> int:
    """Drop what killed runs left; only the one run that holds the fleet's lock may."""
    left = owner.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [_PREFIX]).fetchall()
    for (schema,) in left:
        _drop(owner, schema)
    return len(left)


def _create(owner: psycopg.Connection[Any], schema: str, mark: str) -> None:
    """The schema, with the tables of that release when its recording is kept."""
    row = owner.execute("SELECT statements FROM public.tenants_recording WHERE fingerprint = %s", [mark]).fetchone()
    statements = [
        sql.SQL("SET LOCAL synchronous_commit = off"),  # it is gone soon anyhow
        sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)),
        sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)),
        *(sql.SQL(one) for one in (row[0] if row else [])),
    ]
    with owner.transaction():
        owner.execute(sql.SQL(";\n").join(statements))


def _bring_to(connection: Any, applied: Names) -> None:
    """What the group has applied beyond its release's recording, in Django's order."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    if applied <= recorder.applied_migrations().keys():
        return
    executor = MigrationExecutor(connection)
    missing = [step for step in forwards(executor) if (step[0].app_label, step[0].name) in applied]
    if missing:
        executor.migrate(executor.loader.graph.leaf_nodes(), plan=missing)


def forwards(executor: MigrationExecutor) -> list[tuple[Any, bool]]:
    """Every migration that is not applied yet, in order. Apps of `public` too: their rows are recorded without tables,
    as django-tenants' own `migrate_schemas` does it."""
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _drop(owner: psycopg.Connection[Any], schema: str) -> None:
    with owner.transaction():
        owner.execute("SET LOCAL synchronous_commit = off")  # what a crash brings back is swept by the next run
        owner.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
