"""`bench signup`: from the public page to the signed-in workspace, one person and twenty at once.

Every form is read and sent as by a browser without scripts, over the wire; what the server took for all of them is
counted, and the time somebody needs to read their letter and to type is not. The password's hash is part of it.
"""

import itertools
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from tenants import provision
from tests.benchmarks.rig import databases, served, wishes
from tests.benchmarks.rig.figures import line, ms, p50, p95, step
from tests.benchmarks.rig.newcomer import Newcomer

AT_ONCE, ALONE_MS, TOGETHER_MS = 20, 1_000, 5_000
_numbers = itertools.count(1)


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line alone, one with all at once; `size` is how many sign up at once (20)."""
    asked = wishes.read(options)
    many, alone, rounds = asked.sized(AT_ONCE, 2), asked.pick(40, 2), asked.pick(4, 1)
    with databases.own() as database:
        with step("ready schemas"):
            provision.refill(alone + many * rounds + 2)
        env = database.environment(PROXIES="1")
        with served.serving({"ours": env}, workers=2, threads=16) as (server,):
            with psycopg.connect(database.owner_url, autocommit=True) as letters, step("one at a time"):
                _open(server.port, letters)  # what is read once is read
                times = [_open(server.port, letters) for _ in range(alone)]
            yield _line("one at a time", times, ALONE_MS, 1)
            with step(f"{many} at once"):
                times = [one for _ in range(rounds) for one in _together(server.port, database.owner_url, many)]
            yield _line(f"{many} at once", times, TOGETHER_MS, many)


def _together(port: int, owner_url: str, many: int) -> list[float]:
    def one(_: int) -> float:
        with psycopg.connect(owner_url, autocommit=True) as letters:
            return _open(port, letters)

    with ThreadPoolExecutor(many) as people:
        return list(people.map(one, range(many)))


def _open(port: int, letters: psycopg.Connection[Any]) -> float:
    number = next(_numbers)
    place = f"198.51.{number // 200}.{number % 200 + 1}"

    def code_of(email: str) -> str:
        asked = "SELECT facts ->> 'code' FROM public.mail_outgoing WHERE \"to\" = %s"
        return str(letters.execute(asked, [email]).fetchall()[-1][0])

    return Newcomer(port, place).open_desk(f"desk-{number}", code_of)


def _line(case: str, times: list[float], most: int, at_once: int) -> dict[str, Any]:
    figures = {"p50_ms": ms(p50(times)), "p95_ms": ms(p95(times)), "signups": len(times), "at_once": at_once}
    return line("signup", case, target=f"p95 <= {most} ms", met=ms(p95(times)) <= most, **figures)
