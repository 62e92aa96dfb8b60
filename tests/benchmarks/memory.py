"""`bench memory`: what a connection and a web process hold after many companies, and an empty company on disk.

A backend of the database remembers every table it has touched. One thread of one web process asks for the list page of
one company after the other: once with the budget of companies per connection, once without.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

from tests.benchmarks.rig import databases, fleet, served, wishes
from tests.benchmarks.rig.databases import Own
from tests.benchmarks.rig.figures import counted, line
from tests.benchmarks.rig.fleet import Furnished
from tests.benchmarks.rig.load import Asker, request

MIB = 1024 * 1024
MOST_BACKEND, MOST_WEB, MOST_COMPANY = 64, 250, 2.5
NO_BUDGET = 1_000_000_000
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = '{}'"


@dataclass(slots=True)
class Peaks:
    """The most that was held at any moment, in bytes; None where this machine does not tell."""

    backend: int | None = None
    backend_with_shared: int | None = None
    web: int | None = None
    backends: set[int] = field(default_factory=set)

    def look(self, server: served.Server, backends: list[int]) -> None:
        """Take a sample."""
        self.backends.update(backends)
        for one in backends:
            self.backend = _higher(self.backend, _private(one))
            self.backend_with_shared = _higher(self.backend_with_shared, _resident(one))
        for one in server.workers():
            self.web = _higher(self.web, _resident(one))


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for each; `size` is how many companies are visited (1,000)."""
    asked = wishes.read(options)
    number, budget = asked.sized(1000, 6), asked.pick(settings.COMPANIES_PER_CONNECTION, 2)
    with databases.own() as database:
        per_company = _bytes_of_an_empty_one(database, number)
        fleet.settle()
        people = [fleet.furnish(company) for company in counted(fleet.companies()[:number], "owners")]
        peaks = {limit: _visit_all(database, people, limit) for limit in (budget, NO_BUDGET)}
    yield from _lines(peaks, len(people), budget)
    yield line(
        "memory",
        "empty company on disk",
        bytes=per_company,
        mib=round(per_company / MIB, 2),
        target=f"<= {MOST_COMPANY} MiB with all tables of this release",
        met=per_company <= MOST_COMPANY * MIB,
    )


def _bytes_of_an_empty_one(database: Own, number: int) -> int:
    before = _size(database)
    fleet.build(number)
    return (_size(database) - before) // number


def _size(database: Own) -> int:
    fleet.tidy()
    return int(database.ask("SELECT pg_database_size(current_database())")[0][0])


def _visit_all(database: Own, people: list[Furnished], budget: int) -> Peaks:
    peaks = Peaks()
    connection.close()  # the one that made the companies is none of the server's, and has seen all of them
    backends = _BACKENDS.format(urlsplit(database.login_url).username)
    env = database.environment(DJANGO_SETTINGS_MODULE="portico.settings", COMPANIES_PER_CONNECTION=str(budget))
    words = "pages with the budget" if budget != NO_BUDGET else "pages without a budget"
    with (
        served.serving({"ours": env}, threads=1) as (server,),
        psycopg.connect(database.owner_url, autocommit=True) as watching,
    ):
        asker = Asker(server.port)
        for number, one in enumerate(counted(people, words), 1):
            _page(asker, request(f"{one.host}:{server.port}", "/manager/tickets", one.browser))
            if number % max(1, min(budget, len(people)) // 5) == 0 or number == len(people):
                peaks.look(server, [row[0] for row in watching.execute(backends)])  # type: ignore[call-overload]
        asker.close()
    return peaks


def _page(asker: Asker, raw: bytes) -> None:
    status, body = asker.ask(raw)
    if status != 200:
        raise RuntimeError(f"The list page was answered with {status}: {body[:300]!r}")


def _lines(peaks: dict[int, Peaks], companies: int, budget: int) -> Iterator[dict[str, Any]]:
    for limit, peak in peaks.items():
        words = f"with a budget of {limit}" if limit != NO_BUDGET else "without a budget"
        held = _mib(peak.backend)
        yield line(
            "memory",
            f"database backend, {companies} companies, {words}",
            private_mib=held,
            resident_mib=_mib(peak.backend_with_shared),
            connections=len(peak.backends),
            target=f"private <= {MOST_BACKEND} MiB" if limit == budget else "",
            met=held <= MOST_BACKEND if limit == budget and held is not None else None,
        )
    held = _mib(peaks[budget].web)
    yield line(
        "memory",
        f"web process, {companies} companies",
        resident_mib=held,
        target=f"<= {MOST_WEB} MiB",
        met=held <= MOST_WEB if held is not None else None,
    )


def _higher(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _mib(number: int | None) -> float | None:
    return None if number is None else round(number / MIB, 1)


def _private(process: int) -> int | None:
    """Memory that nobody shares; None when the process is not on this machine, or not ours to look at."""
    return _sum_of(Path(f"/proc/{process}/smaps_rollup"), "Private_")


def _resident(process: int) -> int | None:
    return _sum_of(Path(f"/proc/{process}/status"), "VmRSS")


def _sum_of(path: Path, name: str) -> int | None:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    return sum(int(one.split()[1]) for one in lines if one.startswith(name)) * 1024
