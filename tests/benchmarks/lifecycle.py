"""`bench lifecycle`: export, erasure and restore of one company among many; the locks that an erasure takes.

Locks are counted by another connection, at every step, while the step's transaction is still open.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from portico.actor import SYSTEM
from tenants.life import erase, export, leftovers, restore
from tests.benchmarks.rig import databases, fleet, wishes
from tests.benchmarks.rig.databases import Own
from tests.benchmarks.rig.figures import Stopwatch, line, ms, p50, step
from tests.support.lives import Life, found

TICKETS, MANY_TICKETS = 10, 400
EXPORT, RESTORE = 0.5, 60.0
_LOCKS = """
    SELECT count(*) FILTER (WHERE n.nspname = 'public'), count(*)
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE l.pid = (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted LIMIT 1)
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass
class Samples:
    """What was measured with so many companies present; locks are the most that one transaction held."""

    companies: int
    export: list[float] = field(default_factory=list)
    erase: list[float] = field(default_factory=list)
    restore: list[float] = field(default_factory=list)
    shared_locks: dict[int, int] = field(default_factory=dict)  # tickets -> on tables and indexes of `public`
    locks: dict[int, int] = field(default_factory=dict)


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for each case; `size` is the larger number of companies (1,000)."""
    asked = wishes.read(options)
    with databases.own() as database, tempfile.TemporaryDirectory(prefix="portico-lifecycle-") as folder:
        settings.STORAGE_URL = f"file://{folder}/files"
        found = [_measure(size, asked, database, Path(folder)) for size in (2, asked.sized(1000, 4))]
    yield from _lines(found)


def _measure(companies: int, asked: wishes.Wishes, database: Own, folder: Path) -> Samples:
    samples = Samples(companies)
    with step(f"{companies} companies"):
        fleet.build(max(0, companies - len(fleet.companies())))
        fleet.settle()
    with step("lives"), psycopg.connect(database.owner_url, autocommit=True) as watcher:
        for tickets in (TICKETS, asked.pick(MANY_TICKETS, 20)):
            for number in range(asked.pick(3, 1)):
                life = found(f"lived-{companies}-{tickets}-{number}", "Lived", tickets=tickets)
                _live(life, tickets, samples, watcher, folder)
    return samples


def _live(life: Life, tickets: int, samples: Samples, watcher: psycopg.Connection[Any], folder: Path) -> None:
    path = folder / f"{life.slug}.zip"
    with Stopwatch() as watch:
        export.export(life.company(), path, by=SYSTEM)
    if tickets == TICKETS:
        samples.export.append(watch.seconds)
    erase.erase(life.company(), by=SYSTEM, typed=life.slug, tell=_counting(samples, tickets, watcher))
    with Stopwatch() as watch:
        restore.restore(path, by=SYSTEM)
    samples.restore.append(watch.seconds)
    with Stopwatch() as watch:
        erase.erase(life.company(), by=SYSTEM, typed=life.slug)
    samples.erase.append(watch.seconds)


def _counting(samples: Samples, tickets: int, watcher: psycopg.Connection[Any]) -> Any:
    def count(_: str) -> None:
        shared, all_of_them = watcher.execute(_LOCKS, [leftovers.ALONE]).fetchone() or (0, 0)
        samples.shared_locks[tickets] = max(samples.shared_locks.get(tickets, 0), shared)
        samples.locks[tickets] = max(samples.locks.get(tickets, 0), all_of_them)

    return count


def _lines(found: list[Samples]) -> Iterator[dict[str, Any]]:
    for samples in found:
        yield from _times(samples)
    shared = {most for samples in found for most in samples.shared_locks.values()}
    all_of_them = {most for samples in found for most in samples.locks.values()}
    yield line(
        "lifecycle",
        "locks of an erasure, by companies present and tickets erased",
        on_public={f"{one.companies} companies": one.shared_locks for one in found},
        most_at_once=max(all_of_them),
        target="the same number on tables of public, whatever the company and however many there are",
        met=len(shared) == 1 and 0 not in shared,
    )


def _times(samples: Samples) -> Iterator[dict[str, Any]]:
    words = f"one small company, {samples.companies} companies"
    middle = p50(samples.export)
    yield line("lifecycle", f"export, {words}", p50_ms=ms(middle), target="<= 500 ms", met=middle <= EXPORT)
    worst = max(samples.restore)
    yield line(
        "lifecycle",
        f"restore, {samples.companies} companies",
        p50_ms=ms(p50(samples.restore)),
        slowest_ms=ms(worst),
        target="<= 60 s",
        met=worst <= RESTORE,
    )
    yield line("lifecycle", f"erasure, {samples.companies} companies", p50_ms=ms(p50(samples.erase)))
