"""The commands: one clear line, progress, and an exit that says how it went."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from portico.actor import SYSTEM
from shared_apps.audit.models import PlatformAuditLog
from tenants.life import actions, move
from tests.support import databases


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def tenants(storage, monkeypatch):
    """`tenants("suspend", "cobble")` = the finished command, run in this process."""

    def run(*words, typed=None):
        def answer(question):
            if typed is None:
                raise EOFError
            return typed

        monkeypatch.setattr("builtins.input", answer)
        out = io.StringIO()
        try:
            call_command("tenants", *map(str, words), stdout=out)
        except CommandError as refusal:
            return Done(1, out.getvalue(), str(refusal))
        return Done(0, out.getvalue(), "")

    return run


@pytest.fixture
def elsewhere(tmp_path):
    """Another installation: a database of its own on this server, and a folder for files."""
    owner, login = django_settings.DATABASE_OWNER_URL, django_settings.DATABASE_URL
    name = f"{urlsplit(owner).path[1:]}_other"
    databases.clone(owner, databases.bare(owner, login), name)
    yield {
        "DATABASE_URL": databases.renamed(login, name),
        "DATABASE_OWNER_URL": databases.renamed(owner, name),
        "STORAGE_URL": f"file://{tmp_path / 'elsewhere'}",
    }
    databases.drop(owner, name)


def outside_process(*words, **variables):
    """The same in a process of its own, as people run it."""
    here = {name: getattr(django_settings, name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "STORAGE_URL")}
    env = os.environ | here | {"PORTICO_PYTHON_READY": "1"} | variables
    command = [sys.executable, "manage.py", "tenants", *map(str, words)]
    return subprocess.run(command, env=env, cwd=databases.ROOT, capture_output=True, text=True, check=False)


def test_a_whole_life_at_the_command_line(tenants, cobble, tmp_path, outside):
    path = tmp_path / "cobble.zip"
    assert "suspended" in tenants("suspend", "cobble", "--as", "omar@portico.example", "--notice", "Soon back").stdout
    written = tenants("export", "cobble", path)
    assert (written.returncode, "rows tickets.Ticket" in written.stdout) == (0, True)
    assert "Type the subdomain cobble" in tenants("restore", path, "--replace").stderr
    assert "generation 2" in tenants("restore", path, "--replace", typed="cobble").stdout
    assert "generation 3" in tenants("restore", path, "--replace", "--confirm", "cobble").stdout
    assert "active" in tenants("resume", "cobble").stdout
    assert "until then `resume`" in tenants("erase", "cobble").stdout
    erased = tenants("erase", "cobble", "--now", typed="cobble")
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
    assert "\n" not in done.stderr.strip()
    assert cobble.company().state == "active"


def _to(variables):
    return [
        "--to", variables["DATABASE_URL"], "--to-owner", variables["DATABASE_OWNER_URL"],
        "--to-storage", variables["STORAGE_URL"],
    ]  # fmt: skip


@pytest.fixture
def resting(cobble, outside):
    """Cobble, suspended, as a move wants it."""
    with outside():
        actions.suspend(cobble.company(), by=SYSTEM)
    return cobble


def test_a_company_moves_to_another_installation(tenants, resting, elsewhere, tmp_path):
    moved = tenants("move", "cobble", *_to(elsewhere))

    assert moved.returncode == 0, moved.stderr
    assert resting.company().state == "archived"
    here = tenants("export", "cobble", tmp_path / "here.zip")
    there = outside_process("export", "cobble", tmp_path / "there.zip", **elsewhere)
    assert (here.returncode, there.returncode) == (0, 0)
    assert (tmp_path / "here.zip").read_bytes() == (tmp_path / "there.zip").read_bytes()


def test_a_move_that_fails_leaves_the_company_where_it_is(tenants, resting, elsewhere, monkeypatch):
    assert "lives in" in tenants("move", "cobble", *_to(elsewhere | _here())).stderr
    away = elsewhere | {"DATABASE_OWNER_URL": "postgresql://nobody@127.0.0.1:1/x"}
    assert "failed over there" in tenants("move", "cobble", *_to(away)).stderr

    def another(to, word, *rest):
        Path(rest[-1]).write_bytes(word.encode())
        return []

    monkeypatch.setattr(move, "_over_there", another)
    assert "not what was sent" in tenants("move", "cobble", *_to(elsewhere)).stderr
    assert resting.company().state == "suspended"


def _here():
    return {name: getattr(django_settings, name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}


def test_a_refusal_at_the_command_line_is_one_line_and_an_exit(cobble):
    done = outside_process("resume", "cobble")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].endswith("cannot be changed this way (resume).")
    assert "Traceback" not in done.stderr


def test_a_company_that_works_does_not_move(tenants, cobble):
    url = "postgresql://nobody@127.0.0.1:1/x"
    done = tenants("move", "cobble", "--to", url, "--to-owner", url, "--to-storage", "file:///tmp/x")
    assert (done.returncode, "Suspend" in done.stderr) == (1, True)


def test_tidying_tells_what_it_did(tenants, orphan):
    done = tenants("tidy")
    assert (done.returncode, f"--drop {orphan}" in done.stdout) == (0, True)
    assert orphan not in tenants("tidy", "--drop", orphan).stdout.replace(f"--drop {orphan}", "")
    assert "not a schema" in tenants("tidy", "--drop", orphan).stderr
