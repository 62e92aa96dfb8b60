"""A company moves to another installation's database, by the same archive that a backup is."""

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import transaction

from portico.actor import Actor
from portico.database import platform_scope
from portico.errors import Refused
from portico.events import record
from portico.settings import environment
from tenants.life import access, actions, archive
from tenants.life.export import Tell, export, silent
from tenants.life.manifest import Damaged, Manifest
from tenants.models import Company


def move(company: Company, to: dict[str, str], *, by: Actor, tell: Tell = silent) -> None:
    """Bring the company to the installation whose variables (DATABASE_URL, …) are `to`, and archive it here.

    It has to rest meanwhile. What arrived is exported again over there and must be the same archive, byte by byte, but
    for what only the installation can read that sealed it.
    """
    access.require(by, "move")
    if company.state != Company.State.SUSPENDED:
        raise Refused("wrong_state", "Suspend the company first: what is written meanwhile would stay behind.")
    if to["DATABASE_OWNER_URL"] == settings.DATABASE_OWNER_URL:
        raise Refused("same_database", "That is the database the company lives in.")
    with tempfile.TemporaryDirectory(prefix="portico-move-") as folder:
        here, there = Path(folder) / "here.zip", Path(folder) / "there.zip"
        export(company, here, by=by, tell=tell)
        tell("over there")
        for line in _over_there(to, "restore", str(here)):
            if "set up again" in line:
                tell(line.strip())
        _over_there(to, "export", company.slug, str(there))
        if not _is_same(here, there):
            raise Refused("not_the_same", "What arrived is not what was sent. The company stays; erase it there.")
    tell("compared")
    with platform_scope(), transaction.atomic():
        record("company.moved", company, by=by)
        actions.archive(company, by=by)


def _is_same(here: Path, there: Path) -> bool:
    """Whether both are whole and hold the same: a manifest has the hash of everything beside it."""
    try:
        with archive.opened(here) as one, archive.opened(there) as other:
            return _unsealed(one.manifest) == _unsealed(other.manifest)
    except Damaged:
        return False


def _unsealed(told: Manifest) -> Manifest:
    entries = {name: entry for name, entry in told.entries.items() if not name.startswith("sealed/")}
    return replace(told, entries=entries, proof="")


def _over_there(to: dict[str, str], *words: str) -> list[str]:
    command = [sys.executable, str(settings.ROOT / "manage.py"), "tenants", *words]
    done = subprocess.run(command, env=environment.changed(**to), capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise Refused("not_moved", f"`tenants {words[0]}` failed over there: {last}")
    return done.stdout.splitlines()
