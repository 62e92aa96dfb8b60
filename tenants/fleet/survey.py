"""Who is where: the companies' schemas, grouped by the migrations that are applied in them."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tenants.owner import owner_connection
from tenants.provision.recording import fingerprint

# Schemas read by one statement: with more of them it is planned longer than it runs. And how many connections read,
# which forget all these tables when they close.
_AT_ONCE, _CONNECTIONS = 25, 4
Names = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Member:
    """A company as the fleet sees it."""

    id: int
    slug: str
    schema: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Group:
    """Companies in the same state: the same release's mark and the same applied migrations."""

    fingerprint: str
    applied: Names
    members: tuple[Member, ...]


@dataclass(slots=True)
class Survey:
    """What the fleet looks like: who is up to date, who is behind, and whose schema cannot be read."""

    mark: str
    current: list[Member] = field(default_factory=list)
    behind: list[Group] = field(default_factory=list)
    lost: list[Member] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many companies were looked at."""
        return len(self.current) + len(self.late) + len(self.lost)

    @property
    def late(self) -> list[Member]:
        """Everybody who is behind, by id."""
        return sorted((one for group in self.behind for one in group.members), key=lambda one: one.id)


def company_labels() -> frozenset[str]:
    """The apps with tables in each company's schema."""
    return frozenset(config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS)


def of_this_release() -> Names:
    """The migrations of companies' schemas that this release brings."""
    labels = company_labels()
    return frozenset(key for key in _brought(fingerprint()) if key[0] in labels)


@lru_cache(maxsize=1)
def _brought(mark: str) -> Names:
    """All migrations of the release with this mark, which is the one that runs: reading them takes its time."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def public_is_behind(connection: psycopg.Connection[Any]) -> bool:
    """Whether migrations of the apps that live in `public` alone are missing there."""
    labels = company_labels()
    wanted = {key for key in _brought(fingerprint()) if key[0] not in labels}
    return not wanted <= _applied(connection, "public")


def look(connection: psycopg.Connection[Any], only: str = "") -> Survey:
    """The survey of all companies, or of the one with the slug `only`."""
    mark, wanted = fingerprint(), of_this_release()
    found = Survey(mark)
    members = list(everybody(connection, only))
    readable = _with_ledger(connection)
    found.lost = [one for one in members if one.schema not in readable]
    digests = _digests([one.schema for one in members if one.schema in readable])
    groups: dict[tuple[str, str], list[Member]] = {}
    for one in members:
        if one.schema in digests:
            groups.setdefault((one.fingerprint, digests[one.schema]), []).append(one)
    for (theirs, _), alike in groups.items():
        applied = _applied(connection, alike[0].schema)
        if theirs == mark and wanted <= applied:
            found.current += alike
        else:
            found.behind.append(Group(theirs, applied, tuple(alike)))
    return found


def everybody(connection: psycopg.Connection[Any], only: str = "") -> Iterator[Member]:
    """All companies, the house first, or the one with the slug `only`."""
    rows = connection.execute(
        "SELECT id, slug, schema_name, fingerprint FROM public.tenants_company"
        " WHERE %s IN ('', slug) AND state <> 'erasing' ORDER BY id",
        [only],
    )
    return (Member(*row) for row in rows)


def _with_ledger(connection: psycopg.Connection[Any]) -> frozenset[str]:
    rows = connection.execute(
        "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relname = 'django_migrations' AND c.relkind = 'r'"
    )
    return frozenset(name for (name,) in rows)


def _digests(schemas: list[str]) -> dict[str, str]:
    """Of each schema one word for the set of its applied migrations of companies' apps."""
    one = sql.SQL(
        "SELECT {name}, concat(bit_xor(hashtextextended(app || '.' || name, 0)) FILTER (WHERE app = ANY({labels})),"
        " ' ', count(*) FILTER (WHERE app = ANY({labels}))) FROM {table}"
    )
    labels = sql.Literal(sorted(company_labels()))

    def read(part: list[str]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        with owner_connection(autocommit=True) as connection:
            for start in range(0, len(part), _AT_ONCE):
                asked = (
                    one.format(
                        name=sql.Literal(schema), table=sql.Identifier(schema, "django_migrations"), labels=labels
                    )
                    for schema in part[start : start + _AT_ONCE]
                )
                found += connection.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()
        return found

    parts = [part for number in range(_CONNECTIONS) if (part := schemas[number::_CONNECTIONS])]
    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        return dict(itertools.chain.from_iterable(threads.map(read, parts)))


def _applied(connection: psycopg.Connection[Any], schema: str) -> Names:
    table = sql.Identifier(schema, "django_migrations")
    return frozenset(connection.execute(sql.SQL("SELECT app, name FROM {}").format(table)))
