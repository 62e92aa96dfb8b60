"""A process that dies by SIGKILL in the middle of its work, at the step it was told, and cannot tidy up.

`python -m tests.support.dying STEP TIMES restore PATH [--replace]` or `… export SLUG PATH` or `… erase SLUG`.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any


def _dies_at(step: str, times: int) -> Any:
    left = times

    def tell(now: str) -> None:
        nonlocal left
        if now == step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return tell


def main(step: str, times: str, word: str, *rest: str) -> None:
    """Do the work and die in it; returning means that the step never came."""
    import django

    django.setup()
    from django.db import transaction

    from portico.actor import SYSTEM
    from portico.database import platform_scope
    from tenants.life import erase, export, restore
    from tenants.models import Company

    tell = _dies_at(step, int(times))
    if word == "restore":
        restore.restore(Path(rest[0]), by=SYSTEM, replace="--replace" in rest, typed="cobble", tell=tell)
        return
    with platform_scope(), transaction.atomic():
        company = Company.objects.get(slug=rest[0])
    if word == "export":
        export.export(company, Path(rest[1]), by=SYSTEM, tell=tell)
    else:
        erase.erase(company, by=SYSTEM, typed=rest[0], tell=tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
