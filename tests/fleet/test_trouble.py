"""When more goes wrong than in one company."""

import threading
import time

import psycopg
import pytest
from django.conf import settings
from django.core.management.base import CommandError

from tenants.fleet import drift, ledger, planning, replay, runs, survey
from tenants.provision import fingerprint, refill
from tests.fleet.releases import COLUMNS, NEXT
from tests.fleet.test_migrate import behind, schema_of

pytestmark = pytest.mark.no_database

TWICE = (
    "INSERT INTO {}.journal_event (id, at, verb, actor_kind, actor_label, acting_for, request_id, facts)"
    " SELECT gen_random_uuid(), now(), 'twice', '', '', '', '', '{{}}' FROM generate_series(1, 2)"
)
ONCE = 'migrations.RunSQL("CREATE UNIQUE INDEX once ON journal_event (verb)", migrations.RunSQL.noop)'


def open_more(fleet, count):
    refill(count)
    for number in range(count):
        fleet.execute("SELECT public.portico_claim(%s, 'More', %s)", [fingerprint(), f"more-{number}"])


def test_a_run_stops_when_too_many_break(fleet, tenants, release):
    open_more(fleet, 4)
    for slug in ("acme", "borealis", "more-0"):
        fleet.execute(TWICE.format(schema_of(fleet, slug)))
    release(ONCE)
    with pytest.raises(CommandError, match="3 companies failed, more than a run may leave behind"):
        tenants("migrate", "--workers", "1", "--canary", "7")

    assert behind(fleet) == ["acme", "borealis", "more-0", "more-1", "more-2", "more-3"]
    assert "stopped, 1 done, 3 failed" in tenants("status")


def test_fewer_share_a_transaction_until_who_breaks_is_alone(fleet, tenants, release):
    open_more(fleet, 8)
    fleet.execute(TWICE.format(schema_of(fleet, "more-2")))
    release(ONCE)
    with pytest.raises(CommandError, match="1 of 11"):
        tenants("migrate", "--workers", "1", "--canary", "1")

    assert behind(fleet) == ["more-2"]
    shared = "SELECT count(*), count(DISTINCT xmin::text) FROM public.tenants_migrationledger WHERE state = 'done'"
    companies, transactions = fleet.execute(shared).fetchone()
    assert companies == 10
    assert transactions < 8


def test_a_connection_goes_on_in_the_next_wave(fleet, tenants, release):
    release('migrations.RunSQL("CREATE TABLE who AS SELECT pg_backend_pid() AS pid", migrations.RunSQL.noop)')
    tenants("migrate", "--workers", "1", "--canary", "1")
    schemas = [one.schema for one in survey.everybody(fleet)]
    assert len(schemas) == 3
    assert len({fleet.execute(f"SELECT pid FROM {schema}.who").fetchone() for schema in schemas}) == 1


def test_nothing_is_done_when_most_companies_differ(fleet, tenants, release):
    for slug in ("acme", "borealis"):
        fleet.execute(f"DROP INDEX {schema_of(fleet, slug)}.event_subject_at")
    release(COLUMNS)
    with pytest.raises(CommandError, match="Most companies differ"):
        tenants("migrate")


def test_cut_connections_cost_a_turn_and_nothing_else(fleet, tenants, release):
    open_more(fleet, 4)
    release(COLUMNS)
    over = threading.Event()

    def cut():
        for _ in range(30):
            fleet.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = %s AND datname = current_database()",
                [replay.WORKER],
            )
            if over.wait(0.01):
                return

    cutter = threading.Thread(target=cut)
    cutter.start()
    tenants("migrate", "--tries", "12")
    over.set()
    cutter.join()
    assert behind(fleet) == []


def test_a_schema_that_cannot_be_read_is_reported_alone(fleet, tenants, release):
    fleet.execute(f"DROP TABLE {schema_of(fleet, 'acme')}.django_migrations")
    release(COLUMNS)
    with pytest.raises(CommandError, match="1 of 3"):
        tenants("migrate")

    assert "acme: its schema" in tenants.said
    assert behind(fleet) == ["acme"]


def test_a_company_is_created_without_a_ready_schema(fleet, tenants):
    fleet.execute("DELETE FROM public.tenants_readyschema")
    assert "No schema is ready: building one." in tenants("create", "cobble", "Cobble", "--owner", "c@cobble.example")
    assert "cobble" in tenants("list", "--state", "active")
    with pytest.raises(CommandError, match="at most 40"):
        tenants("create", "c" * 41, "Cobble", "--owner", "c@cobble.example")


def test_nobody_is_odd_where_nobody_is():
    assert drift.odd_ones({}) == []


def test_who_breaks_in_company_breaks_alone(fleet, tenants, release):
    open_more(fleet, 6)
    fleet.execute(TWICE.format(schema_of(fleet, "more-3")))
    release(ONCE)
    with pytest.raises(CommandError, match="1 of 9"):
        tenants("migrate")
    assert behind(fleet) == ["more-3"]


def test_companies_in_one_transaction_are_told_of_in_two_statements_and_each_has_its_rows(fleet, tenants, release):
    open_more(fleet, 6)
    release(COLUMNS)
    rows = f"SELECT company_id, schema, state, words FROM public.tenants_migrationledger WHERE name = '{NEXT}'"
    members = list(survey.everybody(fleet))
    for member in members:
        ledger.failed(fleet, member, ("journal", NEXT, 0), "0" * 32, "Broken off.")
    assert len(ledger.done(members, ("journal", NEXT, 0), "0" * 32)) == 2

    tenants("migrate")
    assert sorted(fleet.execute(rows)) == [(one.id, one.schema, "done", "") for one in members]
    assert behind(fleet) == []


def test_a_step_that_was_done_in_one_of_them_is_done_in_none_of_them_again(fleet, tenants, release):
    open_more(fleet, 2)
    members = list(survey.everybody(fleet))
    for statement in ledger.done(members[:1], ("journal", "x", 0), "0" * 32):
        fleet.execute(statement)
    step = planning.Step("journal", "x", 0, "sql", statements=["CREATE TABLE x ()"])
    with replay.worker() as connection:
        assert not replay.take_together(connection, members, step, "0" * 32, "mark")
    assert fleet.execute("SELECT count(*) FROM pg_class WHERE relname = 'x'").fetchone() == (0,)


def test_the_first_knock_at_a_locked_company_waits_for_nobody(still, fleet):
    (acme,) = survey.everybody(fleet, "acme")
    step = planning.Step("journal", "x", 0, "sql", statements=["ALTER TABLE journal_event ADD COLUMN x integer"])
    waits = []
    with psycopg.connect(settings.DATABASE_OWNER_URL) as visitor, replay.worker() as connection:
        visitor.execute(f"LOCK TABLE {acme.schema}.journal_event IN ACCESS SHARE MODE")
        for patient in (False, True):
            began = time.monotonic()
            with pytest.raises(replay.Busy):
                replay.take(connection, acme, step, "0" * 32, "mark", patient=patient)
            waits.append(time.monotonic() - began)
    assert waits[0] < waits[1]
    assert waits[1] >= replay.LOCK_MS / 1000


def test_a_run_after_one_that_was_killed_waits_until_the_server_has_noticed(still, fleet):
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as killed:
        killed.execute("SELECT pg_advisory_lock(%s)", [ledger.FLEET_LOCK])
        noticed = threading.Timer(0.5, killed.close)
        noticed.start()
        with runs.alone() as connection:
            assert connection.execute("SHOW lock_timeout").fetchone() == ("0",)
        noticed.join()
