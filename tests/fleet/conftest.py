"""A database that may be changed for good, and releases that bring migrations."""

import io
import itertools
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.fleet import releases
from tests.support import databases

_numbers = itertools.count(1)


@contextmanager
def _own_database() -> Iterator[str]:
    """A copy of the template, dropped afterwards with the roles of what was built in it."""
    owner, login = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    name = f"portico_fleet_{uuid.uuid4().hex[:12]}"
    databases.clone(owner, databases.template(owner, login), name)
    ours = _schemas(databases.renamed(owner, name))
    yield name
    made = _schemas(databases.renamed(owner, name)) - ours
    databases.drop(owner, name)
    _drop_roles(owner, made)


@pytest.fixture(scope="module")
def still() -> Iterator[str]:
    """For tests that change nothing in the end: one database for all of them in a module."""
    with _own_database() as name:
        yield name


@pytest.fixture
def fleet(request: pytest.FixtureRequest, django_db_blocker: Any, settings: Any) -> Iterator[psycopg.Connection[Any]]:
    """A database of this test's own, with Acme, Borealis and the house; yields the owner's connection to it."""
    from django.db import connections

    from tenants import routing

    owner, login = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    here = connections["default"]
    before = here.settings_dict["NAME"]
    is_still = "still" in request.fixturenames
    place = nullcontext(request.getfixturevalue("still")) if is_still else _own_database()
    with place as name:
        here.close()
        here.settings_dict["NAME"] = name
        settings.DATABASE_URL = databases.renamed(login, name)
        settings.DATABASE_OWNER_URL = databases.renamed(owner, name)
        routing.forget()
        with django_db_blocker.unblock(), psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as connection:
            yield connection
        here.close()
        here.settings_dict["NAME"] = before


def _schemas(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]+$'")
        return {name for (name,) in rows}


def _drop_roles(owner: str, names: set[str]) -> None:
    """Roles belong to the whole server, so those of this database alone must not stay behind."""
    with psycopg.connect(databases.renamed(owner, "postgres"), autocommit=True) as server:
        for name in names:
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.fixture
def release(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """`release(operations, …)` = from now on this process is a release with these migrations behind the journal's."""
    from tenants.provision.recording import fingerprint

    monkeypatch.syspath_prepend(tmp_path)

    def become(*operations: str, **options: Any) -> str:
        package = releases.write(tmp_path, f"next_journal_{next(_numbers)}", *operations, **options)
        settings.MIGRATION_MODULES = settings.MIGRATION_MODULES | {"journal": package}
        fingerprint.cache_clear()
        return package

    yield become
    fingerprint.cache_clear()
    for name in [name for name in sys.modules if name.startswith("next_journal_")]:
        del sys.modules[name]


@pytest.fixture
def tenants(fleet: Any) -> Callable[..., str]:
    """`tenants("migrate", "--plan")` = what the command prints; a refusal is raised as CommandError."""

    def run(*words: str) -> str:
        from django.core.management import call_command

        out = io.StringIO()
        try:
            call_command("tenants", *words, stdout=out)
        finally:
            run.said = out.getvalue()  # type: ignore[attr-defined]
        return out.getvalue()

    return run
