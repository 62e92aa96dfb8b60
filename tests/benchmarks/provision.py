"""`bench provision`: a signup's claim and first page, and the refiller, against creation by migrations.

The password's hash is made before the clock starts: it costs the same everywhere, and on purpose.
"""

import itertools
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction

from portico.database import platform_scope, visit
from shared_apps.accounts.models import User
from shared_apps.signup import actions
from tenants.provision import claim
from tests.benchmarks.rig import creating, databases, fleet, wishes
from tests.benchmarks.rig.calls import Browser, host_of
from tests.benchmarks.rig.figures import Stopwatch, line, ms, p50, p95, step

AT_ONCE = 8
_ROUNDS, _WARM = 4, 2
_numbers = itertools.count(1)


@dataclass
class Samples:
    """Seconds, by what was done, with so many schemas present."""

    present: int
    afterwards: int = 0
    refill: list[float] = field(default_factory=list)
    claim: list[float] = field(default_factory=list)
    signup: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    at_once: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A database with so many schemas, and what was measured there."""

    database: databases.Own
    stock: creating.Stock
    samples: Samples


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for each case; `size` is the larger number of schemas present (500)."""
    asked = wishes.read(options)
    sizes = (asked.pick(10, 2), asked.sized(500, 4))
    with ExitStack() as stack:
        stack.enter_context(_hashed_before())
        places = [_place(stack, size, asked) for size in sizes]
        _in_turn(places, asked)
        for place in places:
            _create_by_migrations(place, asked.pick(3, 1))
    yield from _lines([place.samples for place in places])


def _hashed_before() -> Any:
    ready = make_password("correct horse battery")
    return mock.patch.object(actions, "make_password", return_value=ready)


def _place(stack: ExitStack, present: int, asked: wishes.Wishes) -> Place:
    """So many companies, and ready schemas for all that will be claimed."""
    database = stack.enter_context(databases.own())
    samples = Samples(present)
    missing = present - len(fleet.companies())
    if missing > 0:
        fleet.build(missing)
        fleet.settle()
    a_round = _WARM + asked.pick(15, 3) + AT_ONCE * asked.pick(3, 1)
    samples.refill = fleet.build(asked.pick(_ROUNDS, 1) * a_round)
    fleet.tidy()
    return Place(database, stack.enter_context(creating.stock(database)), samples)


def _in_turn(places: list[Place], asked: wishes.Wishes) -> None:
    """Round about, so that neither place has the machine at a better hour; each round begins with new connections."""
    browser = Browser()
    for number in range(asked.pick(_ROUNDS, 1)):
        for place in places:
            place.database.enter()
            with step(f"signups with {place.samples.present} schemas, round {number + 1}"):
                _round(place.samples, browser, asked)


def _round(samples: Samples, browser: Browser, asked: wishes.Wishes) -> None:
    _signup(Samples(0), browser)  # connections, templates and the catalogue are warm afterwards
    _claim()
    for _ in range(asked.pick(5, 1)):
        samples.claim += [_claim(), _claim()]
        _signup(samples, browser)
    samples.at_once += _many_at_once(asked.pick(3, 1))


def _create_by_migrations(place: Place, times: int) -> None:
    place.database.enter()
    place.samples.afterwards = len(fleet.companies())
    with step(f"creation by migrations with {place.samples.present} schemas"):
        place.samples.stock.extend(place.stock.create() for _ in range(times))


def _claim() -> float:
    """A claim and the owner's account, in one transaction of the platform."""
    slug = f"desk-{next(_numbers)}"
    with Stopwatch() as watch, platform_scope(), transaction.atomic():
        company = claim(name=slug, slug=slug)
        with visit(company):
            User.objects.create(email=f"owner@{slug}.example", name="Owner", role="owner", password="!")
    return watch.seconds


def _signup(samples: Samples, browser: Browser) -> None:
    """The whole action, then the owner's way in: the welcome address and the list of requests."""
    slug = f"desk-{next(_numbers)}"
    with Stopwatch() as watch, platform_scope():
        opened = actions.sign_up(slug, slug, "Owner", f"owner@{slug}.example", "unused")
    samples.signup.append(watch.seconds)
    with Stopwatch() as watch:
        cookies = browser.get(host_of(slug), urlsplit(opened.address).path).cookies
        browser.get(host_of(slug), "/manager/tickets", cookies)
    samples.page.append(watch.seconds)


def _many_at_once(each: int) -> list[float]:
    """Eight threads of one process, all of them connected before the first one claims."""
    together = threading.Barrier(AT_ONCE)

    def again_and_again(_: int) -> list[float]:
        try:
            fleet.companies()
            together.wait(60)
            return [_claim() for _ in range(each)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(itertools.chain.from_iterable(threads.map(again_and_again, range(AT_ONCE))))


def _lines(found: list[Samples]) -> Iterator[dict[str, Any]]:
    for samples in found:
        yield from _lines_of(samples)
    few, many = found
    ratio = p50(many.claim) / p50(few.claim)
    yield line(
        "provision",
        f"claim, {few.present} to {many.present} schemas",
        ratio=round(ratio, 2),
        target="ratio 0.75 to 1.25",
        met=0.75 <= ratio <= 1.25,
    )


def _lines_of(samples: Samples) -> Iterator[dict[str, Any]]:
    words, slow = f"{samples.present} schemas", p50(samples.stock)
    middle, times = p50(samples.claim), slow / p50(samples.claim)
    yield line(
        "provision",
        f"claim with the owner's account, {words}",
        schemas_afterwards=samples.afterwards,
        p50_ms=ms(middle),
        p95_ms=ms(p95(samples.claim)),
        by_migrations_ms=ms(slow),
        times_faster=round(times),
        target="p50 <= 5 ms and >= 200 times faster than creation by migrations",
        met=middle <= 0.005 and times >= 200,
    )
    both = [signup + page for signup, page in zip(samples.signup, samples.page, strict=True)]
    yield line(
        "provision",
        f"signup and first page, {words}",
        signup_p50_ms=ms(p50(samples.signup)),
        first_page_p50_ms=ms(p50(samples.page)),
        p50_ms=ms(p50(both)),
        p95_ms=ms(p95(both)),
        times_faster=round(slow / p50(both)),
    )
    worst = p95(samples.at_once)
    yield line(
        "provision",
        f"{AT_ONCE} claims at once, {words}",
        p50_ms=ms(p50(samples.at_once)),
        p95_ms=ms(worst),
        target="p95 <= 25 ms",
        met=worst <= 0.025,
    )
    share = p50(samples.refill) / slow
    yield line(
        "provision",
        f"refill, {words}",
        per_schema_ms=ms(p50(samples.refill)),
        share=round(share, 3),
        target="share of creation by migrations <= 0.125",
        met=share <= 0.125,
    )
