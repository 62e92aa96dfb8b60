"""A company whose tables are not those of its release is found, told apart and left alone."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tenants import tables
from tenants.fleet import drift
from tenants.owner import django_as_owner
from tenants.provision import fingerprint
from tests.fleet.releases import COLUMNS, NEXT
from tests.fleet.test_migrate import behind, columns, schema_of

pytestmark = pytest.mark.no_database

CHANGES = {
    "DROP INDEX {}.event_subject_at": "index CREATE INDEX event_subject_at",
    "ALTER TABLE {}.journal_event ADD COLUMN own integer": "column journal_event.own integer",
    "ALTER TABLE {}.journal_event ALTER COLUMN verb DROP NOT NULL": "column journal_event.verb",
    "ALTER TABLE {}.journal_event ADD CONSTRAINT odd CHECK (verb <> '')": "constraint journal_event.odd",
}


@pytest.mark.parametrize(("change", "words"), CHANGES.items())
def test_a_change_by_hand_is_found(fleet, tenants, change, words):
    fleet.execute(change.format(schema_of(fleet, "acme")))

    said = tenants("status", "--drift")
    assert "acme differs from the others" in said
    assert words in said
    assert "borealis differs" not in said


def test_who_differs_is_left_alone_until_it_is_mended(fleet, tenants, release):
    schema = schema_of(fleet, "acme")
    fleet.execute(f"ALTER TABLE {schema}.journal_event ADD COLUMN own integer")
    release(COLUMNS)
    with pytest.raises(CommandError, match="1 of 3"):
        tenants("migrate")
    assert behind(fleet) == ["acme"]
    assert "source" not in columns(fleet, "acme")
    assert "own integer is there and should not be" in tenants("status")

    fleet.execute(f"ALTER TABLE {schema}.journal_event DROP COLUMN own")
    tenants("migrate")
    assert behind(fleet) == []


def test_a_released_migration_that_was_changed_is_refused(fleet, tenants, release, settings, tmp_path):
    package = release("")
    text = (tmp_path / package / "0001_initial.py").read_text()
    (tmp_path / package / "0001_initial.py").write_text(
        text.replace('"verb", models.CharField(max_length=60)', '"verb", models.CharField(max_length=61)')
    )
    fingerprint.cache_clear()
    with pytest.raises(CommandError, match="changed after it was released"):
        tenants("migrate")
    assert behind(fleet) == ["acme", "borealis", "help"]


def test_a_migration_that_was_only_worded_anew_marks_the_companies_anew(fleet, tenants, release, tmp_path):
    package = release()
    path = tmp_path / package / "0001_initial.py"
    path.write_text(path.read_text() + "# Worded anew.\n")
    fingerprint.cache_clear()
    assert len(behind(fleet)) == 3

    tenants("migrate")
    assert behind(fleet) == []


def test_django_tenants_own_command_writes_the_same_ledger(fleet, tenants, release):
    release(COLUMNS)
    with django_as_owner():
        call_command("migrate_schemas", schema_name=schema_of(fleet, "acme"), verbosity=0)

    assert behind(fleet) == ["borealis", "help"]
    rows = f"SELECT state FROM public.tenants_migrationledger WHERE company_id = 1 AND name = '{NEXT}'"
    assert fleet.execute(rows).fetchall() == [("done",)]
    tenants("migrate")
    with django_as_owner():
        call_command("migrate_schemas", "journal", "0001", schema_name=schema_of(fleet, "acme"), verbosity=0)
    assert behind(fleet) == ["acme"]
    tenants("migrate")
    assert behind(fleet) == []


def test_a_glance_is_never_kinder_than_a_look(fleet):
    schemas = [schema_of(fleet, slug) for slug in ("help", "acme", "borealis")]
    model = tables.of_schema(fleet, schemas[0])
    quick = drift.glances(schemas)
    assert len(set(quick.values())) == 1

    fleet.execute(f"ALTER TABLE {schemas[1]}.journal_event ADD COLUMN gone integer")
    fleet.execute(f"ALTER TABLE {schemas[1]}.journal_event DROP COLUMN gone")
    fleet.execute(f"ALTER TABLE {schemas[2]}.journal_event ALTER COLUMN verb TYPE varchar(61)")
    assert drift.differing(drift.glances(schemas), model) == [schemas[2]]
