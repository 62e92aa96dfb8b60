"""What happens rarely: two at once, somebody faster, a role that is needed elsewhere, a storage that cannot."""

import io
import json
from contextlib import contextmanager
from threading import Timer

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import transaction
from psycopg import errors

from portico.actor import SYSTEM
from portico.database import CompanyRef, company_scope
from portico.errors import Missing, Refused
from shared_apps.accounts.models import User
from tenants import routing
from tenants.life import access, actions, erase, export, files, leftovers, orphans, reading
from tenants.life.restore import restore
from tenants.models import Company, Leftover
from tenants.owner import owner_connection


def test_buttons_ask_the_same_table(omar, ann, lin):
    assert [access.may(one, "erase") for one in (omar, ann, lin)] == [True, False, False]


def test_two_do_not_restore_or_erase_at_once(cobble, exported):
    with leftovers.alone():
        with pytest.raises(Refused, match="right now"):
            restore(exported(), by=SYSTEM, slug="cobble-copy")
        with pytest.raises(Refused, match="right now"):
            erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    assert cobble.company().state == "active"


def test_a_company_that_is_gone_is_missing(outside):
    with pytest.raises(Missing), outside():
        actions.suspend(Company(pk=987_654), by=SYSTEM)


def test_erasure_that_has_begun_takes_no_export_and_no_way_back(cobble, outside, tmp_path):
    with outside():
        company = actions.begin_erasure(cobble.company(), by=SYSTEM, typed="cobble")
        assert actions.begin_erasure(company, by=SYSTEM, typed="cobble").generation == company.generation
        with pytest.raises(Refused, match="erasing"):
            actions.resume(company, by=SYSTEM)
    with pytest.raises(Refused, match="nothing whole"):
        export.export(company, tmp_path / "late.zip", by=SYSTEM)
    assert erase.keep_promises() == 1


def test_an_export_reads_as_the_company_and_changes_nothing(cobble, acme):
    with reading.snapshot(cobble.company().schema_name) as connection:
        for query in (f"SELECT 1 FROM {acme.schema}.accounts_user", "SELECT 1 FROM public.tenants_company"):
            with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
                connection.execute(query)
        with pytest.raises(errors.ReadOnlySqlTransaction), connection.transaction():
            connection.execute("UPDATE accounts_user SET name = 'x'")


def test_an_export_sees_one_moment(cobble):
    ref, names = cobble.company().ref, ["email"]
    with reading.snapshot(ref.schema) as connection:
        before = list(reading.lines(connection, User, names))
        with company_scope(ref), transaction.atomic():
            User.objects.create(email="late@cobble.example", name="Late", role="member")
        assert list(reading.lines(connection, User, names)) == before


def test_a_file_that_appears_meanwhile_is_not_written_over(cobble, tmp_path):
    path = tmp_path / "one.zip"

    def somebody_is_faster(step):
        path.write_bytes(b"theirs")

    with pytest.raises(Refused, match="exists already"):
        export.export(cobble.company(), path, by=SYSTEM, tell=somebody_is_faster)
    assert path.read_bytes() == b"theirs"
    assert [one.name for one in tmp_path.glob("*zip*")] + [one.name for one in tmp_path.glob(".*")] == ["one.zip"]


def test_a_company_that_changes_during_its_export_is_exported_again(cobble, tmp_path, database):
    def is_restored_meanwhile(step):
        database.connection.execute("UPDATE tenants_company SET generation = 7 WHERE slug = 'cobble'")

    with pytest.raises(Refused, match="meanwhile"):
        export.export(cobble.company(), tmp_path / "one.zip", by=SYSTEM, tell=is_restored_meanwhile)


@contextmanager
def _at(step, statement, database):
    def tell(now):
        if now == step:
            database.connection.execute(statement)

    yield tell


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE tenants_company SET state = 'active' WHERE slug = 'cobble'", "changed meanwhile"),
        ("UPDATE tenants_company SET generation = 9 WHERE slug = 'cobble'", "changed meanwhile"),
    ],
)
def test_a_restore_that_was_overtaken_gives_up(cobble, exported, outside, database, statement, words):
    archive = exported()
    with outside():
        actions.suspend(cobble.company(), by=SYSTEM)
    with _at("compared", statement, database) as tell, pytest.raises(Refused, match=words):
        restore(archive, by=SYSTEM, replace=True, typed="cobble", tell=tell)
    with outside():
        assert not Leftover.objects.exists()


