"""`tenants migrate`: everybody is brought along, each company on its own."""

import io
import threading
import time

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from tenants import tables
from tenants.provision import fingerprint
from tests.fleet.releases import COLUMNS, NEXT

pytestmark = pytest.mark.no_database


def schema_of(fleet, slug):
    return fleet.execute("SELECT schema_name FROM public.tenants_company WHERE slug = %s", [slug]).fetchone()[0]


def columns(fleet, slug):
    rows = fleet.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = 'journal_event'",
        [schema_of(fleet, slug)],
    )
    return {name for (name,) in rows}


def behind(fleet):
    rows = fleet.execute("SELECT slug FROM public.tenants_company WHERE fingerprint <> %s ORDER BY 1", [fingerprint()])
    return [slug for (slug,) in rows]


def test_nothing_to_do_says_so(still, tenants):
    assert "3 up to date, 0 behind" in tenants("migrate")


def test_every_company_and_the_pool_reach_the_new_release(fleet, tenants, release):
    release(COLUMNS)
    tenants("migrate")

    assert behind(fleet) == []
    assert {"source", "weight"} <= columns(fleet, "acme")
    ready = fleet.execute("SELECT DISTINCT fingerprint FROM public.tenants_readyschema").fetchall()
    assert ready == [(fingerprint(),)]
    schemas = fleet.execute(
        "SELECT schema_name FROM public.tenants_company UNION SELECT schema FROM public.tenants_readyschema"
    ).fetchall()
    words = tables.digests(fleet, [schema for (schema,) in schemas])
    assert len(words) == len(schemas)
    assert len(set(words.values())) == 1


def test_the_plan_says_what_would_be_done_and_does_nothing(still, fleet, tenants, release):
    release(COLUMNS)
    said = tenants("migrate", "--plan")

    assert 'ADD COLUMN "source"' in said
    assert "3 behind" in said
    assert behind(fleet) == ["acme", "borealis", "help"]
    assert "source" not in columns(fleet, "acme")


def test_one_company_alone(fleet, tenants, release):
    release(COLUMNS)
    tenants("migrate", "--only", "acme")

    assert behind(fleet) == ["borealis", "help"]
    with pytest.raises(CommandError, match="no company 'nobody'"):
        tenants("migrate", "--only", "nobody")


def test_several_releases_at_once_reach_companies_of_different_releases(fleet, tenants, release):
    release(COLUMNS)
    tenants("migrate", "--only", "acme")
    more = 'migrations.CreateModel("Mark", [("id", models.BigAutoField(primary_key=True)), ("at", models.DateField())])'
    release(COLUMNS, more)
    tenants("migrate")

    assert behind(fleet) == []
    for slug in ("acme", "borealis"):
        schema = schema_of(fleet, slug)
        may = f"SELECT has_table_privilege('{schema}', '{schema}.journal_mark', 'SELECT, INSERT, UPDATE, DELETE')"
        assert fleet.execute(may).fetchone() == (True,)


def test_a_locked_company_alone_is_left_behind_and_comes_along_later(fleet, tenants, release):
    release(COLUMNS)
    with psycopg.connect(settings.DATABASE_OWNER_URL) as visitor:
        visitor.execute(f"LOCK TABLE {schema_of(fleet, 'acme')}.journal_event IN ACCESS SHARE MODE")
        with pytest.raises(CommandError, match="1 of 3 companies were left behind"):
            tenants("migrate", "--tries", "2")
        assert f"acme: journal.{NEXT}: Somebody works in its tables" in tenants.said
        assert behind(fleet) == ["acme"]

    tenants("migrate", "--resume")
    assert behind(fleet) == []
    assert fleet.execute("SELECT count(*) FROM public.tenants_migrationledger WHERE state = 'failed'").fetchone() == (
        0,
    )


def test_a_company_that_breaks_is_reported_alone(fleet, tenants, release):
    fleet.execute(
        f"INSERT INTO {schema_of(fleet, 'borealis')}.journal_event (id, at, verb, actor_kind, actor_label, acting_for,"
        " request_id, facts) SELECT gen_random_uuid(), now(), 'twice', '', '', '', '', '{}' FROM generate_series(1, 2)"
    )
    release(
        'migrations.AddIndex("event", models.Index(fields=["verb"], name="e_v")),'
        'migrations.RunSQL("CREATE UNIQUE INDEX once ON journal_event (verb)", migrations.RunSQL.noop)'
    )
    with pytest.raises(CommandError, match="1 of 3 companies were left behind"):
        tenants("migrate")

    assert behind(fleet) == ["borealis"]
    assert "could not create unique index" in tenants("status")
    indexes = (
        f"SELECT count(*) FROM pg_indexes WHERE schemaname = '{schema_of(fleet, 'borealis')}' AND indexname = 'e_v'"
    )
    assert fleet.execute(indexes).fetchone() == (0,)


def test_a_run_stops_when_no_canary_comes_through(fleet, tenants, release):
    fleet.execute(
        f"INSERT INTO {schema_of(fleet, 'help')}.journal_event (id, at, verb, actor_kind, actor_label, acting_for,"
        " request_id, facts) SELECT gen_random_uuid(), now(), 'twice', '', '', '', '', '{}' FROM generate_series(1, 2)"
    )
    release('migrations.RunSQL("CREATE UNIQUE INDEX once ON journal_event (verb)", migrations.RunSQL.noop)')
    with pytest.raises(CommandError, match="nobody else was touched"):
        tenants("migrate")
    assert behind(fleet) == ["acme", "borealis", "help"]

    with pytest.raises(CommandError, match="The last run was stopped"):
        tenants("migrate")
    with pytest.raises(CommandError, match="1 of 3"):
        tenants("migrate", "--resume", "--canary", "2")
    assert behind(fleet) == ["help"]


def test_two_runs_at_once_are_refused(still, fleet, tenants):
    fleet.execute("SELECT pg_advisory_lock(7310020)")
    with pytest.raises(CommandError, match="Another"):
        tenants("migrate")


def _waits(ask, until):
    """How long each asking took, until `until()`."""
    found = []
    while not until(found):
        began = time.monotonic()
        ask()
        found.append(time.monotonic() - began)
    return found


def _has_waited(found, began):
    """Two seconds, and somebody waited; the run may take a while to begin."""
    seconds = time.monotonic() - began
    return seconds > 30 or (seconds > 2 and len(found) % 50 == 0 and max(found) > 0.2)


def test_nobody_waits_for_long_behind_a_change_that_waits(fleet, tenants, release):
    release(COLUMNS)
    table = f"{schema_of(fleet, 'acme')}.journal_event"
    run = threading.Thread(target=lambda: call_command("tenants", "migrate", "--tries", "8", stdout=io.StringIO()))
    stalls = []  # of the machine: of naps that wait for nobody
    with psycopg.connect(settings.DATABASE_OWNER_URL) as visitor:
        visitor.execute(f"SELECT 1 FROM {table}")
        run.start()
        began, done = time.monotonic(), threading.Event()
        napping = threading.Thread(
            target=lambda: stalls.extend(_waits(lambda: time.sleep(0.001), lambda _: done.is_set()))
        )
        napping.start()
        waits = _waits(lambda: fleet.execute(f"SELECT 1 FROM {table}"), lambda found: _has_waited(found, began))
        done.set()
        napping.join()
    run.join(60)

    assert behind(fleet) == []
    assert 0.2 < max(waits) < 1 + max(stalls)
