"""`bench console`: the queue over all companies, from 1 to 1,000 of them on the same number of rows.

The databases are asked in turns, a few times each, over many rounds: each turn has a connection of its own, and whether
its two processes share a core is no matter of companies. What is counted as SQL is the time between handing a statement
over and having its rows, for the list, its companies and the counts beside the statuses. `blocks` is what the server
had to look at for them: it does not feel the neighbours.
"""

import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portico import keyset
from portico.actor import Actor
from portico.database import platform_scope
from shared_apps.console import queue
from shared_apps.console.models import TicketIndex
from shared_apps.console.narrowing import Filters
from tenants.models import Company
from tests.benchmarks.rig import databases, fleet, indexed, wishes
from tests.benchmarks.rig.calls import Browser, host_of
from tests.benchmarks.rig.databases import Own
from tests.benchmarks.rig.figures import Stopwatch, line, ms, p50, p95, step

T = TypeVar("T")

_ID = indexed.STAFF[0]
BOSS = Actor(kind="staff", id=_ID, role="platform_owner", label="Boss")
AGENT = Actor(
    kind="staff",
    id=_ID,
    role="platform_support",
    label="Agent",
    capabilities=frozenset({"subject:website", "subject:billing"}),
)
PAGE = "whole page, in process"
COLD = 3
SLOWEST, UNEVEN = 0.005, 1.2


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue."""

    actor: Actor
    filters: Filters = Filters()  # noqa: RUF009 (frozen)
    cursor: str | None = None


@dataclass(slots=True)
class Desk:
    """A database with so many companies, and what was measured there: seconds by view."""

    companies: int
    database: Own
    company_id: int
    requester: UUID
    session: str
    lists: dict[str, list[float]]
    counts: dict[str, list[float]]
    blocks: dict[str, int]
    pages: list[float]


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for each way to look at the queue; `size` is how many rows the index has (1,000,000)."""
    asked = wishes.read(options)
    rows, times = asked.sized(1_000_000, 300), asked.pick(4, 2)
    with contextlib.ExitStack() as stack:
        desks = [_desk(stack, number, rows) for number in ((1, 3, 5) if asked.quick else (1, 100, 1000))]
        for number in range(asked.pick(24, 1)):
            with step(f"round {number + 1}"):
                _measure(desks[number % 3 :] + desks[: number % 3], times)
    yield from _lines(desks, rows)


def _desk(stack: contextlib.ExitStack, companies: int, rows: int) -> Desk:
    database = stack.enter_context(databases.own())
    with step(f"{rows} rows of {companies} companies"):
        indexed.fill(companies, rows)
    session = fleet.hire()
    with platform_scope(), transaction.atomic():
        company = Company.objects.get(slug="company-1")
        asker = TicketIndex.objects.filter(company_id=company.pk).latest("pk").requester_id
    return Desk(companies, database, company.pk, asker, session, defaultdict(list), defaultdict(list), {}, [])


def _views(desk: Desk) -> dict[str, View]:
    return {
        "no filter": View(BOSS),
        "status new": View(BOSS, Filters(status="new")),
        "status closed": View(BOSS, Filters(status="closed")),
        "subject": View(BOSS, Filters(subject="billing")),
        "subject and status": View(BOSS, Filters(subject="billing", status="triaged")),
        "mine": View(BOSS, Filters(assigned="me")),
        "unassigned": View(BOSS, Filters(assigned="unassigned")),
        "unassigned and status": View(BOSS, Filters(assigned="unassigned", status="waiting_on_tenant")),
        "500 days back": View(BOSS, cursor=_far_back()),
        "covered or mine": View(AGENT),
        "covered or mine, status": View(AGENT, Filters(status="in_progress")),
        "covered and unassigned": View(AGENT, Filters(assigned="unassigned")),
        "priority": View(BOSS, Filters(priority="P1")),
        "priority and status": View(BOSS, Filters(priority="P2", status="needs_engineering")),
        "a colleague's": View(BOSS, Filters(assigned=str(indexed.STAFF[7]))),
        "unread": View(BOSS, Filters(unread=True)),
        "covered or mine, priority": View(AGENT, Filters(priority="P1")),
        "covered, a colleague's": View(AGENT, Filters(assigned=str(indexed.STAFF[7]))),
        "covered or mine, unread": View(AGENT, Filters(unread=True)),
        **_searches(desk),
        **_times(desk),
        **_in_a_company(desk),
    }