def test_a_subdomain_that_is_taken_during_a_restore_stays_taken(exported, database):
    taken = "UPDATE tenants_company SET slug = 'cobble-copy' WHERE slug = 'borealis'"
    with _at("compared", taken, database) as tell, pytest.raises(Refused, match="taken meanwhile"):
        restore(exported(), by=SYSTEM, slug="cobble-copy", tell=tell)


def test_only_a_company_can_be_replaced_and_never_the_house(cobble, outside, exported, tmp_path):
    with pytest.raises(Refused, match="no company"):
        restore(exported(), by=SYSTEM, slug="nowhere", replace=True)
    with outside():
        house = Company.objects.get(pk=0)
    export.export(house, tmp_path / "house.zip", by=SYSTEM)
    with pytest.raises(Refused, match="house"):
        restore(tmp_path / "house.zip", by=SYSTEM, replace=True)


def test_whoever_still_believes_in_the_old_schema_finds_it_closed(cobble, exported, outside, monkeypatch):
    """A door that another process keeps warm leads nowhere, and loses nothing that it acknowledged."""
    archive, old = exported(), cobble.company().ref
    with outside():
        actions.suspend(cobble.company(), by=SYSTEM)
    monkeypatch.setattr(leftovers, "drop_schema", lambda *_: None)
    restore(archive, by=SYSTEM, replace=True, typed="cobble")
    routing.forget()
    with pytest.raises(Exception, match="permission denied|does not exist"), company_scope(old), transaction.atomic():
        User.objects.create(email="stale@cobble.example", name="Stale", role="member")


def test_a_role_that_a_copy_of_the_database_needs_is_left(acme):
    """The test databases of one server share Acme's role: it stays, the schema's own part of it goes."""
    with owner_connection(autocommit=True) as connection:
        leftovers._drop_role(connection, acme.schema)
        leftovers._drop_role(connection, "t_never_was")
        row = connection.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [acme.schema]).fetchone()
    assert row == (1,)


def test_a_storage_that_cannot_keep_a_name_is_a_refusal(storage):
    place = CompanyRef(9, "", 1, "", "")
    with pytest.raises(Refused, match="cannot keep"):
        files.put(place, "x" * 300, io.BytesIO(b"x"))
    files.put(place, "one", io.BytesIO(b"x"))
    with pytest.raises(Refused, match="another file"):
        files.put(place, "one", io.BytesIO(b"y"))
    assert files.wipe(place) == 2
    assert files.names(place) == []


def test_a_table_that_counts_by_itself_goes_on_counting():
    row = {"id": 4_000, "kind": "files", "place": "1/1", "since": "2026-11-24T00:00:00+00:00"}
    with psycopg.connect(django_settings.DATABASE_OWNER_URL) as connection:
        reading.settle(connection, "public")
        reading.load(connection, Leftover, list(row), [json.dumps(row).encode()])
        leftovers.note(connection, "files", "1/2")
        found = connection.execute("SELECT id FROM tenants_leftover ORDER BY id").fetchall()
        connection.rollback()
    assert found == [(4_000,), (4_001,)]


def test_many_rows_go_in_batches(cobble, monkeypatch):
    monkeypatch.setattr(erase, "_ROWS_AT_ONCE", 2)
    assert erase.erase(cobble.company(), by=SYSTEM, typed="cobble").company_id


def test_a_schema_that_nobody_knows_is_told_and_dropped_by_name_alone(orphan, acme):
    assert orphan in orphans.orphans()
    assert acme.schema not in orphans.orphans()
    assert orphans.tidy() == 0
    with pytest.raises(Refused, match="not a schema that nobody knows"):
        orphans.drop(acme.schema)

    orphans.drop(orphan)

    assert orphan not in orphans.orphans()


def test_whoever_comes_after_one_that_was_killed_waits_until_the_server_has_noticed():
    with psycopg.connect(django_settings.DATABASE_OWNER_URL, autocommit=True) as killed:
        killed.execute("SELECT pg_advisory_lock(%s)", [leftovers.ALONE])
        noticed = Timer(0.5, killed.close)
        noticed.start()
        with leftovers.alone() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        noticed.join()
