"""`tenants migrate`: look, plan, check, replay, and tidy up."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from tenants import provision
from tenants.fleet import canary, drift, ledger, linter, planning, survey, waves
from tenants.fleet.survey import Member
from tenants.owner import django_as_owner, owner_connection

# A run that was killed holds the fleet's lock until the server has noticed: the next one waits that long.
_PATIENCE = "5s"


class Refused(Exception):
    """The run cannot start, or did not end well; says why."""


@dataclass(slots=True)
class Wish:
    """What was asked for."""

    only: str = ""
    canaries: int = 0
    workers: int = waves.WORKERS
    resume: bool = False
    tries: int = waves.TRIES


@dataclass(slots=True)
class Outlook:
    """What is to be done: the survey, a plan for each group, and who differs from the others."""

    survey: survey.Survey
    plans: list[planning.Plan] = field(default_factory=list)
    drifted: dict[Member, str] = field(default_factory=dict)

    @property
    def findings(self) -> list[linter.Finding]:
        """What the linter says, once each."""
        return list(dict.fromkeys(finding for plan in self.plans for finding in plan.findings))


@contextmanager
def alone() -> Iterator[psycopg.Connection[Any]]:
    """A connection that holds the fleet's lock; what a killed run left is cleaned up first."""
    with owner_connection(autocommit=True) as connection:
        try:
            with connection.transaction():
                connection.execute(sql.SQL("SET LOCAL lock_timeout TO {}").format(_PATIENCE))
                connection.execute("SELECT pg_advisory_lock(%s)", [ledger.FLEET_LOCK])
        except psycopg.errors.LockNotAvailable as taken:
            raise Refused("Another `tenants migrate` is running.") from taken
        waves.end_leftovers(connection)
        canary.sweep(connection)
        yield connection


def look_ahead(connection: psycopg.Connection[Any], only: str = "") -> Outlook:
    """The outlook. Nothing of any company is touched."""
    with ThreadPoolExecutor(1) as beside:  # the others are counted and the canaries migrated meanwhile
        glanced = beside.submit(drift.glances, _marked_otherwise(connection, only))
        if survey.public_is_behind(connection):
            raise Refused("The shared tables are not at this release: run `manage.py setup` first.")
        outlook = Outlook(survey.look(connection, only))
        outlook.plans += [
            planning.plan(connection, group, _sizes(connection, group)) for group in outlook.survey.behind
        ]
        glances = glanced.result()
    glances |= drift.glances([one.schema for one in outlook.survey.late if one.schema not in glances])
    for plan in outlook.plans:
        outlook.drifted |= _drifted(connection, plan, glances)
    return outlook


def _marked_otherwise(connection: psycopg.Connection[Any], only: str) -> list[str]:
    """The schemas that do not have this release's mark: as good as everybody who will turn out to be behind."""
    mark = provision.fingerprint()
    return [one.schema for one in survey.everybody(connection, only) if one.fingerprint != mark]


def _sizes(connection: psycopg.Connection[Any], group: survey.Group) -> dict[str, int]:
    """The most rows that each table has in any company, as the server estimates them."""
    return dict(
        connection.execute(
            "SELECT c.relname, max(c.reltuples)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND c.reltuples > 0 AND n.nspname = ANY(%s) GROUP BY c.relname",
            [[one.schema for one in group.members]],
        ).fetchall()
    )


def _drifted(connection: psycopg.Connection[Any], plan: planning.Plan, glances: Mapping[str, str]) -> dict[Member, str]:
    """Companies whose tables were not those of the canary. Half-way ones are left to the ledger."""
    halfway = ledger.touched(connection, plan.group.members)
    keys = {step.key for step in plan.steps}
    members = {one.schema: one for one in plan.group.members if not halfway.get(one.schema, set()) & keys}
    glance = {schema: glances.get(schema, "") for schema in members}
    odd = [members[schema] for schema in drift.differing(glance, plan.before)]
    if len(members) > 2 and len(odd) * 2 > len(members):
        raise Refused("Most companies differ from what their release builds; nothing can be said about them.")
    model = next((schema for schema, one in members.items() if one not in odd), "")
    return {one: _how(connection, one, model) for one in odd}


def _how(connection: psycopg.Connection[Any], member: Member, model: str) -> str:
    what = drift.difference(connection, member.schema, model) if model else ""
    return f"Its tables differ from those of its release{': ' if what else ''}{what}."


