"""Killed with SIGKILL in the middle: afterwards everything is as before, or finished by whoever comes next."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from portico.actor import SYSTEM
from tenants import routing
from tenants.life import actions, erase
from tenants.life.restore import restore
from tenants.models import Company, Leftover
from tests.support import databases
from tests.support.lives import schemas_and_roles, traces


@pytest.fixture
def die(storage):
    """`die(step, times, *words)`: a process does that work and is killed at that step."""

    def run(step, times, *words):
        env = os.environ | {
            "DATABASE_URL": django_settings.DATABASE_URL,
            "DATABASE_OWNER_URL": django_settings.DATABASE_OWNER_URL,
            "STORAGE_URL": django_settings.STORAGE_URL,
            "PYTHONPATH": f"{databases.ROOT / 'platform'}:{databases.ROOT}",
        }
        command = [sys.executable, "-m", "tests.support.dying", step, str(times), *map(str, words)]
        done = subprocess.run(command, env=env, cwd=databases.ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]

    return run


RESTORE_STEPS = ["checked", "file logo.txt", "files", "rows tickets.Ticket", "compared", "almost there"]


@pytest.mark.parametrize("step", RESTORE_STEPS)
def test_a_killed_restore_leaves_nothing(die, cobble, exported, outside, storage, step):
    archive, company = exported(), cobble.company()
    erase.erase(company, by=SYSTEM, typed="cobble")
    schemas = schemas_and_roles(django_settings.DATABASE_OWNER_URL)[0]

    die(step, 1, "restore", archive)
    erase.keep_promises()

    with outside():
        assert not Company.objects.filter(slug="cobble").exists()
        assert not Leftover.objects.exists()
    assert schemas_and_roles(django_settings.DATABASE_OWNER_URL)[0] == schemas
    assert [path for path in storage.rglob("*") if path.is_file()] == []
    assert restore(archive, by=SYSTEM).slug == "cobble"


@pytest.mark.parametrize("step", [*RESTORE_STEPS, "in place", "tables", "schema"])
def test_a_killed_replacement_is_the_old_company_or_the_new_one(die, cobble, exported, outside, storage, step):
    archive, before = exported("before.zip"), cobble.company()
    with outside():
        actions.suspend(before, by=SYSTEM)

    die(step, 1, "restore", archive, "--replace")
    erase.keep_promises()
    routing.forget()

    after = cobble.company()
    is_new = step in {"in place", "tables", "schema"}
    assert (after.generation, after.schema_name != before.schema_name) == (before.generation + is_new, is_new)
    assert exported("after.zip").read_bytes() == archive.read_bytes()
    others = before.schema_name if is_new else "none"
    assert others not in schemas_and_roles(django_settings.DATABASE_OWNER_URL)[0]
    assert {path.parts[-2] for path in storage.glob("*/*/logo.txt")} == {str(after.generation)}
    with outside():
        assert not Leftover.objects.exists()


@pytest.mark.parametrize(
    "step", ["tables", "schema", "files", "cache", "console.TicketIndex", "audit.PlatformAuditLog", "tombstone"]
)
def test_a_killed_erasure_is_finished_by_the_next(die, cobble, outside, storage, step):
    company, url = cobble.company(), django_settings.DATABASE_OWNER_URL

    die(step, 1, "erase", "cobble")
    erase.keep_promises()

    assert traces(url, cobble.mark) == []
    assert company.schema_name not in schemas_and_roles(url)[0]
    assert [path for path in storage.rglob("*") if path.is_file()] == []
    with outside():
        assert not Company.objects.filter(slug="cobble").exists()


@pytest.mark.parametrize("step", ["rows tickets.Ticket", "file logo.txt"])
def test_a_killed_export_leaves_no_archive_under_its_name(die, cobble, tmp_path, step):
    path = tmp_path / "one.zip"
    die(step, 1, "export", "cobble", path)
    assert not path.exists()
