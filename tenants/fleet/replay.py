"""One step in one company. Whole or not at all, and never twice."""

import re
from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db import transaction
from psycopg import errors, sql

from tenants.fleet import ledger
from tenants.fleet.planning import Step
from tenants.fleet.survey import Member
from tenants.owner import django_as_owner
from tenants.provision.pool import company_rights

# A page waits behind a change that waits behind a page: so the change gives up soon and comes again.
LOCK_MS = 400
# From the second statement on others already wait for what we hold: all waiting together stays under a second.
NEXT_LOCK_MS = 100
# The first time nobody is waited for, alone or together with others: else one busy company holds up its whole wave.
KNOCK_MS = 20
STATEMENT_SECONDS = 120
# Building an index beside the work keeps nobody waiting, but waits itself until older transactions end.
PATIENCE_SECONDS = 60
_INDEX = re.compile(r'\s*CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:IF NOT EXISTS )?"?(\w+)"?', re.IGNORECASE)


WORKER = "portico-fleet-worker"  # how connections that change companies call themselves


class Busy(Exception):
    """Somebody holds what the step needs; it will work later."""


class Broken(Exception):
    """The step cannot be done in this company; says why."""


def worker() -> psycopg.Connection[Any]:
    """A connection that changes companies; the caller closes it, or uses it as a context."""
    return psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True, application_name=WORKER)


def take(
    connection: psycopg.Connection[Any], member: Member, step: Step, run: object, mark: str, *, patient: bool = True
) -> None:
    """Do the step in the company, with its ledger rows in the same transaction. Raises Busy or Broken.

    `patient`: wait LOCK_MS for who works there, else KNOCK_MS.
    """
    ways = {"sql": _sql, "concurrent": _concurrent, "python": _python}
    try:
        ways[step.kind](connection, member, step, run, mark, LOCK_MS if patient else KNOCK_MS)
    except (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure) as busy:
        raise Busy(_words(busy)) from busy
    except errors.UniqueViolation as twice:
        if twice.diag.constraint_name != "ledger_once":
            raise Broken(_words(twice)) from twice
    except psycopg.OperationalError as away:
        raise Busy(_words(away)) from away
    except Exception as trouble:  # whatever it is, it is this company's alone
        raise Broken(_words(trouble)) from trouble


def take_together(
    connection: psycopg.Connection[Any], members: Sequence[Member], step: Step, run: object, mark: str
) -> bool:
    """Do a step of tables in several companies in one transaction, which saves most of its cost: what is said of all of
    them is said once. All of it, or nothing: False when anybody is busy or breaks, so that fewer are tried together."""
    inside: list[sql.Composable] = [*ledger.done(members, step.key, run)]
    everywhere = sql.SQL(sql.SQL(";\n").join([*map(sql.SQL, step.spoken()), *_recorded(step)]).as_string(connection))
    for member in members:
        inside.append(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(member.schema)))
        inside += [everywhere, *_grants(member, step)]
    inside += _completed(members, step, mark)
    try:
        _send(connection, members[0], inside, KNOCK_MS)
    except psycopg.Error:
        return False
    return True


def _words(trouble: BaseException) -> str:
    cause = trouble.__cause__ if isinstance(trouble.__cause__, psycopg.Error) else trouble
    diag = getattr(cause, "diag", None)
    said = (diag.message_primary if diag else None) or str(cause).strip().split("\n")[0]
    if isinstance(cause, errors.LockNotAvailable):
        return "Somebody works in its tables and did not finish in time."
    return f"{said or type(trouble).__name__} ({type(cause).__name__})."


def _send(connection: psycopg.Connection[Any], member: Member, inside: Sequence[sql.Composable], wait: int) -> None:
    """One transaction as one message, whose locks wait so many milliseconds.

    It does not wait for the disk: step and ledger are kept or lost together, whoever commits later waits for both, and
    so does the last row of the run.
    """
    parts = [
        sql.SQL("BEGIN"),
        sql.SQL("SET LOCAL synchronous_commit = off"),
        sql.SQL("SET LOCAL lock_timeout = {}").format(wait),
        sql.SQL("SET LOCAL statement_timeout = {}").format(f"{STATEMENT_SECONDS}s"),
        sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(member.schema)),
        *inside,
        sql.SQL("COMMIT"),
    ]
    try:
        connection.execute(sql.SQL(";\n").join(parts))
    except psycopg.Error:
        if not connection.closed:
            connection.execute("ROLLBACK")
        raise


