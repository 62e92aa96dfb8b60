"""The pool and the rights in it, told exactly: who may touch what in a schema that was just built."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import psycopg
import pytest
from django.db import connection, connections

from tenants import provision
from tenants.models import Company
from tenants.owner import django_as_owner, owner_connection
from tenants.provision import pool, recording


@pytest.fixture
def built():
    """A schema that was just built, with the owner's connection in the transaction of it. Nothing of it stays."""
    with owner_connection() as owner:
        yield pool.build(owner), owner
        owner.rollback()


def _may(owner: psycopg.Connection, schema: str, kinds: str, privilege: str) -> set[str]:
    """The tables (or sequences) of a schema on which its role has this privilege."""
    asks = "has_sequence_privilege" if kinds == "S" else "has_table_privilege"
    rows = owner.execute(
        f"SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = ANY(%s)"
        f" AND {asks}(%s, oid, %s)",
        [schema, list(kinds), schema, privilege],
    )
    return {name for (name,) in rows}


def _all(owner: psycopg.Connection, schema: str, kind: str) -> set[str]:
    rows = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = %s", [schema, kind]
    )
    return {name for (name,) in rows}


def test_a_company_works_on_all_its_tables_and_rewrites_no_history(built):
    schema, owner = built
    tables, sequences = _all(owner, schema, "r"), _all(owner, schema, "S")
    assert len(tables) > 5
    assert sequences
    assert _may(owner, schema, "r", "SELECT") == tables
    assert _may(owner, schema, "r", "INSERT") == tables - {"django_migrations"}
    for privilege in ("UPDATE", "DELETE"):
        assert _may(owner, schema, "r", privilege) == tables - {"django_migrations", "journal_event", "journal_seal"}
    for privilege in ("TRUNCATE", "REFERENCES", "TRIGGER"):
        assert _may(owner, schema, "r", privilege) == set()
    assert _may(owner, schema, "S", "USAGE") == sequences
    assert _may(owner, schema, "S", "UPDATE") == set()


def test_building_a_schema_does_not_read_the_catalogue_of_all_companies(built):
    """Else each company would cost more than the one before."""
    schema, owner = built
    scans = "SELECT pg_stat_get_xact_numscans('pg_class'::regclass)"
    before = owner.execute(scans).fetchone()
    for statement in pool.company_rights(schema):
        owner.execute(statement)
    assert owner.execute(scans).fetchone() == before


def test_a_role_reaches_no_schema_but_its_own(built, acme):
    schema, owner = built
    for privilege in ("USAGE", "CREATE"):
        ask = "SELECT has_schema_privilege(%s, %s, %s)"
        assert owner.execute(ask, [schema, schema, privilege]).fetchone() == (privilege == "USAGE",)
        assert owner.execute(ask, [schema, acme.schema, privilege]).fetchone() == (False,)


def test_only_the_login_role_may_become_a_company(built):
    schema, owner = built
    rows = owner.execute(
        "SELECT m.roleid::regrole::text, m.member::regrole::text FROM pg_auth_members m"
        " WHERE %s::regrole IN (m.roleid, m.member)",
        [schema],
    ).fetchall()
    assert {tuple(word.strip('"') for word in row) for row in rows} == {
        (schema, "portico_app"),
        ("portico_company", schema),
    }
    assert owner.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [schema]).fetchone() == (False,)


def test_the_owner_speaks_to_public_again_after_a_build(built):
    _, owner = built
    assert owner.execute("SELECT current_schema()").fetchone() == ("public",)


def test_the_pool_is_filled_up_to_what_was_asked_and_never_emptied(settings):
    for target in (3, 3, 1):
        before = provision.waiting()
        assert provision.refill(target) == max(0, target - before)
        assert provision.waiting() == max(before, target)
    settings.READY_SCHEMAS = provision.waiting() + 2
    assert provision.refill() == 2


def test_refillers_at_once_build_no_more_than_one_would():
    target = provision.waiting() + 3
    with ThreadPoolExecutor(4) as many:
        assert sum(many.map(lambda _: provision.refill(target), range(4))) == 3
    assert provision.waiting() == target