def _far_back() -> str:
    return str(keyset.Position(timezone.now() - timedelta(days=500), 2**62))


def _searches(desk: Desk) -> dict[str, View]:
    """One number, a person's requests, a word of some, of many, and of nearly all; all of these words; and nothing."""
    words = {
        "a number": "TICK-2026-4711",
        "a person": "Requester 471",
        "a rare word": "zeppelin",
        "a usual word": "invoice",
        "a word of all": "something",
        "two words": "done invoice",
        "nothing": "xyzzy",
    }
    found = {f"search {name}": View(BOSS, Filters(words=said)) for name, said in words.items()}
    found |= {f"search {name}, covered or mine": View(AGENT, Filters(words=said)) for name, said in words.items()}
    return found | {
        "search and status": View(BOSS, Filters(words="invoice", status="new")),
        "search, priority and type": View(BOSS, Filters(words="invoice", priority="P1", type="website_design")),
        "search in a company": View(BOSS, Filters(words="invoice", company_id=desk.company_id)),
        "search, a far page": View(BOSS, Filters(words="invoice"), _far_back()),
        "search and a colleague's": View(BOSS, Filters(words="invoice", assigned=str(indexed.STAFF[7]))),
    }


def _times(desk: Desk) -> dict[str, View]:
    """Types, stages, people and times."""
    today = timezone.now().date()
    year, month, week = (today - timedelta(days=days) for days in (365, 30, 7))
    return {
        "type": View(BOSS, Filters(type="website_design")),
        "covered or mine, type": View(AGENT, Filters(type="website_design")),
        "stage": View(BOSS, Filters(category="waiting")),
        "covered or mine, stage": View(AGENT, Filters(category="open")),
        "a requester": View(BOSS, Filters(requester_id=desk.requester)),
        "created in a week": View(BOSS, Filters(created_from=week)),
        "created a year ago or before": View(BOSS, Filters(created_to=year)),
        "created a year ago or before, status": View(BOSS, Filters(created_to=year, status="new")),
        "covered or mine, created a year ago or before": View(AGENT, Filters(created_to=year)),
        "waiting and quiet for a month": View(BOSS, Filters(status="waiting_on_tenant", active_to=month)),
        "covered or mine, quiet for a month": View(AGENT, Filters(active_to=month)),
        "closed in a week": View(BOSS, Filters(closed_from=week)),
        "covered or mine, closed in a week": View(AGENT, Filters(closed_from=week)),
        "covered or mine, closed a year ago or before": View(AGENT, Filters(closed_to=year)),
        "a colleague's, created a year ago or before": View(
            BOSS, Filters(assigned=str(indexed.STAFF[7]), created_to=year)
        ),
    }


def _in_a_company(desk: Desk) -> dict[str, View]:
    """One company, which most indexes have among all others."""
    today, company = timezone.now().date(), desk.company_id
    year, month, week = (today - timedelta(days=days) for days in (365, 30, 7))
    found: dict[str, View] = {}
    for who, actor in {"company": BOSS, "covered or mine, company": AGENT}.items():
        found |= {
            who: View(actor, Filters(company_id=company)),
            f"{who} and status": View(actor, Filters(company_id=company, status="new")),
            f"{who} and unassigned": View(actor, Filters(company_id=company, assigned="unassigned")),
            f"{who}, mine": View(actor, Filters(company_id=company, assigned="me")),
            f"{who}, created in a week": View(actor, Filters(company_id=company, created_from=week)),
            f"{who}, created a year ago or before": View(actor, Filters(company_id=company, created_to=year)),
            f"{who}, created a year ago or before, status": View(
                actor, Filters(company_id=company, created_to=year, status="new")
            ),
            f"{who}, closed in a week": View(actor, Filters(company_id=company, closed_from=week)),
            f"{who}, closed a year ago or before": View(actor, Filters(company_id=company, closed_to=year)),
            f"{who}, quiet for a month": View(actor, Filters(company_id=company, active_to=month)),
        }
    return found


