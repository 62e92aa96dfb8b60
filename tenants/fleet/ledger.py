"""What became of every step in every company, and of every run: rows in `public`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from portico.ids import uuid7
from tenants.fleet.survey import Member, company_labels, of_this_release
from tenants.provision.recording import fingerprint

FLEET_LOCK = 7_310_020  # advisory lock: one run at a time


def done(members: Sequence[Member], key: tuple[str, str, int], run: object) -> list[sql.Composed]:
    """Statements for the transaction of the step, two for all its companies. The insert fails when the step was done
    before in one of them: it is never twice."""
    schemas, where = [one.schema for one in members], sql.SQL("app = {} AND name = {} AND step = {}")
    return [
        sql.SQL("DELETE FROM public.tenants_migrationledger WHERE schema = ANY({}) AND {} AND state = 'failed'").format(
            sql.Literal(schemas), where.format(*map(sql.Literal, key))
        ),
        sql.SQL(
            "INSERT INTO public.tenants_migrationledger"
            " (company_id, schema, app, name, step, state, words, run_id, at)"
            " SELECT id, schema, {}, 'done', '', {}::uuid, clock_timestamp()"
            " FROM unnest({}::bigint[], {}::text[]) u(id, schema)"
        ).format(
            sql.SQL(", ").join(map(sql.Literal, key)),
            sql.Literal(str(run)),
            sql.Literal([one.id for one in members]),
            sql.Literal(schemas),
        ),
    ]


def failed(
    connection: psycopg.Connection[Any], member: Member, key: tuple[str, str, int], run: object, words: str
) -> None:
    """Remember why a step could not be done in a company."""
    connection.execute(
        "INSERT INTO public.tenants_migrationledger"
        " (company_id, schema, app, name, step, state, words, run_id, at)"
        " VALUES (%s, %s, %s, %s, %s, 'failed', %s, %s, clock_timestamp()) ON CONFLICT (schema, app, name, step)"
        " DO UPDATE SET words = excluded.words, run_id = excluded.run_id, at = excluded.at"
        " WHERE tenants_migrationledger.state = 'failed'",
        [member.id, member.schema, *key, words, str(run)],
    )


def finished(connection: psycopg.Connection[Any], members: Iterable[Member]) -> dict[str, set[tuple[str, str, int]]]:
    """The steps that are done in each schema."""
    found: dict[str, set[tuple[str, str, int]]] = {}
    rows = connection.execute(
        "SELECT schema, app, name, step FROM public.tenants_migrationledger WHERE state = 'done' AND schema = ANY(%s)",
        [[one.schema for one in members]],
    )
    for schema, app, name, step in rows:
        found.setdefault(schema, set()).add((app, name, step))
    return found


def touched(connection: psycopg.Connection[Any], members: Iterable[Member]) -> dict[str, set[tuple[str, str, int]]]:
    """The steps that were done or tried in each schema: what they build may be there already."""
    found: dict[str, set[tuple[str, str, int]]] = {}
    rows = connection.execute(
        "SELECT schema, app, name, step FROM public.tenants_migrationledger WHERE schema = ANY(%s)",
        [[one.schema for one in members]],
    )
    for schema, app, name, step in rows:
        found.setdefault(schema, set()).add((app, name, step))
    return found


def note_drift(
    connection: psycopg.Connection[Any], late: Iterable[Member], drifted: Mapping[Member, str], run: object
) -> None:
    """Who differs now, in place of who did the last time."""
    connection.execute(
        "DELETE FROM public.tenants_migrationledger WHERE app = '' AND name = 'drift' AND schema = ANY(%s)",
        [[one.schema for one in late]],
    )
    for member, words in drifted.items():
        failed(connection, member, ("", "drift", 0), run, words)


def begin(connection: psycopg.Connection[Any], companies: int) -> str:
    """A new run."""
    run = str(uuid7())
    connection.execute(
        "INSERT INTO public.tenants_migrationrun (id, fingerprint, state, started_at, companies, done, failed, words)"
        " VALUES (%s, %s, 'running', clock_timestamp(), %s, 0, 0, '')",
        [run, fingerprint(), companies],
    )
    return run


def note(
    connection: psycopg.Connection[Any], run: str, done: int, failed: int, state: str = "running", words: str = ""
) -> None:
    """How far a run is, and how it ended."""
    connection.execute(
        "UPDATE public.tenants_migrationrun SET done = %s, failed = %s, state = %s, words = %s,"
        " ended_at = CASE WHEN %s = 'running' THEN NULL ELSE clock_timestamp() END WHERE id = %s",
        [done, failed, state, words, state, run],
    )


def last_stop(connection: psycopg.Connection[Any]) -> str:
    """Why the last run for this release was stopped; empty when it was not."""
    row = connection.execute(
        "SELECT state, words FROM public.tenants_migrationrun WHERE fingerprint = %s ORDER BY started_at DESC LIMIT 1",
        [fingerprint()],
    ).fetchone()
    return row[1] if row and row[0] == "stopped" else ""


def follow(connection: psycopg.Connection[Any], schema: str) -> None:
    """Bring the ledger in line with what Django's own commands did to a schema, and mark its company.

    Steps of migrations that were taken back are forgotten; the mark is this release's when nothing is missing.
    """
    applied = sql.Identifier(schema, "django_migrations")
    connection.execute(
        sql.SQL(
            "DELETE FROM public.tenants_migrationledger l WHERE schema = {} AND NOT EXISTS"
            " (SELECT FROM {} m WHERE m.app = l.app AND m.name = l.name)"
        ).format(sql.Literal(schema), applied)
    )
    connection.execute(
        sql.SQL(
            "INSERT INTO public.tenants_migrationledger (company_id, schema, app, name, step, state, words, at)"
            " SELECT c.id, c.schema_name, m.app, m.name, 0, 'done', '', m.applied FROM {} m, public.tenants_company c"
            " WHERE c.schema_name = {} AND m.app = ANY({})"
            " ON CONFLICT (schema, app, name, step) DO UPDATE SET state = 'done', words = ''"
        ).format(applied, sql.Literal(schema), sql.Literal(sorted(company_labels())))
    )
    rows = connection.execute(sql.SQL("SELECT app, name FROM {}").format(applied)).fetchall()
    mark = fingerprint() if of_this_release() <= frozenset(rows) else ""
    connection.execute("UPDATE public.tenants_company SET fingerprint = %s WHERE schema_name = %s", [mark, schema])
