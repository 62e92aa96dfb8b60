"""What a migration of companies' schemas must not do, and why, in plain words.

`read` looks at the migrations as written, `listen` at the statements that Django really executed on the canary. A
migration may accept one rule, with a reason: `fleet_accepts = {"contract": "No release that reads it runs any more."}`.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlparse
from django.db import migrations
from django.db.migrations.migration import Migration

from tenants.fleet.jobs import is_company_job

BIG_TABLE_ROWS = 50_000
_NAME = r'(?:"[^"]+"\.)?"?(\w+)"?'


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong where. `refused` findings keep the fleet from starting; others are said and let pass."""

    rule: str
    migration: str
    words: str
    refused: bool = True

    def __str__(self) -> str:
        return f"{self.migration}: {self.words} [{self.rule}]"


def read(found: list[Migration], labels: Collection[str]) -> list[Finding]:
    """What the migrations of companies' apps say of themselves."""
    findings = []
    for migration in found:
        if migration.app_label in labels:
            for operation in migration.operations:
                findings += [
                    _finding(migration, *what) for what in _of_operation(operation, labels, migration.app_label)
                ]
    return findings


def _finding(migration: Migration, rule: str, words: str, refused: bool = True) -> Finding:
    accepted = rule in getattr(migration, "fleet_accepts", {})
    return Finding(rule, f"{migration.app_label}.{migration.name}", words, refused and not accepted)


def _of_operation(operation: Any, labels: Collection[str], app: str) -> Iterator[tuple[Any, ...]]:
    if isinstance(operation, migrations.RunPython):
        if not is_company_job(operation.code):
            yield "python", "Python runs once per company and may be broken off: mark its function with @company_job."
        if operation.reverse_code is None:
            yield "no_way_back", "Python without reverse_code cannot be undone: name one, or RunPython.noop."
    if isinstance(operation, migrations.RunSQL) and str(operation.sql).lstrip().upper().startswith("SELECT"):
        yield "lost", "A text that begins with SELECT is taken for a question and not replayed: use DO and PERFORM."
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _of_operation(inner, labels, app)
    for field in _fields(operation):
        model = getattr(field.remote_field, "model", None) if field.remote_field else None
        target = (model if isinstance(model, str) else model._meta.label if model else "").rpartition(".")[0]
        ties = getattr(field, "db_constraint", getattr(field.remote_field, "db_constraint", False))
        if target and target.lower() not in labels and target != app and ties:
            yield (
                "public_key",
                f"A foreign key to {model} leads into public and locks it for everybody: keep a plain id.",
            )


def _fields(operation: Any) -> list[Any]:
    if isinstance(operation, migrations.CreateModel):
        return [field for _, field in operation.fields]
    return [operation.field] if isinstance(operation, migrations.AddField | migrations.AlterField) else []


def listen(
    steps: Collection[Any], found: list[Migration], known: Collection[str], sizes: dict[str, int]
) -> list[Finding]:
    """What the statements do to tables that companies already have. `sizes` = most rows of a table in any company."""
    by_key = {(one.app_label, one.name): one for one in found}
    findings = []
    demanding: set[tuple[str, str]] = set()
    for step in steps:
        single = [one for text in step.statements for one in _single(text)]
        texts = [what for one in single for what in _of_statement(one, sizes, demanding)]
        texts += [(table, "rewrite", _REWRITE.format(table=table)) for table in step.rewritten]
        for table, rule, words in texts:
            if table in known or table == _ANY:
                refused = rule != "index" or sizes.get(table, 0) >= BIG_TABLE_ROWS
                findings.append(_finding(by_key[step.app, step.name], rule, words, refused))
    return findings


def _single(text: str) -> list[str]:
    """The statements of a text that a person wrote, without comments."""
    if not any(sign in text for sign in (";", "--", "/*")):
        return [text]
    return [one for one in sqlparse.split(sqlparse.format(text, strip_comments=True)) if one]


