"""A server that nothing was done to yet: roles, tables, rights, recording and house are made there step by step.

Everywhere else in the suite they stand already, built by a process of their own.
"""

import hashlib
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import ProgrammingError

from portico.embedded import places
from portico.embedded.postgres import CARELESS, Postgres
from tenants import house, provision, rights
from tenants.models import Recording
from tenants.owner import django_as_owner, owner_connection
from tenants.provision import recording
from tests.fleet import releases
from tests.support.databases import ROOT

pytestmark = pytest.mark.no_database
LOGIN = "newborn_app"
OWN_ROWS = ["audit_platformauditlog", "billing_account", "billing_errand", "console_ticketindex", "incidents_affected"]
OWN_ROWS += ["signup_known", "tenants_domain", "tenants_due", "usage_hour"]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="portico-newborn-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        places.prepare_data(folder)
        (folder / "runtime").mkdir()
        postgres = Postgres(folder / "postgres", "secret", folder / "log", folder / "runtime", CARELESS)
        try:
            postgres.start()
            postgres.ensure_database("newborn")
            yield postgres
        finally:
            postgres.stop()


@pytest.fixture
def newborn(server: Postgres, settings: Any, django_db_blocker: Any) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to the server; the settings lead there, too. What a test makes stays for the next."""
    settings.DATABASE_OWNER_URL = server.url("newborn")
    settings.DATABASE_URL = server.url("newborn", LOGIN, "p%40ss")
    with django_db_blocker.unblock(), psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as connection:
        yield connection


@pytest.fixture
def with_tables(newborn: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    rights.ensure_roles()
    with django_as_owner():
        call_command("migrate_schemas", shared=True, verbosity=0)
    rights.apply_rights()
    return newborn


@pytest.fixture
def recorded(with_tables: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    with django_as_owner():
        provision.record()
    return with_tables


def _record() -> None:
    with django_as_owner():
        recording._run_and_listen()


def _locks(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    return row[0] if row else 0


def test_roles_are_made_where_there_are_none_and_left_where_they_are(newborn):
    for _ in range(2):
        rights.ensure_roles()
    made = newborn.execute(
        "SELECT rolname, rolcanlogin, rolinherit, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls"
        " FROM pg_roles WHERE rolname ~ '^(newborn|portico)_' ORDER BY 1"
    ).fetchall()
    assert made == [
        (LOGIN, True, False, False),
        ("portico_company", False, True, False),
        ("portico_platform", False, True, False),
    ]
    members = "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members WHERE member > 16383"
    assert newborn.execute(members).fetchall() == [("portico_platform", LOGIN)]


def test_the_login_role_has_the_password_of_its_address_and_its_limits(newborn, settings, server):
    settings.STATEMENT_SECONDS = 7
    for address in (server.url("newborn", LOGIN, "another%21"), server.url("newborn", LOGIN, "p%40ss")):
        settings.DATABASE_URL = address
        rights.ensure_roles()
        with psycopg.connect(address) as login:
            said = [login.execute(f"SHOW {name}").fetchone()[0] for name in ("timezone", "statement_timeout")]
            assert said == ["UTC", "7s"]
            assert login.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("1min",)
            assert login.execute("SHOW search_path").fetchone() == ("portico_nowhere",)
    settings.DATABASE_URL = server.url("newborn", LOGIN).replace("secret", "")
    rights.ensure_roles()
    psycopg.connect(address).close()


def test_rows_of_many_companies_are_kept_apart(with_tables):
    rights.apply_rights()
    policies = with_tables.execute(
        "SELECT tablename, policyname, roles::text[], qual, with_check FROM pg_policies ORDER BY 1, 2"
    ).fetchall()
    own = "((schema)::text = CURRENT_USER)"
    assert policies == [
        row
        for table in OWN_ROWS
        for row in (
            (table, "all_rows", ["portico_platform"], "true", "true"),
            (table, "own_rows", ["portico_company"], own, own),
        )
    ]
    secured = with_tables.execute("SELECT relname::text FROM pg_class WHERE relrowsecurity ORDER BY 1").fetchall()
    assert [name for (name,) in secured] == OWN_ROWS


WRITES_NOT = {
    "tenants_company": {"INSERT", "DELETE"},
    "tenants_readyschema": {"INSERT", "UPDATE", "DELETE"},
    "tenants_recording": {"INSERT", "UPDATE", "DELETE"},
    "django_migrations": {"INSERT", "UPDATE", "DELETE"},
    "tenants_tombstone": {"INSERT", "UPDATE", "DELETE"},
    "tenants_leftover": {"INSERT", "UPDATE", "DELETE"},
    "audit_platformauditlog": {"UPDATE", "DELETE"},
    "audit_seal": {"UPDATE", "DELETE"},
}
COMPANIES_MAY = {
    "staff_subject": {"SELECT"},
    "console_ticketindex": {"SELECT", "INSERT", "UPDATE"},
    "audit_platformauditlog": {"INSERT"},
    "tenants_due": {"SELECT", "INSERT", "DELETE"},
    "tenants_domain": {"SELECT", "INSERT", "DELETE"},
    "signup_known": {"SELECT", "INSERT", "DELETE"},
    "usage_hour": {"SELECT", "INSERT", "DELETE"},
    "billing_account": {"SELECT"},
    "billing_errand": {"SELECT", "INSERT"},
    "incidents_affected": {"SELECT"},  # and its `trouble` may be changed
}


def test_who_may_touch_what_in_public(with_tables):
    kinds = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    rows = with_tables.execute(
        "SELECT relname::text, role, array_agg(kind) FILTER (WHERE has_table_privilege(role, c.oid, kind))"
        " FROM pg_class c, unnest(%s::text[]) kind, unnest(%s::text[]) role"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY 1, 2",
        [kinds, ["portico_platform", "portico_company", LOGIN]],
    ).fetchall()
    may = {(table, role): set(found or []) for table, role, found in rows}
    assert len(may) > 30
    for (table, role), found in may.items():
        platform = set(kinds[:4]) - WRITES_NOT.get(table, set())
        wanted = {"portico_platform": platform, "portico_company": COMPANIES_MAY.get(table, set()), LOGIN: set()}
        assert found == wanted[role], (table, role)


def test_the_wall_is_off_when_the_login_role_is_more_than_a_door(with_tables):
    assert rights.wall_is_on()
    for more, less in (("SUPERUSER", "NOSUPERUSER"), ("INHERIT", "NOINHERIT"), ("BYPASSRLS", "NOBYPASSRLS")):
        with_tables.execute(f"ALTER ROLE {LOGIN} {more}")
        assert not rights.wall_is_on()
        with_tables.execute(f"ALTER ROLE {LOGIN} {less}")
    assert rights.wall_is_on()


def test_no_login_role_is_no_wall(with_tables, settings):
    settings.DATABASE_URL = settings.DATABASE_URL.replace(LOGIN, "somebody_else")
    assert not rights.wall_is_on()


def test_a_release_is_marked_by_the_texts_of_its_companies_migrations():
    digest = hashlib.sha256()
    labels = {one.label: one for one in apps.get_app_configs() if one.name in django_settings.TENANT_APPS}
    for label in sorted(labels):
        elsewhere = django_settings.MIGRATION_MODULES.get(label)
        folder = ROOT / elsewhere.replace(".", "/") if elsewhere else Path(labels[label].path) / "migrations"
        for path in sorted(folder.glob("[0-9]*.py")):
            digest.update(f"{label}.{path.stem}\n{path.read_text()}\n".encode())
    assert recording.fingerprint() == digest.hexdigest()


def test_what_migrations_do_is_recorded_once(recorded):
    """What stands there was executed, changes something, and names no schema."""
    (kept,) = recorded.execute("SELECT fingerprint, statements, recorded_at FROM tenants_recording").fetchall()
    assert kept[0] == provision.fingerprint()
    heads = {text.split(maxsplit=1)[0].upper() for text in kept[1]}
    assert heads <= {"CREATE", "ALTER", "INSERT", "DROP", "COMMENT", "UPDATE", "WITH"}
    assert not any("CONCURRENTLY" in text or "portico_recording" in text or "%s" in text for text in kept[1])
    labels = ["accounts", "sessions", "journal", "tickets", "tenants"]
    told = [text for text in kept[1] if text.startswith("INSERT INTO") and "django_migrations" in text]
    assert all(any(f"'{label}'" in text for text in told) for label in labels)
    with django_as_owner():
        assert provision.record() == kept[0]
    assert recorded.execute("SELECT fingerprint, statements, recorded_at FROM tenants_recording").fetchall() == [kept]


def test_a_recording_starts_anew_where_a_killed_one_stopped(recorded):
    (before,) = recorded.execute("SELECT statements FROM tenants_recording").fetchone()
    recorded.execute("DELETE FROM tenants_recording")
    recorded.execute("CREATE SCHEMA portico_recording CREATE TABLE accounts_user (id integer)")
    with django_as_owner() as connection:
        provision.record()
        assert connection.schema_name == "public"
        assert Recording.objects.count() == 1
        assert _locks(recorded) == 0
    (after,) = recorded.execute("SELECT statements FROM tenants_recording").fetchone()
    assert len(after) == len(before)
    left = "SELECT count(*) FROM pg_namespace WHERE nspname = 'portico_recording'"
    assert recorded.execute(left).fetchone() == (0,)


def test_a_migration_that_reaches_into_public_breaks_the_recording_and_leaves_nothing(
    recorded, settings, tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(tmp_path)
    reaching = 'migrations.RunSQL("UPDATE staff_subject SET label = label", migrations.RunSQL.noop)'
    settings.MIGRATION_MODULES = settings.MIGRATION_MODULES | {
        "journal": releases.write(tmp_path, "reaching_journal", reaching)
    }
    with django_as_owner() as connection:
        with pytest.raises(ProgrammingError, match="staff_subject"):
            recording._run_and_listen()
        assert _locks(recorded) == 0
        assert connection.schema_name == "public"
    left = "SELECT count(*) FROM pg_namespace WHERE nspname = 'portico_recording'"
    assert recorded.execute(left).fetchone() == (0,)


def test_the_house_is_made_once_and_waits_in_no_pool(recorded):
    for _ in range(2):
        house.ensure()
    rows = recorded.execute(
        "SELECT id, name, slug, state, generation, tint, fingerprint, schema_name FROM tenants_company"
    ).fetchall()
    assert [row[:7] for row in rows] == [(0, "Portico", "help", "active", 1, 0, provision.fingerprint())]
    assert recorded.execute("SELECT count(*) FROM tenants_readyschema").fetchone() == (0,)
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = %s AND tablename = 'tickets_ticket'"
    assert recorded.execute(tables, [rows[0][7]]).fetchone() == (1,)


def test_the_owner_commits_what_went_well_and_nothing_else(newborn):
    with owner_connection() as owner:
        owner.execute("CREATE TABLE kept ()")
    with pytest.raises(ZeroDivisionError), owner_connection() as owner:
        owner.execute("CREATE TABLE lost ()")
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), owner_connection(autocommit=True) as owner:
        owner.execute("CREATE TABLE at_once ()")
        raise ZeroDivisionError
    found = "SELECT relname FROM pg_class WHERE relname IN ('kept', 'lost', 'at_once') ORDER BY 1"
    assert [name for (name,) in newborn.execute(found)] == ["at_once", "kept"]
    newborn.execute("DROP TABLE kept, at_once")


AT_ONCE = [
    (7_310_001, lambda: provision.refill(1)),
    (7_310_002, rights.ensure_roles),
    (7_310_002, rights.apply_rights),
    (7_310_003, house.ensure),
    (7_310_004, _record),
]


@pytest.mark.parametrize(("lock", "work"), AT_ONCE)
def test_two_at_once_queue_behind_a_number_that_all_releases_share(recorded, lock, work):
    recorded.execute("SELECT pg_advisory_lock(%s)", [lock])
    second = threading.Thread(target=work)
    second.start()
    second.join(0.7)
    assert second.is_alive()
    recorded.execute("SELECT pg_advisory_unlock(%s)", [lock])
    second.join(30)
    assert not second.is_alive()
