"""What one group of companies has to go through: recorded while Django migrates the canary."""

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db.migrations import RunPython, SeparateDatabaseAndState
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder
from psycopg import ClientCursor

from tenants import tables
from tenants.fleet import jobs, linter
from tenants.fleet.canary import canary, forwards
from tenants.fleet.survey import Group, Names, company_labels

_QUIET = re.compile(r"\s*(SELECT|SET search_path|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SHOW)\b", re.IGNORECASE)
_OWN_ROWS = re.compile(r'"?django_migrations"?')
# A column without a constraint of its own, in a text that says nothing else.
_COLUMN = re.compile(
    r'ALTER TABLE (?P<table>"[^"]+") (?P<column>ADD COLUMN (?:(?!;|\b(?:CONSTRAINT|REFERENCES|CHECK|GENERATED)\b).)+)'
)
_OUTSIDE = re.compile(r"\bCONCURRENTLY\b", re.IGNORECASE)


@dataclass(slots=True)
class Step:
    """A part of a migration that is done at once in a company: `sql` and `python` in one transaction, `concurrent`
    outside of one. `records` are the migrations that are applied when it is done."""

    app: str
    name: str
    number: int
    kind: str
    statements: list[str] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    job: Callable[..., object] | None = None
    apps: Any = None
    records: list[tuple[str, str]] = field(default_factory=list)
    is_last: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        """How the ledger names it."""
        return self.app, self.name, self.number

    def spoken(self) -> list[str]:
        """The statements as they are said in a company: columns that are added to one table one after another are added
        at once, since the server reads the whole table anew after each change."""
        said: list[str] = []
        table = ""
        for text in self.statements:
            match = _COLUMN.fullmatch(text)
            if match and match["table"] == table:
                said[-1] += f", {match['column']}"
            else:
                said.append(text)
            table = match["table"] if match else ""
        return said


@dataclass(slots=True)
class Plan:
    """The steps of a group, what the linter says of them, and the tables before and after."""

    group: Group
    steps: list[Step]
    findings: list[linter.Finding]
    before: str
    after: str

    @property
    def only_adds(self) -> bool:
        """Whether the code of the release before goes on working on the new tables."""
        return all(linter.only_adds(text) for step in self.steps for text in step.statements)


def plan(owner: psycopg.Connection[Any], group: Group, sizes: dict[str, int]) -> Plan:
    """Migrate a canary in the group's state and write down what was executed."""
    with canary(owner, group.fingerprint, group.applied) as connection:
        before = tables.of_schema(owner, connection.schema_name)
        executor = MigrationExecutor(connection)
        migrations = [migration for migration, _ in forwards(executor)]
        known = linter.tables(connection)
        findings = linter.read(migrations, company_labels())
        steps = [] if any(one.refused for one in findings) else _listen(connection, executor, migrations)
        findings += linter.listen(steps, migrations, known, sizes)
        after = tables.of_schema(owner, connection.schema_name)
        _finish(steps, group, Names(MigrationRecorder(connection).applied_migrations()))
        _require_no_name(steps, connection.schema_name)
    return Plan(group, steps, findings, before, after)


def _listen(connection: Any, executor: MigrationExecutor, migrations: list[Migration]) -> list[Step]:
    ear = _Ear(connection)
    executor.progress_callback = ear.turn
    for migration in migrations:
        vars(migration)["operations"] = ear.around_all(migration.operations)
    with connection.execute_wrapper(ear.hear):
        executor.migrate(executor.loader.graph.leaf_nodes(), plan=[(one, False) for one in migrations])
    return ear.steps


class _Ear:
    """Writes down what is executed, migration by migration. What Python steps execute is theirs alone."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.steps: list[Step] = []
        self.current: tuple[str, str] | None = None
        self.deaf = False
        self.files: dict[str, int] = {}
        self._new_files()

    def turn(self, action: str, migration: Any = None, fake: bool | None = False) -> None:
        """Django's executor says where it is."""
        if action == "apply_start":
            self.current = (migration.app_label, migration.name)
        elif action == "apply_success":
            self.current = None

    def hear(self, execute: Any, text: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(text, params, many, context)
        is_question = _QUIET.match(text) and ";" not in text.rstrip().rstrip(";")
        if self.current and not self.deaf and not is_question and not _OWN_ROWS.search(text):
            spoken = ClientCursor(self.connection.connection).mogrify(text, params) if params else text
            kind = "concurrent" if _OUTSIDE.search(spoken) else "sql"
            step = self._step(self.current, kind)
            step.statements.append(spoken)
            step.rewritten += self._new_files()
        return result

    def _new_files(self) -> list[str]:
        """The tables that PostgreSQL has put into a new file since the last time: they were rewritten, empty or not."""
        with self.connection.connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname, c.relfilenode::bigint FROM pg_depend d JOIN pg_class c ON c.oid = d.objid"
                " WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_namespace'::regclass"
                " AND d.refobjid = %s::regnamespace AND c.relkind = 'r'",
                [self.connection.schema_name],
            )
            now = dict(cursor.fetchall())
        moved = [table for table, file in self.files.items() if now.get(table, file) != file]
        self.files = now
        return moved

    def around_all(self, operations: Sequence[Any]) -> list[Any]:
        """The operations with their Python noted, however deep it stands."""
        noted = []
        for one in operations:
            if isinstance(one, SeparateDatabaseAndState):
                one = copy.copy(one)
                one.database_operations = self.around_all(one.database_operations)
            noted.append(self._around(one) if isinstance(one, RunPython) else one)
        return noted

    def _around(self, operation: RunPython) -> RunPython:
        """The same operation, noted as a step of its own when it runs."""
        code = operation.code
        noted = copy.copy(operation)

        def note(apps: Any, schema_editor: Any) -> None:
            if self.current and jobs.is_company_job(code):
                step = self._step(self.current, "python")
                step.job, step.apps = jobs.batch_of(code), apps
            with self._deaf():
                code(apps, schema_editor)

        noted.code = note
        return noted

    @contextmanager
    def _deaf(self) -> Iterator[None]:
        self.deaf = True
        try:
            yield
        finally:
            self.deaf = False

    def _step(self, key: tuple[str, str], kind: str) -> Step:
        """The running step of the migration, or a new one where the kind changes. Every Python step stands alone."""
        mine = [one for one in self.steps if (one.app, one.name) == key]
        if not mine or mine[-1].kind != kind or kind == "python":
            mine.append(Step(*key, number=len(mine), kind=kind))
            self.steps.append(mine[-1])
        return mine[-1]


def _finish(steps: list[Step], group: Group, applied: Names) -> None:
    """Say which migrations each step completes. What needed no statement is recorded with the last step."""
    left = applied - group.applied
    for number, step in enumerate(steps):
        key = (step.app, step.name)
        if all((later.app, later.name) != key for later in steps[number + 1 :]):
            step.records.append(key)
    quiet = sorted(left - {key for step in steps for key in step.records})
    if not steps:
        app, name = quiet[0] if quiet else ("", "marked anew")
        steps.append(Step(app, name, 0, "sql"))
    steps[-1].records += quiet
    steps[-1].is_last = True


def _require_no_name(steps: list[Step], schema: str) -> None:
    if any(schema in text for step in steps for text in step.statements):
        raise RuntimeError(
            "A migration writes the name of its schema into a statement: it cannot be replayed elsewhere."
        )
