"""Steps of other kinds: indexes built beside the work, and Python that runs per company."""

import pytest
from django.core.management.base import CommandError

from tenants.fleet.planning import Step
from tests.fleet.releases import NEXT
from tests.fleet.test_migrate import behind, columns, schema_of

pytestmark = pytest.mark.no_database

INDEX = 'AddIndexConcurrently("event", models.Index(fields=["verb"], name="event_verb"))'
JOB = """
    @company_job
    def mark(apps, schema_editor):
        Event = apps.get_model("journal", "Event")
        batch = list(Event.objects.filter(weight=None).values_list("pk", flat=True)[:2])
        Event.objects.filter(pk__in=batch).update(weight=7)
        return len(batch) == 2
"""
FILL = (
    'migrations.AddField("event", "weight", models.IntegerField(null=True)),'
    "migrations.RunPython(mark, migrations.RunPython.noop),"
    'migrations.AddField("event", "after", models.IntegerField(null=True)),'
)


def fill(fleet, slug, count):
    fleet.execute(
        f"INSERT INTO {schema_of(fleet, slug)}.journal_event (id, at, verb, actor_kind, actor_label, acting_for,"
        f" request_id, facts) SELECT gen_random_uuid(), now(), 'v', '', '', '', '', '{{}}' FROM generate_series(1, %s)",
        [count],
    )


def index_is_valid(fleet, slug):
    return fleet.execute(
        "SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass(%s)",
        [f"{schema_of(fleet, slug)}.event_verb"],
    ).fetchone()


def test_an_index_is_built_beside_the_work(fleet, tenants, release):
    release(INDEX, atomic=False)
    tenants("migrate")

    assert behind(fleet) == []
    assert index_is_valid(fleet, "acme") == (True,)


def test_an_invalid_index_of_a_broken_off_build_is_replaced(fleet, tenants, release):
    release(INDEX, atomic=False)
    tenants("migrate", "--only", "help")
    acme = schema_of(fleet, "acme")
    fleet.execute(f"CREATE INDEX event_verb ON {acme}.journal_event (verb)")
    fleet.execute(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{acme}.event_verb'::regclass")
    fleet.execute(
        "INSERT INTO public.tenants_migrationledger (company_id, schema, app, name, step, state, words, at)"
        f" VALUES (1, %s, 'journal', '{NEXT}', 0, 'failed', 'Broken off.', now())",
        [acme],
    )
    tenants("migrate")

    assert index_is_valid(fleet, "acme") == (True,)
    assert behind(fleet) == []


def test_a_job_runs_in_batches_in_each_company_alone(fleet, tenants, release):
    fill(fleet, "acme", 5)
    fill(fleet, "borealis", 1)
    release(FILL, top=JOB)
    tenants("migrate")

    assert behind(fleet) == []
    for slug, count in (("acme", 5), ("borealis", 1)):
        rows = fleet.execute(f"SELECT count(*), min(weight) FROM {schema_of(fleet, slug)}.journal_event").fetchone()
        assert rows == (count, 7)


def test_a_job_is_found_however_deep_it_stands(fleet, tenants, release):
    fill(fleet, "acme", 1)
    job = "migrations.RunPython(mark, migrations.RunPython.noop)"
    release(FILL.replace(job, f"migrations.SeparateDatabaseAndState([{job}])"), top=JOB)
    assert f"journal {NEXT} (python)" in tenants("migrate", "--plan")
    tenants("migrate")

    assert fleet.execute(f"SELECT weight FROM {schema_of(fleet, 'acme')}.journal_event").fetchall() == [(7,)]


def test_a_job_that_fails_in_one_company_leaves_the_others_done(fleet, tenants, release):
    fill(fleet, "acme", 1)
    release(FILL, top=JOB.replace("return", 'assert not batch, "no weight for this"\n        return'))
    with pytest.raises(CommandError, match="1 of 3"):
        tenants("migrate")

    assert behind(fleet) == ["acme"]
    assert "no weight for this" in tenants("status")
    assert "weight" in columns(fleet, "acme")
    assert "after" not in columns(fleet, "acme")


def test_half_done_migrations_go_on_where_they_were(fleet, tenants, release):
    fill(fleet, "acme", 1)
    release(FILL, top=JOB.replace("return", 'assert not batch or batch[0] is None, "not yet"\n        return'))
    with pytest.raises(CommandError):
        tenants("migrate")
    fleet.execute(f"UPDATE {schema_of(fleet, 'acme')}.journal_event SET weight = 1")
    tenants("migrate")

    assert behind(fleet) == []
    assert "after" in columns(fleet, "acme")


def test_columns_of_one_table_are_added_at_once_and_nothing_else_is():
    texts = [
        """ALTER TABLE "a" ADD COLUMN "one" varchar(20) DEFAULT 'x, y' NOT NULL""",
        'ALTER TABLE "a" ADD COLUMN "two" integer NULL',
        'ALTER TABLE "b" ADD COLUMN "three" integer NULL',
        'CREATE INDEX "i" ON "b" ("three")',
        'ALTER TABLE "b" ADD COLUMN "four" integer NULL',
        'ALTER TABLE "b" ADD COLUMN "five" integer NULL CONSTRAINT "c" REFERENCES "a" ("id")',
        'ALTER TABLE "b" ALTER COLUMN "four" SET NOT NULL',
        'ALTER TABLE "b" ADD COLUMN "six" integer NULL',
    ]
    said = Step("app", "name", 0, "sql", statements=texts).spoken()
    assert said == [f'{texts[0]}, ADD COLUMN "two" integer NULL', *texts[2:]]
