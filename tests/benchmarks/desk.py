"""`bench desk`: the company's own desk with 10,000 and 200,000 requests, beside django-helpdesk with 10,000.

Everybody is signed in; nothing is cached between requests. Ours and the yardstick run with the same number of workers
and threads on the same PostgreSQL and are loaded in turns, round after round; ratios are of one round, figures are
medians of all. Detail and reply rotate over some hundred requests, so that no thread grows long; counters are folded in
between, as the worker does that is not there.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tenants.owner import owner_connection
from tests.benchmarks.rig import databases, fleet, helpdesk, home, load, served, wishes
from tests.benchmarks.rig.asking import View, of_helpdesk, ours, views
from tests.benchmarks.rig.counting import counted_on
from tests.benchmarks.rig.databases import Own
from tests.benchmarks.rig.figures import line, ms, p50, p95, step
from tests.benchmarks.rig.helpdesk import Helpdesk
from tests.benchmarks.rig.home import Home
from tests.support.databases import renamed
from tests.support.wire import listening

WORKERS, THREADS = 2, 4
MOST_MIB = 200
_DOMAINS = (
    "INSERT INTO public.tenants_domain (domain, is_primary, tenant_id) "
    "SELECT slug || '.localhost', true, id FROM public.tenants_company"
)


# What a server did in a while, and the processor seconds that a request took of its workers.
Round = tuple[load.Load, float]


@dataclass(slots=True)
class Measured:
    """What was seen: loads by view, of each home by its rows, and of the yardstick under 0; statements; memory."""

    loads: dict[tuple[str, int], list[Round]]
    statements: dict[tuple[str, int], list[float]]
    mib: dict[str, float | None]
    why_alone: str = ""


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for each view and size, one for memory; `size` is how many requests the larger desk has (200,000)."""
    asked = wishes.read(options)
    few, many = (60, 120) if asked.quick else (10_000, asked.sized(200_000, 120))
    seen = Measured(defaultdict(list), {}, {})
    with databases.own() as database, contextlib.ExitStack() as stack:
        homes = _homes([few, many])
        rival = None if asked.quick else _rival(stack, few, seen)
        with step("statements on the wire"):
            _count(database, homes, seen)
        env = {"ours": database.environment(API_REQUESTS_PER_MINUTE="1000000000", LOG_LEVEL="INFO", **_SETTINGS)}
        (our,) = stack.enter_context(served.serving(env, threads=THREADS, workers=WORKERS))
        theirs = _serve(stack, rival) if rival else None
        for number in range(asked.pick(3, 1)):
            with step(f"round {number + 1}"):
                _round(our, homes, theirs, rival, asked.pick(3.0, 0.2), seen)
        seen.mib = {"ours": _memory(our), "helpdesk": _memory(theirs) if theirs else None}
    yield from _lines([few, many], seen, alone="a tiny run measures no yardstick" if asked.quick else seen.why_alone)


_SETTINGS = {"DJANGO_SETTINGS_MODULE": "portico.settings"}


def _homes(sizes: list[int]) -> list[Home]:
    fleet.build(len(sizes))
    fleet.settle()
    with owner_connection() as owner:
        owner.execute(_DOMAINS)
    found = []
    for company, rows in zip(fleet.companies(), sizes, strict=False):
        with step(f"{rows} requests"):
            found.append(home.furnish(company, rows))
    return found


def _rival(stack: contextlib.ExitStack, rows: int, seen: Measured) -> Helpdesk | None:
    try:
        return stack.enter_context(helpdesk.helpdesk(rows, home.EACH, home.SAID))
    except helpdesk.NotHere as no:
        seen.why_alone = str(no)
        return None


def _serve(stack: contextlib.ExitStack, rival: Helpdesk) -> served.Server:
    env = {"helpdesk": rival.environment}
    serving = served.serving(env, threads=THREADS, workers=WORKERS, site=rival.site)
    return stack.enter_context(serving)[0]


def _round(
    our: served.Server,
    homes: list[Home],
    theirs: served.Server | None,
    rival: Helpdesk | None,
    seconds: float,
    seen: Measured,
) -> None:
    """Each view at each size and of the yardstick before the next view: a busy minute of the machine hits all alike."""
    for view in views():
        for place in homes:
            home.fold(place)
            done = _load(our, ours(view, our.port, place), seconds)
            seen.loads[view.name, place.rows].append(done)
        if theirs and rival and view.yardstick:
            done = _load(theirs, of_helpdesk(view, theirs.port, rival), seconds)
            seen.loads[view.name, 0].append(done)