def _measure(desks: list[Desk], times: int) -> None:
    """Each view in each database before the next view, so that a busy minute of the machine hits all of them."""
    browser = Browser()
    for name in _views(desks[0]):
        for desk in desks:
            desk.database.enter()
            view = _views(desk)[name]
            for list_only, counts_only in _warm(times, lambda view=view: _sql_of(view)):
                desk.lists[name].append(list_only)
                desk.counts[name].append(counts_only)
            desk.blocks[name] = _blocks_of(view)
    for desk in desks:
        desk.database.enter()
        desk.pages += _warm(times, lambda desk=desk: _page_of(desk, browser))


def _warm(times: int, do: Callable[[], T]) -> list[T]:
    """What it returns so many times, without the first times: they find the connection's caches cold."""
    return [do() for _ in range(times + COLD)][COLD:]


def _page_of(desk: Desk, browser: Browser) -> float:
    with Stopwatch() as watch:
        browser.get(host_of("console"), "/admin/tickets", {settings.SESSION_COOKIE_NAME: desk.session})
    return watch.seconds


def _sql_of(view: View) -> tuple[float, float]:
    """Seconds in the database for the list and for the counts of one page."""
    spent = 0.0

    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - began

    with platform_scope(), transaction.atomic(), connection.execute_wrapper(timed):
        queue.queue(view.actor, view.filters, view.cursor)
        list_only = spent
        queue.counts(view.actor, queue.beside(view.actor, view.filters))
    return list_only, spent - list_only


def _blocks_of(view: View) -> int:
    """How many blocks of tables and indexes the server reads for one page, cached or not."""
    heard: list[tuple[str, Any]] = []

    def noted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("EXPLAIN"):  # what was asked about a plan, without carrying it out
            heard.append((sql, params))
        return execute(sql, params, many, context)

    with platform_scope(), transaction.atomic(), connection.cursor() as cursor:
        with connection.execute_wrapper(noted):
            queue.queue(view.actor, view.filters, view.cursor)
            queue.counts(view.actor, queue.beside(view.actor, view.filters))
        blocks = 0
        for sql, params in heard:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]["Plan"]
            blocks += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return blocks


def _lines(desks: list[Desk], rows: int) -> Iterator[dict[str, Any]]:
    one = desks[0]
    for name in one.lists:
        both = {desk.companies: _sum(desk.lists[name], desk.counts[name]) for desk in desks}
        worst = max(p95(samples) for samples in both.values())
        ratio = max(p50(both[desk.companies]) / p50(both[one.companies]) for desk in desks[1:])
        yield line(
            "console",
            f"{name}, {rows} rows",
            p50_ms={number: ms(p50(samples)) for number, samples in both.items()},
            p95_ms={number: ms(p95(samples)) for number, samples in both.items()},
            list_p50_ms=ms(p50(desks[-1].lists[name])),
            counts_p50_ms=ms(p50(desks[-1].counts[name])),
            blocks={desk.companies: desk.blocks[name] for desk in desks},
            ratio=round(ratio, 2),
            target=f"SQL p95 <= 5 ms, p50 at most {UNEVEN} times that of one company",
            met=worst <= SLOWEST and ratio <= UNEVEN,
        )
    yield line(
        "console",
        f"{PAGE}, {rows} rows",
        p50_ms={desk.companies: ms(p50(desk.pages)) for desk in desks},
        p95_ms={desk.companies: ms(p95(desk.pages)) for desk in desks},
    )


def _sum(lists: list[float], counts: list[float]) -> list[float]:
    return [one + other for one, other in zip(lists, counts, strict=True)]
