"""The commands: one clear line, progress, and an exit that says how it went."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings

from portico.actor import SYSTEM
from shared_apps.audit.models import PlatformAuditLog
from tenants.life import actions
from tests.support import databases


@pytest.fixture
def tenants(storage):
    """`tenants("suspend", "cobble")` = the finished command."""

    def run(*words, url="", typed="", storage_url=""):
        login, owner = django_settings.DATABASE_URL, django_settings.DATABASE_OWNER_URL
        env = os.environ | {
            "DATABASE_URL": databases.renamed(login, url) if url else login,
            "DATABASE_OWNER_URL": databases.renamed(owner, url) if url else owner,
            "STORAGE_URL": storage_url or django_settings.STORAGE_URL,
            "PORTICO_PYTHON_READY": "1",
        }
        command = [sys.executable, "manage.py", "tenants", *map(str, words)]
        return subprocess.run(
            command, env=env, cwd=databases.ROOT, capture_output=True, text=True, input=typed, check=False
        )

    return run


def test_a_whole_life_at_the_command_line(tenants, cobble, tmp_path, outside):
    path = tmp_path / "cobble.zip"
    assert "suspended" in tenants("suspend", "cobble", "--as", "omar@portico.example", "--notice", "Soon back").stdout
    written = tenants("export", "cobble", path)
    assert (written.returncode, "rows tickets.Ticket" in written.stdout) == (0, True)
    assert "generation 2" in tenants("restore", path, "--replace").stdout
    assert "active" in tenants("resume", "cobble").stdout
    assert "until then `resume`" in tenants("erase", "cobble").stdout
    erased = tenants("erase", "cobble", "--now", typed="cobble\n")
    assert (erased.returncode, "rests until" in erased.stdout) == (0, True), erased.stderr
    assert "stands as cobble" in tenants("restore", path).stdout
    with outside():
        assert PlatformAuditLog.objects.filter(verb="company.suspended", actor_label="Omar Said").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["suspend", "nobody"], "There is no company"),
        (["resume", "cobble"], "active"),
        (["suspend", "cobble", "--as", "lin@portico.example"], "may not"),
        (["suspend", "cobble", "--as", "ada@acme.example"], "No staff member"),
        (["suspend", "cobble", "--notice", "x" * 201], "200 characters"),
        (["export", "cobble", "/nowhere/x.zip"], "no folder"),
        (["restore", "/nowhere/x.zip"], "no file"),
        (["erase", "cobble", "--now"], "Type"),
        (["erase", "cobble", "--now", "--confirm", "acme"], "Type"),
        (["erase"], "--due"),
    ],
)
def test_bad_input_is_refused_in_one_line(tenants, cobble, words, line):
    done = tenants(*words)
    assert done.returncode != 0
    assert line in done.stderr
    assert "Traceback" not in done.stderr
    assert cobble.company().state == "active"


def test_a_company_moves_to_another_installation(tenants, cobble, tmp_path, outside):
    owner, login = django_settings.DATABASE_OWNER_URL, django_settings.DATABASE_URL
    name, elsewhere = f"{urlsplit(owner).path[1:]}_other", f"file://{tmp_path / 'elsewhere'}"
    databases.clone(owner, databases.bare(owner, login), name)
    try:
        with outside():
            actions.suspend(cobble.company(), by=SYSTEM)
        to = ["--to", databases.renamed(login, name), "--to-owner", databases.renamed(owner, name)]
        moved = tenants("move", "cobble", *to, "--to-storage", elsewhere)
        assert moved.returncode == 0, moved.stderr
        assert cobble.company().state == "archived"
        here = tenants("export", "cobble", tmp_path / "here.zip")
        there = tenants("export", "cobble", tmp_path / "there.zip", url=name, storage_url=elsewhere)
        assert (here.returncode, there.returncode) == (0, 0)
        assert (tmp_path / "here.zip").read_bytes() == (tmp_path / "there.zip").read_bytes()
    finally:
        databases.drop(owner, name)


def test_a_company_that_works_does_not_move(tenants, cobble):
    url = "postgresql://nobody@127.0.0.1:1/x"
    done = tenants("move", "cobble", "--to", url, "--to-owner", url, "--to-storage", "file:///tmp/x")
    assert (done.returncode, "Suspend" in done.stderr) == (1, True)


def test_tidying_tells_what_it_did(tenants, orphan):
    done = tenants("tidy")
    assert (done.returncode, f"--drop {orphan}" in done.stdout) == (0, True)
    assert orphan not in tenants("tidy", "--drop", orphan).stdout.replace(f"--drop {orphan}", "")
    assert "not a schema" in tenants("tidy", "--drop", orphan).stderr
