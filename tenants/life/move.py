"""A company moves to another installation's database, by the same archive that a backup is."""

import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from portico.actor import Actor
from portico.database import platform_scope
from portico.errors import Refused
from portico.events import record
from portico.settings import environment
from tenants.life import access, actions
from tenants.life.export import Tell, export, silent
from tenants.models import Company


def move(company: Company, to: dict[str, str], *, by: Actor, tell: Tell = silent) -> None:
    """Bring the company to the installation whose variables (DATABASE_URL, …) are `to`, and archive it here.

    It has to rest meanwhile. What arrived is exported again over there and must be the same archive, byte by byte.
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
        _over_there(to, "restore", str(here))
        _over_there(to, "export", company.slug, str(there))
        if here.read_bytes() != there.read_bytes():
            raise Refused("not_the_same", "What arrived is not what was sent. The company stays; erase it there.")
    tell("compared")
    with platform_scope(), transaction.atomic():
        record("company.moved", company, by=by)
        actions.archive(company, by=by)


def _over_there(to: dict[str, str], *words: str) -> None:
    command = [sys.executable, str(settings.ROOT / "manage.py"), "tenants", *words]
    done = subprocess.run(command, env=environment.changed(**to), capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise Refused("not_moved", f"`tenants {words[0]}` failed over there: {last}")
