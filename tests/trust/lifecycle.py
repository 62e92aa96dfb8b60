"""A company leaves and comes back: export, erase, look everywhere for traces, restore, export again.

`python3 -m tests.trust.lifecycle --companies N --tickets T` makes a database of its own on the server of the
environment, with N companies beside, and prints one JSON object: whether the second archive is the first one byte by
byte, where the company's mark was found after erasure (tables of all schemas, cache, files, roles), and whether any
neighbour changed.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

NEIGHBOURS = 3


def run(companies: int, tickets: int) -> dict[str, Any]:
    """The figures."""
    from django.conf import settings

    from tests.benchmarks.rig import databases, fleet
    from tests.benchmarks.rig.figures import step

    with databases.own() as database, tempfile.TemporaryDirectory(prefix="portico-lifecycle-") as name:
        folder = Path(name)
        settings.STORAGE_URL = f"file://{folder / 'files'}"
        with step(f"{companies} companies"):
            fleet.build(companies)
            fleet.settle()
            neighbours = fleet.companies()[:NEIGHBOURS]
            for one in neighbours:
                fleet.furnish(one, tickets=2)
        return {"proof": "lifecycle", "companies": companies, **_live(database, folder, tickets, neighbours)}


def _live(database: Any, folder: Path, tickets: int, neighbours: list[Any]) -> dict[str, Any]:
    from portico.actor import SYSTEM
    from tenants.life import erase, export, restore
    from tests.benchmarks.rig.figures import Stopwatch, step
    from tests.support.lives import found

    life = found("lifecycle-desk", "Life Cycle", tickets=tickets)
    first, second = folder / "first.zip", folder / "second.zip"
    before = [_digest(one, folder / "neighbour.zip") for one in neighbours]
    present = _traces(database, folder, life)
    with step("export, erase, restore"):
        with Stopwatch() as exporting:
            manifest = export.export(life.company(), first, by=SYSTEM)
        with Stopwatch() as erasing:
            erase.erase(life.company(), by=SYSTEM, typed=life.slug)
        left = _traces(database, folder, life)
        with Stopwatch() as restoring:
            restore.restore(first, by=SYSTEM)
        export.export(life.company(), second, by=SYSTEM)
    return {
        "rows": sum(manifest.rows.values()),
        "byte_equal": first.read_bytes() == second.read_bytes(),
        "places_before": len(present),
        "marks_left": len(left),
        "first_marks": left[:5],
        "neighbours_changed": sum(
            one != _digest(company, folder / "neighbour.zip") for one, company in zip(before, neighbours, strict=True)
        ),
        "export_seconds": round(exporting.seconds, 3),
        "erase_seconds": round(erasing.seconds, 3),
        "restore_seconds": round(restoring.seconds, 3),
    }


def _digest(company: Any, path: Path) -> bytes:
    """Everything of a company, as bytes."""
    from django.db import transaction

    from portico.actor import SYSTEM
    from portico.database import platform_scope
    from tenants.life.export import export
    from tenants.models import Company

    with platform_scope(), transaction.atomic():
        now = Company.objects.get(pk=company.id)
    export(now, path, by=SYSTEM)
    try:
        return path.read_bytes()
    finally:
        path.unlink()


def _traces(database: Any, folder: Path, life: Any) -> list[str]:
    """Every place where the company's mark is found."""
    from tests.support.lives import traces, traces_in_cache

    wanted = life.mark.encode()
    files = [str(path) for path in (folder / "files").rglob("*") if path.is_file() and wanted in path.read_bytes()]
    return [*traces(database.owner_url, life.mark), *traces_in_cache(life.mark), *files]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=100)
    parser.add_argument("--tickets", type=int, default=50)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    import django

    django.setup()
    print(json.dumps(run(asked.companies, asked.tickets)))  # noqa: T201 (a command's answer)
