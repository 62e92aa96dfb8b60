"""`bench request`: what tenancy costs a request, against the same views without tenants and under django-tenants alone.

Three servers of the same shape on one database: ours; the product's views behind Django's own backend in one schema
(`rig/plain.py`); the same views behind django-tenants (`rig/stock.py`). They are loaded in turns, round after round;
ratios are of one round, figures are medians of all.
"""

import contextlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from portico.database import CompanyRef
from tenants.owner import owner_connection
from tests.benchmarks.rig import databases, fleet, load, served, wishes
from tests.benchmarks.rig.counting import Count, counted_on
from tests.benchmarks.rig.databases import Own
from tests.benchmarks.rig.figures import line, ms, p50, p95, step
from tests.benchmarks.rig.fleet import Furnished
from tests.support.databases import renamed
from tests.support.wire import Wire, listening

OURS, SINGLE, STOCK = "ours", "single", "stock"
HELLO, LIST, PAGE = "hello", "list 25 tickets (API)", "list 25 tickets (page)"
TARGETS = {HELLO: 0.90, LIST: 0.90, PAGE: 0.90}
MOST_STATEMENTS = 10

Requests = dict[str, list[bytes]]
View = tuple[str, str]
Counts = dict[str, dict[str, Count]]
Rounds = list[tuple[load.Load, float]]


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for each view, one for the statements of every page; `size` is how many companies take turns (20)."""
    asked = wishes.read(options)
    with databases.own() as database, contextlib.ExitStack() as stack:
        with step("companies"):
            people = _people(asked.sized(20, 2), asked.pick(30, 4))
        wires = {name: stack.enter_context(_wire(database)) for name in (OURS, SINGLE, STOCK)}
        heard = _environments(database, people[0].company, wires)
        with step("statements on the wire"), served.serving(heard, threads=1) as servers:
            counts = _count(servers, wires, people)
            pages = _count_pages(servers[0], wires[OURS], people)
            # A tiny run is about its shape: it spares itself three more servers.
            rounds = _rounds(servers, people, 1, 0.1) if asked.quick else None
        if rounds is None:
            with served.serving(_environments(database, people[0].company)) as servers:
                rounds = _rounds(servers, people, 5, 2.0)
    yield from _lines(rounds, counts)
    yield _line_of_pages(pages)


def _people(number: int, tickets: int) -> list[Furnished]:
    """Companies with an owner; the first has one message in each ticket, the second has few tickets with many."""
    fleet.build(number)
    fleet.settle()
    refs = fleet.companies()[:number]
    few = {1: {"tickets": 2, "messages": 30}}
    people = [fleet.furnish(ref, **few.get(place, {"tickets": tickets})) for place, ref in enumerate(refs)]
    with owner_connection() as connection:
        connection.execute(
            "INSERT INTO public.tenants_domain (domain, is_primary, tenant_id) "
            "SELECT slug || '.localhost', true, id FROM public.tenants_company"
        )
    return people


def _wire(database: Own) -> contextlib.AbstractContextManager[Wire]:
    parts = urlsplit(database.login_url)
    return listening(parts.hostname or "localhost", parts.port or 5432)


def _environments(
    database: Own, company: CompanyRef, wires: dict[str, Wire] | None = None
) -> dict[str, dict[str, str]]:
    """How the three are started: alike but for settings; with wires, each behind its own."""
    alike = {"API_REQUESTS_PER_MINUTE": "1000000000", "LOG_LEVEL": "INFO"}
    only = {"BENCH_COMPANY": str(company.id), "BENCH_SCHEMA": company.schema, "BENCH_SLUG": company.slug}
    modules = {OURS: "portico.settings", SINGLE: "tests.benchmarks.rig.plain", STOCK: "tests.benchmarks.rig.stock"}
    found = {}
    for name, module in modules.items():
        found[name] = database.environment(DJANGO_SETTINGS_MODULE=module, **alike, **only)
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL") if wires else ():
            found[name][variable] = _through(found[name][variable], wires[name].port)
    return found


def _through(url: str, port: int) -> str:
    parts = urlsplit(renamed(url, urlsplit(url).path.lstrip("/")))
    login = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{login}@127.0.0.1:{port}").geturl()


def _requests(server: served.Server, people: list[Furnished]) -> Requests:
    """Companies take turns; the rival without tenants knows only the first."""
    here = people[:1] if server.name == SINGLE else [people[0], *people[2:]]

    def get(path: str, headers: Callable[[Furnished], dict[str, str]]) -> list[bytes]:
        return [load.request(f"{one.host}:{server.port}", path, headers(one)) for one in here]

    return {
        HELLO: get("/bench/hello", lambda _: {}),
        LIST: get("/api/support/tickets?limit=25", lambda one: one.program),
        PAGE: get("/manager/tickets", lambda one: one.browser),
    }


def _count(servers: list[served.Server], wires: dict[str, Wire], people: list[Furnished]) -> Counts:
    """By view and server, what one request says to the database."""
    counts: Counts = defaultdict(dict)
    for server in servers:
        for view, requests in _requests(server, people).items():
            counts[view][server.name] = counted_on(wires[server.name], server.port, requests[0])
    return counts


def _count_pages(ours: served.Server, wire: Wire, people: list[Furnished]) -> dict[str, list[float]]:
    """Statements of our pages: in a company with many tickets of one message, and in one with few of many."""
    paths = ["/manager/tickets", "/manager/tickets/new", "/manager/tickets/{}"]
    paths += ["/api/support/tickets", "/api/support/tickets/{}"]
    found: dict[str, list[float]] = {path: [] for path in paths}
    for one, path in itertools.product(people[:2], paths):
        headers = one.program if path.startswith("/api") else one.browser
        raw = load.request(f"{one.host}:{ours.port}", path.format(one.tickets[0]), headers)
        found[path].append(counted_on(wire, ours.port, raw).statements)
    staff = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={fleet.hire()}"}
    many, few = fleet.index_id(people[0].company), fleet.index_id(people[1].company)
    for path, keys in {"/admin/tickets": [""], "/admin/tickets/{}": [many, few], "/admin/team": [""]}.items():
        raws = [load.request(f"console.localhost:{ours.port}", path.format(key), staff) for key in keys]
        found[path] = [counted_on(wire, ours.port, raw).statements for raw in raws]
    return found


def _rounds(servers: list[served.Server], people: list[Furnished], times: int, seconds: float) -> dict[View, Rounds]:
    """Rounds of (load, processor seconds a request) by view and server; who is first changes from round to round."""
    found: dict[View, Rounds] = defaultdict(list)
    for number in range(times):
        turned = servers[number % len(servers) :] + servers[: number % len(servers)]
        with step(f"round {number + 1} of {times}"):
            for view, server in itertools.product(TARGETS, turned):
                requests = _requests(server, people)[view]
                if number == 0 and times > 1:
                    load.put(server.port, requests, seconds / 4)
                before = server.cpu_seconds()
                done = load.put(server.port, requests, seconds)
                found[view, server.name].append((done, (server.cpu_seconds() - before) / len(done.times)))
    return found


def _lines(rounds: dict[View, Rounds], counts: Counts) -> Iterator[dict[str, Any]]:
    for view, target in TARGETS.items():
        figures: dict[str, Any] = {}
        for name in (OURS, SINGLE, STOCK):
            figures[name] = _figures(rounds[view, name], counts[view][name])
        ours, single, stock = (rounds[view, name] for name in (OURS, SINGLE, STOCK))
        ratio, no_more = _ratio(ours, single), counts[view][OURS].messages <= counts[view][SINGLE].messages
        yield line(
            "request",
            view,
            **figures,
            ratio=round(ratio, 3),
            ratio_by_processor_time=round(p50(s[1] / o[1] for o, s in zip(ours, single, strict=True)), 3),
            stock_ratio=round(_ratio(stock, single), 3),
            target=f"ratio of requests/s to the single tenant >= {target:.2f} and no message more on a warm host",
            met=ratio >= target and no_more,
        )


def _ratio(rounds: Rounds, others: Rounds) -> float:
    return p50(one.per_second / other.per_second for (one, _), (other, _) in zip(rounds, others, strict=True))


def _figures(rounds: Rounds, count: Count) -> dict[str, float]:
    times = [one for done, _ in rounds for one in done.times]
    return {
        "per_second": round(p50(done.per_second for done, _ in rounds)),
        "p50_ms": ms(p50(times)),
        "p95_ms": ms(p95(times)),
        "processor_ms": ms(p50(cpu for _, cpu in rounds)),
        "statements": count.statements,
        "messages": count.messages,
    }


def _line_of_pages(pages: dict[str, list[float]]) -> dict[str, Any]:
    most = max(max(counts) for counts in pages.values())
    growing = [path for path, counts in pages.items() if len(set(counts)) > 1]
    return line(
        "request",
        "statements of each page",
        pages=pages,
        most=most,
        growing=growing,
        target=f"no page over {MOST_STATEMENTS} statements, none growing with rows",
        met=most <= MOST_STATEMENTS and not growing,
    )