_ANY = ""  # whatever the table
_PUBLIC = re.compile(r'(?<![\w"])"?public"?\s*\.', re.IGNORECASE)
_REACHES = "It reaches into public, which is shared by all companies and locked for all of them: keep a plain id."
_REWRITE = (
    "{table} is rewritten from end to end while nobody can read it. Add a new column instead, fill it with a"
    " @company_job, and switch in the next release."
)
# A column that must have a value, whose default Django takes away again: known to Python alone.
_DEMANDS = re.compile(rf'\s*ALTER TABLE {_NAME} ADD COLUMN "(\w+)".*\bNOT NULL\b', re.IGNORECASE | re.DOTALL)
_FORGETS = re.compile(rf'\s*ALTER TABLE {_NAME} ALTER COLUMN "(\w+)" DROP DEFAULT', re.IGNORECASE)
_NO_DEFAULT = (
    "The new column {column} of {table} has its default in Python alone, so the release that still runs could not add"
    " rows: give it a db_default, or null=True."
)
# rule, pattern whose first group is the table, words with {table}
_RULES = [
    (
        "not_null",
        rf"ALTER TABLE (?:ONLY )?{_NAME} .*\bALTER COLUMN \S+ SET NOT NULL",
        "{table} is read from end to end under a lock to see that no value is missing. Add a CHECK constraint as NOT"
        " VALID and validate it first.",
    ),
    (
        "not_null",
        rf"ALTER TABLE (?:ONLY )?{_NAME} ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL\b",
        "A new column of {table} must have a value, and rows that are there have none: give it a db_default, or"
        " null=True.",
    ),
    (
        "long_check",
        rf"ALTER TABLE (?:ONLY )?{_NAME} ADD CONSTRAINT (?!.*\bNOT VALID\b).*\b(?:FOREIGN KEY|CHECK)\b",
        "A constraint on {table} reads the table from end to end under a lock: add it as NOT VALID"
        " (AddConstraintNotValid) and validate it in the next migration.",
    ),
    (
        "contract",
        rf"(?:ALTER TABLE (?:ONLY )?(?:IF EXISTS )?{_NAME} .*\b(?:DROP COLUMN|RENAME)\b"
        rf"|DROP TABLE (?:IF EXISTS )?{_NAME})",
        "Something of {table} goes away while the release before still uses it: do this one release later and say so"
        ' with fleet_accepts = {{"contract": "…"}}.',
    ),
    (
        "index",
        rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?{_NAME}",
        "Building an index on {table} keeps everybody from writing to it; where the table is big, use"
        " AddIndexConcurrently in a migration with atomic = False.",
    ),
    (
        "rows",
        rf"(?:UPDATE|DELETE FROM) (?:ONLY )?{_NAME}",
        "Rows of {table} are changed in the transaction that changes tables: make it a @company_job, in batches.",
    ),
]
_COMPILED = [(rule, re.compile(rf"\s*{text}", re.IGNORECASE | re.DOTALL), words) for rule, text, words in _RULES]
_ADDS = re.compile(
    r"\s*(CREATE TABLE|CREATE (UNIQUE )?INDEX|CREATE SEQUENCE|CREATE EXTENSION|SET CONSTRAINTS|COMMENT ON"
    r"|ALTER TABLE (ONLY )?\S+ (ADD COLUMN|VALIDATE CONSTRAINT|ALTER COLUMN \S+ (SET DEFAULT|DROP NOT NULL)))\b",
    re.IGNORECASE,
)


def _of_statement(text: str, sizes: dict[str, int], demanding: set[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    for rule, pattern, words in _COMPILED:
        match = pattern.match(text)
        if match:
            table = next(name for name in match.groups() if name)
            rows = f" ({sizes[table]:,} rows in one company)" if sizes.get(table) else ""
            yield table, rule, words.format(table=table + rows)
    if _PUBLIC.search(text):
        yield _ANY, "public_key", _REACHES
    if demand := _DEMANDS.match(text):
        demanding.add((demand[1], demand[2]))
    forgotten = _FORGETS.match(text)
    if forgotten and (forgotten[1], forgotten[2]) in demanding:
        yield forgotten[1], "not_null", _NO_DEFAULT.format(table=forgotten[1], column=forgotten[2])


def only_adds(text: str) -> bool:
    """Whether a text leaves everything that was there as it was."""
    return all(_adds(one) for one in _single(text))


def _adds(statement: str) -> bool:
    unique_or_checked = re.search(r"\bUNIQUE\b|\bCHECK\b|\bADD CONSTRAINT\b", statement, re.IGNORECASE)
    is_new = re.match(r"\s*CREATE TABLE", statement, re.IGNORECASE)
    return bool(_ADDS.match(statement)) and (bool(is_new) or not unique_or_checked)


def tables(connection: Any) -> frozenset[str]:
    """The tables that are there before the migrations."""
    with connection.cursor() as cursor:
        return frozenset(connection.introspection.table_names(cursor))
