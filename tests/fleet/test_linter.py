"""What the fleet refuses to do, and that it says why."""

import pytest
from django.core.management.base import CommandError
from django.db.migrations.loader import MigrationLoader

from tenants.fleet import linter, survey
from tests.fleet.releases import NEXT
from tests.fleet.test_migrate import behind

pytestmark = pytest.mark.no_database

REFUSED = {
    "a type that rewrites": (
        'migrations.AlterField("event", "verb", models.IntegerField())',
        "rewritten",
    ),
    "a value computed for every row": (
        'migrations.RunSQL("ALTER TABLE journal_event ADD COLUMN luck double precision DEFAULT random()", "")',
        "rewritten",
    ),
    "a value that only Python knows": (
        'migrations.AddField("event", "weight", models.IntegerField(default=1))',
        "db_default",
    ),
    "no value at all": (
        'migrations.RunSQL("ALTER TABLE journal_event ADD COLUMN weight integer NOT NULL", "")',
        "rows that are there have none",
    ),
    "a column that must be filled from now on": (
        'migrations.AlterField("event", "subject_id", models.UUIDField())',
        "read from end to end",
    ),
    "a check that reads all rows": (
        'migrations.AddConstraint("event", models.CheckConstraint(name="c", condition=models.Q(verb__gt="")))',
        "NOT VALID",
    ),
    "a key into public": (
        'migrations.AddField("event", "of", models.ForeignKey("tenants.company", models.CASCADE, null=True))',
        "leads into public",
    ),
    "Python without the mark": (
        "migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop)",
        "@company_job",
    ),
    "Python without a way back": ("migrations.RunPython(company_job(lambda apps, editor: None))", "reverse_code"),
    "something taken away": ('migrations.RemoveField("event", "acting_for")', "goes away"),
    "a new name": ('migrations.RenameField("event", "verb", "deed")', "goes away"),
    "a table of public in a statement": (
        'migrations.RunSQL("CREATE VIEW everybody AS SELECT id FROM public.tenants_company", "")',
        "reaches into public",
    ),
    "a second statement behind a harmless one": (
        'migrations.RunSQL("-- x\\nSELECT 1; ALTER TABLE journal_event ADD COLUMN a integer, DROP COLUMN verb", "")',
        "goes away",
    ),
    "a question": ('migrations.RunSQL("SELECT setval(1, 2)", "")', "not replayed"),
    "rows changed on the way": (
        """migrations.RunSQL("UPDATE journal_event SET verb = 'x'", migrations.RunSQL.noop)""",
        "@company_job",
    ),
}


@pytest.mark.parametrize(("operation", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_dangerous_is_refused_in_plain_words(still, fleet, tenants, release, operation, words):
    release(operation)
    with pytest.raises(CommandError, match="These migrations are dangerous") as no:
        tenants("migrate")
    assert words in str(no.value)
    assert behind(fleet) == ["acme", "borealis", "help"]


ALLOWED = {
    "a column with a default of the database": 'migrations.AddField("event", "w", models.IntegerField(db_default=1))',
    "a column that may be empty": 'migrations.AddField("event", "w", models.IntegerField(null=True))',
    "room for longer words": 'migrations.AlterField("event", "verb", models.CharField(max_length=90))',
    "a table": 'migrations.CreateModel("Mark", [("id", models.BigAutoField(primary_key=True))])',
}


@pytest.mark.parametrize("operation", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_only_adds_passes(fleet, tenants, release, operation):
    release(operation)
    tenants("migrate")
    assert behind(fleet) == []


def test_an_index_is_refused_where_the_table_is_big(fleet, tenants, release):
    release('migrations.AddIndex("event", models.Index(fields=["at"], name="event_when"))')
    assert f"note: journal.{NEXT}: Building an index on journal_event keeps" in tenants("migrate", "--plan")

    fleet.execute("UPDATE pg_class SET reltuples = 60000 WHERE relname = 'journal_event'")
    with pytest.raises(CommandError, match="AddIndexConcurrently"):
        tenants("migrate")


def test_a_rule_may_be_accepted_with_a_reason(fleet, tenants, release):
    release(
        'migrations.RemoveField("event", "acting_for")]\n'
        '    fleet_accepts = {"contract": "Nothing reads it since the last release."}\n    _ = ['
    )
    assert f"note: journal.{NEXT}" in tenants("migrate")
    assert behind(fleet) == []


def test_the_product_s_own_migrations_pass():
    labels = survey.company_labels()
    found = MigrationLoader(None).disk_migrations.values()
    assert [str(one) for one in linter.read(list(found), labels) if one.refused] == []
