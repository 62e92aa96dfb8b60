"""Migrates schemas as django-tenants does on its own, in a process of the owner that runs the next release."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.rig.databases import Own
from tests.benchmarks.rig.figures import Stopwatch
from tests.support.databases import ROOT

_CHILD = "import django; django.setup(); from tests.benchmarks.rig import executors; executors.serve()"


class Executors:
    """django-tenants' own executors, in a child whose imports are over before anything is measured."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def migrate(self, name: str, schemas: list[str]) -> float:
        """Seconds for one schema, with the executor of this name."""
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(json.dumps({"name": name, "schemas": schemas}) + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer:
            raise RuntimeError("django-tenants could not migrate a schema; its words are above.")
        return float(answer) / len(schemas)


@contextlib.contextmanager
def executors(database: Own, settings_module: str, folder: Path) -> Iterator[Executors]:
    """The child for the time of a run."""
    env = database.environment(PORTICO_OWNER="1", LOG_LEVEL="WARNING", DJANGO_SETTINGS_MODULE=settings_module)
    env["PYTHONPATH"] = f"{folder}{os.pathsep}{env['PYTHONPATH']}"
    command = [sys.executable, "-c", _CHILD]
    child = subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Executors(child)
    finally:
        child.kill()
        child.wait(10)


def serve() -> None:
    """The child: takes what to do a line and answers with the seconds a line. Our own ledger is not written."""
    from django_tenants.signals import schema_migrated

    schema_migrated.disconnect(dispatch_uid="portico.fleet")
    for line in sys.stdin:
        asked = json.loads(line)
        seconds = _migrate(asked["name"], asked["schemas"])
        sys.stdout.write(f"{seconds}\n")
        sys.stdout.flush()


def _migrate(name: str, schemas: list[str]) -> float:
    from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand
    from django_tenants.migration_executors import get_executor

    parser = MigrateSchemasCommand().create_parser("manage.py", "migrate_schemas")
    options = vars(parser.parse_args(["--tenant", "--verbosity", "0", "--skip-checks"]))
    with Stopwatch() as watch, contextlib.redirect_stdout(sys.stderr):
        get_executor(codename=name)((), options).run_migrations(tenants=list(schemas))
    return watch.seconds
