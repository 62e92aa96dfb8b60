"""Creates companies as django-tenants does on its own, in a process of the owner."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from tenants.models import Company
from tests.benchmarks.rig.databases import Own
from tests.benchmarks.rig.figures import Stopwatch
from tests.support.databases import ROOT

_CHILD = "import django; django.setup(); from tests.benchmarks.rig import creating; creating.serve()"


class Stock:
    """django-tenants' own creation: `save()` with auto_create_schema, which runs migrate_schemas for the new schema."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self._number = 0

    def create(self) -> float:
        """Make one company; the seconds it took."""
        self._number += 1
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(f"stock_{self._number}\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer:
            raise RuntimeError("django-tenants could not create a company; its words are above.")
        return float(answer)


@contextlib.contextmanager
def stock(database: Own) -> Iterator[Stock]:
    """The child for the time of a run; its imports are over before anything is measured."""
    env = database.environment(PORTICO_OWNER="1", LOG_LEVEL="WARNING", DJANGO_SETTINGS_MODULE="portico.settings")
    command = [sys.executable, "-c", _CHILD]
    child = subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Stock(child)
    finally:
        child.kill()
        child.wait(10)


def serve() -> None:
    """The child: takes a schema's name a line and answers with the seconds a line. Our own ledger is not written, and
    no role, rights or owner's account are made, as a claim has them: theirs is the smaller work."""
    from django_tenants.signals import schema_migrated

    schema_migrated.disconnect(dispatch_uid="portico.fleet")
    for schema in sys.stdin:
        sys.stdout.write(f"{_create(schema.strip())}\n")
        sys.stdout.flush()


def _create(schema: str) -> float:
    company = Company(schema_name=schema, name=schema, slug=schema.replace("_", "-"))
    company.auto_create_schema = True
    with Stopwatch() as watch:
        company.save(verbosity=0)
    return watch.seconds