def migrate(connection: psycopg.Connection[Any], outlook: Outlook, wish: Wish, tell: waves.Listener) -> waves.Tally:
    """Carry an outlook out. Raises Refused before anything is touched when it must not be."""
    _require_safe(connection, outlook, wish)
    late = outlook.survey.late
    run = waves.Run(
        id=ledger.begin(connection, len(late)),
        mark=outlook.survey.mark,
        tally=waves.Tally(len(late), failed=dict(outlook.drifted)),
        workers=wish.workers,
        tries=wish.tries,
        tell=tell,
        finished=_halfway(connection, outlook),
        apart=len(outlook.drifted),
    )
    ledger.note_drift(connection, outlook.survey.late, outlook.drifted, run.id)
    tally, state = run.tally, "stopped"
    try:
        _announce(connection, outlook)
        waves.go(run, outlook.plans, wish.canaries or max(1, len(late) // 100))
        state = "stopped" if tally.stopped else "done"
    finally:
        ledger.note(connection, run.id, len(tally.done), len(tally.failed), state, tally.stopped)
    return tally


def _require_safe(connection: psycopg.Connection[Any], outlook: Outlook, wish: Wish) -> None:
    refused = [str(one) for one in outlook.findings if one.refused]
    if refused:
        raise Refused("These migrations are dangerous:\n  " + "\n  ".join(refused))
    why = ledger.last_stop(connection)
    if why and not wish.resume:
        raise Refused(f"The last run was stopped. {why} See `tenants status`, then go on with --resume.")
    with django_as_owner():
        provision.record()
    wanted = _built_anew(connection)
    wrong = [plan for plan in outlook.plans if plan.after != wanted]
    if wrong:
        raise Refused(
            "Migrating an older schema would not give the tables that this release builds anew."
            " Was a migration changed after it was released?"
        )


def _built_anew(connection: psycopg.Connection[Any]) -> str:
    """The word of the tables that this release builds, as its recording keeps it."""
    row = connection.execute(
        "SELECT tables FROM public.tenants_recording WHERE fingerprint = %s", [provision.fingerprint()]
    ).fetchone()
    return row[0] if row else ""


def _halfway(connection: psycopg.Connection[Any], outlook: Outlook) -> dict[str, set[tuple[str, str, int]]]:
    """The done steps of migrations that are only half applied. A row for a whole migration that is not applied was
    left by a schema put back by other means: it is forgotten."""
    whole = {step.key for plan in outlook.plans for step in plan.steps if step.records}
    found = ledger.finished(connection, outlook.survey.late)
    for schema, keys in found.items():
        for app, name, number in keys & whole:
            connection.execute(
                "DELETE FROM public.tenants_migrationledger WHERE schema = %s AND app = %s AND name = %s AND step = %s",
                [schema, app, name, number],
            )
        found[schema] = keys - whole
    return found


def _announce(connection: psycopg.Connection[Any], outlook: Outlook) -> None:
    """Let processes of the release before go on serving companies that were migrated, where the way only added."""
    older = [plan.group.fingerprint for plan in outlook.plans if plan.only_adds and plan.group.fingerprint]
    connection.execute(
        "UPDATE public.tenants_recording SET serves = to_jsonb(ARRAY(SELECT DISTINCT jsonb_array_elements_text(serves)"
        " UNION SELECT unnest(%s::text[]))) WHERE fingerprint = %s",
        [older, outlook.survey.mark],
    )


def newcomers(connection: psycopg.Connection[Any], outlook: Outlook) -> list[Member]:
    """Companies that a process of the release before opened while others were migrated."""
    seen = {one.id for one in (*outlook.survey.current, *outlook.survey.late, *outlook.survey.lost)}
    return [one for one in survey.look(connection).late if one.id not in seen]


def renew_pool() -> int:
    """Drop ready schemas of other releases and build new ones; how many were dropped."""
    dropped = 0
    with owner_connection(autocommit=True) as connection:
        while _drop_one(connection):
            dropped += 1
    if dropped:
        provision.refill()
    return dropped


def _drop_one(connection: psycopg.Connection[Any]) -> bool:
    # The row first: a signup of the release before may be claiming this very schema.
    with connection.transaction():
        row = connection.execute(
            "DELETE FROM public.tenants_readyschema WHERE schema = (SELECT schema FROM public.tenants_readyschema"
            " WHERE fingerprint <> %s LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING schema",
            [provision.fingerprint()],
        ).fetchone()
        if row:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(row[0])))
    if row:
        # Roles belong to the whole server: a copy of this database may still have a schema of this role's.
        with suppress(psycopg.errors.DependentObjectsStillExist):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(row[0])))
    return row is not None
