"""`tenants migrate` is killed at random points, again and again, while people write; in the end everybody is equal.

`python3 -m tests.trust.migrate --companies N --kills K` works on a database of its own next to that of the environment.
Every other release adds a column, a job that fills it and an index built beside the work; those between add a column
with a default, in transactions that companies share. It prints one JSON object:
`left_behind`, `unequal` (schemas whose tables differ), `twice` (migrations recorded twice), `leftovers` (canaries,
invalid indexes), `unfilled` rows, and the longest that a write in a busy company took.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.fleet import releases
from tests.support.databases import ROOT

_TOP = """
@company_job
def fill(apps, schema_editor):
    Event = apps.get_model("journal", "Event")
    batch = list(Event.objects.filter(f{0}=None).values_list("pk", flat=True)[:50])
    Event.objects.filter(pk__in=batch).update(f{0}={0})
    return len(batch) == 50
"""
_OPERATIONS = """
    migrations.AddField("event", "f{0}", models.IntegerField(null=True)),
    migrations.RunPython(fill, migrations.RunPython.noop),
    AddIndexConcurrently("event", models.Index(fields=["f{0}"], name="event_f{0}")),
"""
_PLAIN = """
    migrations.AddField("event", "f{0}", models.IntegerField(null=True, db_default={0})),
"""


def _operations(number: int) -> str:
    return (_OPERATIONS if number % 2 else _PLAIN).format(number)


class Visitor(threading.Thread):
    """Somebody who writes in one company all the time, with the code of the release before."""

    def __init__(self, company: Any) -> None:
        super().__init__()
        self.company = company
        self.stop = threading.Event()
        self.writes, self.longest, self.trouble = 0, 0.0, ""

    def run(self) -> None:
        from django.db import connection, transaction

        from portico.database import company_scope
        from tenant_apps.journal.models import Event

        try:
            while not self.stop.wait(0.005):
                began = time.perf_counter()
                with company_scope(self.company), transaction.atomic():
                    event = Event.objects.create(verb="visit", actor_kind="system", actor_label="Visitor")
                    Event.objects.get(pk=event.pk)
                self.longest = max(self.longest, time.perf_counter() - began)
                self.writes += 1
        except Exception as trouble:  # told at the end: a visitor must never see one
            self.trouble = repr(trouble)
        finally:
            connection.close()


class Proof:
    """Releases one after another, each killed until the kills are used up."""

    def __init__(self, database: Any, folder: Path, kills: int, seed: int) -> None:
        self.database, self.folder, self.kills = database, folder, kills
        self.random = random.Random(seed)
        self.releases = self.killed = 0
        self.whole, self.work = 2.0, 0.5  # seconds that a run takes, and its part after the plan was told

    def go(self) -> None:
        """Until all kills are used and the last release is everywhere."""
        while not self.releases or self.killed < self.kills:
            self.releases += 1
            self._become()
            kills = min(self.kills - self.killed, self.random.randint(1, 5))
            while not self._run(to_the_end=kills <= 0):
                self.killed, kills = self.killed + 1, kills - 1

    def _become(self) -> None:
        numbers = range(1, self.releases + 1)
        package = f"trust_journal_{self.releases}"
        releases.write_many(
            self.folder,
            package,
            [(_operations(number), _TOP.format(number)) for number in numbers],
            atomic=False,
        )
        self.settings = releases.settings_module(self.folder, package)
        self.package = package

    def _run(self, *, to_the_end: bool) -> bool:
        """Run the command; whether it came to its end. Half of the kills come after it has told its plan."""
        env = self.database.environment(DJANGO_SETTINGS_MODULE=self.settings, LOG_LEVEL="WARNING", PYTHONUNBUFFERED="1")
        env["PYTHONPATH"] = f"{self.folder}{os.pathsep}{env['PYTHONPATH']}"
        command = [sys.executable, "-m", "django", "tenants", "migrate", "--resume"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        span, began, first = self.whole, time.monotonic(), ""
        if to_the_end or self.random.random() < 0.5:
            first, span = process.stdout.readline() if process.stdout else "", self.work
        planned = time.monotonic()
        try:
            said, _ = process.communicate(timeout=None if to_the_end else self.random.uniform(0.02, span))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return False
        if process.returncode:
            raise RuntimeError(first + said)
        if to_the_end:
            self.whole, self.work = time.monotonic() - began, time.monotonic() - planned
        return True


def _companies(count: int) -> Any:
    """So many companies with a few rows in each; the one that is busy."""
    from tenants.owner import owner_connection
    from tests.benchmarks.rig import fleet

    fleet.build(count)
    fleet.settle()
    found = fleet.companies()
    with owner_connection() as connection:
        for company in found:
            connection.execute(
                f"INSERT INTO {company.schema}.journal_event (id, at, verb, actor_kind, actor_label, acting_for,"  # type: ignore[call-overload]
                " request_id, facts) SELECT gen_random_uuid(), now(), 'v', '', '', '', '', '{}'"
                " FROM generate_series(1, 120)"
            )
    return found[0]


def _count(proof: Proof) -> dict[str, int]:
    """What is wrong at the end."""
    from tenants import tables
    from tenants.owner import owner_connection

    with owner_connection(autocommit=True) as owner:
        rows = owner.execute("SELECT schema_name, fingerprint FROM public.tenants_company ORDER BY id").fetchall()
        schemas = [schema for schema, _ in rows]
        (mark,) = owner.execute("SELECT fingerprint FROM public.tenants_recording ORDER BY recorded_at DESC").fetchone()
        twice = unfilled = 0
        for schema in schemas:
            history = owner.execute(f"SELECT app, name FROM {schema}.django_migrations").fetchall()
            twice += len(history) - len(set(history))
            old = f"SELECT count(*) FROM {schema}.journal_event WHERE verb = 'v' AND f{proof.releases} IS NULL"
            unfilled += owner.execute(old).fetchone()[0]
        (leftovers,) = owner.execute(
            "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname ~ '^portico_(canary|recording|measure)')"
            " + (SELECT count(*) FROM pg_index WHERE NOT indisvalid)"
        ).fetchone()
        digests = tables.digests(owner, schemas)
    return {
        "left_behind": sum(theirs != mark for _, theirs in rows),
        "unequal": len(schemas) - max(list(digests.values()).count(one) for one in set(digests.values())),
        "twice": twice,
        "unfilled": unfilled,
        "leftovers": leftovers,
    }


def run(companies: int, kills: int, seed: int = 1) -> dict[str, Any]:
    """Everything; the figures."""
    from tests.benchmarks.rig import databases

    began = time.monotonic()
    with databases.own() as database, tempfile.TemporaryDirectory() as folder:
        visitor = Visitor(_companies(companies))
        proof = Proof(database, Path(folder), kills, seed)
        visitor.start()
        try:
            proof.go()
        finally:
            visitor.stop.set()
            visitor.join()
        found = _count(proof)
    return {
        "proof": "migrate",
        "companies": companies,
        "kills": proof.killed,
        "releases": proof.releases,
        **found,
        "writes": visitor.writes,
        "visitor_trouble": visitor.trouble,
        "longest_write_ms": round(visitor.longest * 1000),
        "seconds": round(time.monotonic() - began, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    import django

    django.setup()
    print(json.dumps(run(asked.companies, asked.kills, asked.seed)))  # noqa: T201 (a command's answer)