def _load(server: served.Server, requests: list[bytes], seconds: float) -> Round:
    before = server.cpu_seconds()
    done = load.put(server.port, requests, seconds, _good(requests[0]))
    return done, (server.cpu_seconds() - before) / len(done.times)


def _good(raw: bytes) -> tuple[int, ...]:
    """What was written is answered with the new thing, or with the way to it; a form that comes back has failed."""
    return (201, 302, 303) if raw.startswith(b"POST") else (200,)


def _count(database: Own, homes: list[Home], seen: Measured) -> None:
    """What one request says to the database: at each size, and for what is longest there."""
    parts = urlsplit(database.login_url)
    with listening(parts.hostname or "localhost", parts.port or 5432) as wire:
        env = database.environment(API_REQUESTS_PER_MINUTE="1000000000", **_SETTINGS)
        env |= {name: _through(env[name], wire.port) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
        with served.serving({"heard": env}, threads=1) as (server,):
            for view in views():
                for place in homes:
                    raws = [ours(view, server.port, place)[0], ours(view, server.port, place, longest=True)[0]]
                    counts = [counted_on(wire, server.port, raw, _good(raw)).statements for raw in raws]
                    seen.statements[view.name, place.rows] = counts


def _through(url: str, port: int) -> str:
    parts = urlsplit(renamed(url, urlsplit(url).path.lstrip("/")))
    return parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}").geturl()


def _memory(server: served.Server) -> float | None:
    """MiB of the workers and of whoever watches over them, each with its share of what they have in common; None where
    nobody tells."""
    total = 0
    for worker in {server.process, *server.workers()}:
        try:
            lines = Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()
        except OSError:
            return None
        total += sum(int(one.split()[1]) for one in lines if one.startswith("Pss:"))
    return round(total / 1024, 1)


def _lines(sizes: list[int], seen: Measured, *, alone: str) -> Iterator[dict[str, Any]]:
    for view in views():
        for rows in sizes:
            yield _line(view, rows, seen, rows == sizes[0], alone)
    held = seen.mib["ours"]
    yield line(
        "desk",
        f"memory of {WORKERS} workers",
        mib=held,
        helpdesk_mib=seen.mib["helpdesk"],
        target=f"<= {MOST_MIB} MiB together",
        met=None if held is None else held <= MOST_MIB,
    )


def _line(view: View, rows: int, seen: Measured, is_first: bool, alone: str) -> dict[str, Any]:
    loads, others, counts = seen.loads[view.name, rows], seen.loads[view.name, 0], seen.statements[view.name, rows]
    fewest = seen.statements[view.name, min(rows for _, rows in seen.statements)][0]
    # What happens once in a while, as a first answer does, is no growth.
    met = max(counts) < view.most + 1 and max(counts) - fewest < 1
    target = f"<= {view.most} statements, the same at any length"
    figures: dict[str, Any] = {"statements": counts[0], "statements_longest": counts[1], "ours": _figures(loads)}
    if is_first and view.yardstick:
        ratios = _ratios(loads, others, view.parts) if others else {"ratio": None, "ratio_by_processor_time": None}
        theirs = _figures(others, view.parts) if others else None
        figures |= {"helpdesk": theirs, **ratios, "alone": alone or None}
        if view.ratio and ratios["ratio"] is not None:  # without it, what can be judged is the number of statements
            target += f"; requests/s >= {view.ratio} times those of django-helpdesk"
            met = met and ratios["ratio"] >= view.ratio
    return line("desk", f"{view.name}, {rows} requests", **figures, target=target, met=met)


def _ratios(loads: list[Round], others: list[Round], parts: int) -> dict[str, float]:
    """How many times as often as the yardstick; and the same by what the workers alone spend on it."""
    pairs = list(zip(loads, others, strict=True))
    return {
        "ratio": round(p50(one.per_second * parts / other.per_second for (one, _), (other, _) in pairs), 1),
        "ratio_by_processor_time": round(p50(theirs * parts / own for (_, own), (_, theirs) in pairs if own), 1),
    }


def _figures(loads: list[Round], parts: int = 1) -> dict[str, float]:
    """Of whole pages: what takes several requests takes as long as all of them."""
    times = [one for done, _ in loads for one in done.times]
    return {
        "per_second": round(p50(done.per_second for done, _ in loads) / parts, 1),
        "p50_ms": ms(p50(times) * parts),
        "p95_ms": ms(p95(times) * parts),
        "processor_ms": ms(p50(spent for _, spent in loads) * parts),
    }