def _sql(connection: psycopg.Connection[Any], member: Member, step: Step, run: object, mark: str, wait: int) -> None:
    said = [sql.SQL(one) for one in step.spoken()]
    first, rest = said[:1], said[1:]
    soon = sql.SQL("SET LOCAL lock_timeout = {}").format(min(wait, NEXT_LOCK_MS))
    before, after = ledger.done([member], step.key, run), _after(member, step, mark)
    _send(connection, member, [*before, *first, soon, *rest, *_grants(member, step), *after], wait)


def _after(member: Member, step: Step, mark: str) -> list[sql.Composed]:
    return [*_recorded(step), *_completed([member], step, mark)]


def _recorded(step: Step) -> list[sql.Composed]:
    """The rows of the migrations that are applied now, in the company's own schema."""
    insert = sql.SQL("INSERT INTO django_migrations (app, name, applied) VALUES ({}, {}, clock_timestamp())")
    return [insert.format(*map(sql.Literal, key)) for key in step.records]


def _completed(members: Sequence[Member], step: Step, mark: str) -> list[sql.Composed]:
    """What was put off is checked, and after the last step the companies get their new mark."""
    statements = [sql.SQL("SET CONSTRAINTS ALL IMMEDIATE").format()] if step.statements else []
    if step.is_last:
        update = sql.SQL("UPDATE public.tenants_company SET fingerprint = {} WHERE id = ANY({})")
        statements.append(update.format(sql.Literal(mark), sql.Literal([one.id for one in members])))
    return statements


def _grants(member: Member, step: Step) -> list[sql.Composed]:
    """The company's role gets its rights on what is new."""
    if not any(re.match(r"\s*CREATE (TABLE|SEQUENCE)", text, re.IGNORECASE) for text in step.statements):
        return []
    return company_rights(member.schema)


def _concurrent(
    connection: psycopg.Connection[Any], member: Member, step: Step, run: object, mark: str, wait: int
) -> None:
    ledger.failed(
        connection, member, step.key, run, "Broken off."
    )  # what is built from here on stays when we are killed
    with worker() as own:
        own.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(member.schema)))
        own.execute(f"SET lock_timeout = '{PATIENCE_SECONDS}s'")
        for text in step.statements:
            match = _INDEX.match(text)
            if not match or not _stands(own, member.schema, match[1]):
                own.execute(text)
    _send(connection, member, [*ledger.done([member], step.key, run), *_after(member, step, mark)], wait)


def _stands(connection: psycopg.Connection[Any], schema: str, index: str) -> bool:
    """Whether the index is there and valid. An invalid one, left by a broken-off build, is dropped."""
    row = connection.execute(
        "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE c.relname = %s AND c.relnamespace = %s::regnamespace",
        [index, schema],
    ).fetchone()
    if row and not row[0]:
        connection.execute(sql.SQL("DROP INDEX CONCURRENTLY {}").format(sql.Identifier(schema, index)))
    return bool(row and row[0])


def _python(connection: psycopg.Connection[Any], member: Member, step: Step, run: object, mark: str, wait: int) -> None:
    """Batch by batch, each in a transaction of its own; the last one with the ledger rows."""
    more = True
    while more:
        with (
            django_as_owner(member.schema, application_name=WORKER) as own,
            transaction.atomic(),
            own.cursor() as cursor,
        ):
            cursor.execute(f"SET LOCAL lock_timeout = {wait}")
            more = step.job is not None and step.job(step.apps, own.schema_editor(atomic=False)) is True
            if not more:
                for statement in [*ledger.done([member], step.key, run), *_after(member, step, mark)]:
                    cursor.execute(statement.as_string(own.connection))
