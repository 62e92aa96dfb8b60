"""What Django's migrations would do to an empty company's schema, as plain statements."""

import hashlib
import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import ClientCursor

from tenants import tables
from tenants.models import Recording

# Names may appear in bodies that replay does not rewrite, so the recording schema's name must not be in any statement.
_RECORDING_SCHEMA = "portico_recording"
_RECORDING = 7_310_004  # advisory lock: one recording at a time
_BESIDE = re.compile(r"^(\s*(?:CREATE (?:UNIQUE )?|DROP )INDEX) CONCURRENTLY\b", re.IGNORECASE)


def _company_labels() -> set[str]:
    return {config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS}


@cache
def fingerprint() -> str:
    """The release's mark for company schemas: a SHA-256 over the names and texts of their migrations."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    digest = hashlib.sha256()
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        if label in _company_labels():
            digest.update(f"{label}.{name}\n{_source_of(migration)}\n".encode())
    return digest.hexdigest()


def _source_of(migration: Any) -> str:
    return inspect.getsource(inspect.getmodule(type(migration)) or type(migration))


def record() -> str:
    """Record this release's statements, and what tables they build, unless both are there; returns the fingerprint.

    Needs the owner's connection. The migrations run for real in a schema of their own, so that what is recorded is what
    was executed.
    """
    mark = fingerprint()
    kept = Recording.objects.filter(pk=mark).first() or Recording(pk=mark)
    if not kept.tables:
        kept.statements = kept.statements or _run_and_listen()
        kept.tables = tables.of_statements(kept.statements)
        Recording.objects.update_or_create(pk=mark, defaults={"statements": kept.statements, "tables": kept.tables})
    return mark


def _run_and_listen() -> list[str]:
    heard: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if _changes_something(sql):
            heard.append(_as_text(sql, params))
        return result

    with _scratch(), connection.execute_wrapper(listen):
        executor = MigrationExecutor(connection)
        executor.migrate(_targets(executor))
    return heard


@contextmanager
def _scratch() -> Iterator[None]:
    """Migrations run in a schema that is really there, for some of them refuse to run in a transaction.

    It is dropped at the end, or by the next recording when this one was killed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_RECORDING])
        cursor.execute(f"DROP SCHEMA IF EXISTS {_RECORDING_SCHEMA} CASCADE; CREATE SCHEMA {_RECORDING_SCHEMA}")
    connection.set_schema(_RECORDING_SCHEMA, include_public=False)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.set_schema_to_public()  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {_RECORDING_SCHEMA} CASCADE")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_RECORDING])


def _targets(executor: MigrationExecutor) -> list[tuple[str, str]]:
    # Every leaf, for django-tenants' router leaves out what belongs to `public`, and records it all the same,
    # as its own `migrate_schemas` does: both ways must agree on what is applied.
    return executor.loader.graph.leaf_nodes()


def _changes_something(sql: str) -> bool:
    head = sql.split(maxsplit=1)[0].upper()  # by any blank: the catalogue is asked in several lines
    asks = head in {"SELECT", "SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SHOW"}
    return not asks or ";" in sql.rstrip().rstrip(";")  # a text of a migration may go on after a question


def _as_text(sql: str, params: Any) -> str:
    text = ClientCursor(connection.connection).mogrify(sql, params) if params else sql
    # A schema is built whole in one transaction, where an index is built at once: nobody works there yet.
    return _BESIDE.sub(r"\1", text)