def test_each_schema_is_ready_as_soon_as_it_is_built(database):
    """A refill that is killed keeps what it built."""
    before, seen = provision.waiting(), set()
    refilling = Thread(target=provision.refill, args=(before + 6,))
    refilling.start()
    while refilling.is_alive():
        row = database.connection.execute("SELECT count(*) FROM public.tenants_readyschema").fetchone()
        seen.add(row[0])
    assert seen & set(range(before + 1, before + 6))


def test_schemas_of_another_release_are_not_counted_and_not_given_away(outside, database):
    database.connection.execute("UPDATE public.tenants_readyschema SET fingerprint = 'another'")
    assert provision.waiting() == 0
    with outside(), pytest.raises(provision.NoReadySchema):
        provision.claim(name="Cobble", slug="cobble")


def test_a_release_without_a_recording_builds_nothing():
    with owner_connection() as owner, pytest.raises(RuntimeError, match="no recording"):
        pool.build(owner, "0" * 64)


def test_the_oldest_ready_schema_goes_first(outside, database):
    provision.refill(3)
    rows = database.connection.execute("SELECT schema FROM public.tenants_readyschema ORDER BY built_at").fetchall()
    with outside():
        claimed = [provision.claim(name="Cobble", slug=f"cobble-{number}").schema for number in range(2)]
    assert claimed == [schema for (schema,) in rows[:2]]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("SELECT 1", False),
        ("select 1;", False),
        ("SELECT 1; ", False),
        ("\n  SELECT\n a FROM b", False),
        *((f"{word} x", False) for word in ("SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SHOW")),
        ("SELECT 1; UPDATE t SET a = 1", True),
        ("UPDATE t SET a = 1", True),
        ("SELECTED x", True),
    ],
)
def test_only_what_changes_something_is_recorded(text, changes):
    assert recording._changes_something(text) is changes


def test_a_recorded_statement_is_whole_and_fit_for_one_transaction():
    connection.ensure_connection()
    assert recording._as_text("INSERT INTO t VALUES (%s, %s)", ["it's", 5]) == "INSERT INTO t VALUES ('it''s', 5)"
    assert recording._as_text("UPDATE t SET a = '50%'", None) == "UPDATE t SET a = '50%'"
    for text, plain in {
        "CREATE INDEX CONCURRENTLY i ON t (a)": "CREATE INDEX i ON t (a)",
        "create unique index concurrently i ON t (a)": "create unique index i ON t (a)",
        " DROP INDEX CONCURRENTLY i": " DROP INDEX i",
        "COMMENT ON INDEX i IS 'CREATE INDEX CONCURRENTLY'": "COMMENT ON INDEX i IS 'CREATE INDEX CONCURRENTLY'",
    }.items():
        assert recording._as_text(text, None) == plain


def test_django_speaks_as_the_owner_for_a_while(settings, acme):
    before = connections["default"]
    settings.DATABASE_OWNER_URL += "?application_name=by-address"
    with django_as_owner(acme.schema, options="-c statement_timeout=7s") as owner:
        assert connections["default"] is owner
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('is_superuser'), current_database(), current_setting('search_path'),"
                " current_setting('application_name'), current_setting('statement_timeout')"
            )
            name = before.settings_dict["NAME"]
            assert cursor.fetchone() == ("on", name, acme.schema, "by-address", "7s")
        assert owner.alias == "default"
    assert connections["default"] is before
    assert owner.connection is None


def test_django_speaks_as_itself_again_after_trouble(acme):
    before = connections["default"]
    with pytest.raises(ZeroDivisionError), django_as_owner() as owner:
        assert owner.schema_name == "public"
        assert Company.objects.filter(pk=acme.id).exists()
        raise ZeroDivisionError
    assert connections["default"] is before
    assert owner.connection is None


@pytest.mark.no_database
def test_the_login_role_is_the_one_of_the_address(settings):
    for address, name in {
        "postgresql://my%40app:x@h/db": "my@app",
        "postgresql://app@h/db": "app",
        "postgresql://h/db": "portico_app",
    }.items():
        settings.DATABASE_URL = address
        assert pool.login_role() == name


def test_a_schema_has_a_name_of_its_own_that_tells_nothing():
    names = {pool.new_schema_name() for _ in range(50)}
    assert len(names) == 50
    assert all(re.fullmatch("t_[0-9a-f]{16}", name) for name in names)
