"""A run over everybody who is behind: canaries first, then more and more, until too much goes wrong."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tenants.fleet import ledger, replay
from tenants.fleet.planning import Plan, Step
from tenants.fleet.survey import Member

WORKERS = 4
TRIES = 5
# Companies a worker's connection may touch before it is replaced: a backend never forgets a table.
_PER_CONNECTION = 200


@dataclass(slots=True)
class Tally:
    """How a run goes."""

    total: int
    done: list[Member] = field(default_factory=list)
    failed: dict[Member, str] = field(default_factory=dict)
    stopped: str = ""
    waiting: int = 0

    @property
    def tried(self) -> int:
        return len(self.done) + len(self.failed)


Listener = Callable[[Tally], None]


@dataclass(slots=True)
class Run:
    """One run: its mark, how wide it works, and what it has to tell on the way."""

    id: str
    mark: str
    tally: Tally
    workers: int = WORKERS
    tries: int = TRIES
    tell: Listener = lambda tally: None
    finished: dict[str, set[tuple[str, str, int]]] = field(default_factory=dict)
    apart: int = 0  # failed before the run touched anybody
    lock: Any = field(default_factory=threading.Lock)


def waves(members: list[Member], canaries: int) -> Iterator[list[Member]]:
    """The house and the first companies alone, then ten times as many, and so on."""
    start, size = 0, max(1, canaries)
    while start < len(members):
        yield members[start : start + size]
        start, size = start + size, size * 10


def allowed(tried: int) -> int:
    """How many companies may break before a run stops: two, or one of fifty."""
    return max(2, tried // 50)


def go(run: Run, plans: list[Plan], canaries: int) -> None:
    """Take every company of the plans through its steps, wave by wave. The tally says what became of them."""
    steps = {one.schema: plan.steps for plan in plans for one in plan.group.members}
    members = sorted((one for plan in plans for one in plan.group.members), key=lambda one: one.id)
    members = [one for one in members if one not in run.tally.failed]
    for number, wave in enumerate(waves(members, canaries)):
        _wave(run, wave, steps)
        if run.tally.stopped:
            return
        broken = sum(one in run.tally.failed for one in wave)
        if number == 0 and broken == len(wave) and len(members) > len(wave):
            run.tally.stopped = "No canary came through, so nobody else was touched."
            return


def _wave(run: Run, members: list[Member], steps: dict[str, list[Step]]) -> None:
    """All of a wave; whoever is busy comes again after a pause, each time with the others who were."""
    left: list[tuple[Member, str]] = [(one, "") for one in members]
    for attempt in range(run.tries):
        left = _pass(run, [one for one, _ in left], steps)
        run.tally.waiting = len(left)
        if not left or run.tally.stopped:
            break
        if attempt + 1 < run.tries:
            time.sleep(random.uniform(0.5, 1.0) * 0.25 * 2**attempt)  # noqa: S311 (a pause, not a secret)
    for member, words in left:
        _fail(run, member, words)
    run.tally.waiting = 0


def _pass(run: Run, members: list[Member], steps: dict[str, list[Step]]) -> list[tuple[Member, str]]:
    """Try each of them once, on several connections; who was busy, and why."""
    queue = list(reversed(members))
    busy: list[tuple[Member, str]] = []
    workers = [
        threading.Thread(target=_work, args=(run, queue, busy, steps), name=f"fleet-{number}")
        for number in range(min(run.workers, len(members)))
    ]
    for worker in workers:
        worker.start()
    try:
        for worker in workers:
            worker.join()
    except KeyboardInterrupt:
        run.tally.stopped = "Stopped by hand."
        for worker in workers:
            worker.join()
    return busy


def _work(run: Run, queue: list[Member], busy: list[tuple[Member, str]], steps: dict[str, list[Step]]) -> None:
    while queue and not run.tally.stopped:
        try:
            with replay.worker() as connection:
                for _ in range(_PER_CONNECTION):
                    with run.lock:
                        if not queue or run.tally.stopped:
                            return
                        member = queue.pop()
                    _company(run, connection, member, steps[member.schema], busy)
                    if connection.closed:
                        break
        except psycopg.OperationalError as away:
            with run.lock:
                run.tally.stopped = f"The database cannot be reached: {str(away).strip()}"


def _company(
    run: Run, connection: psycopg.Connection[Any], member: Member, steps: list[Step], busy: list[tuple[Member, str]]
) -> None:
    """All steps that are left to a company, in order."""
    over = run.finished.setdefault(member.schema, set())
    step = steps[0]
    try:
        for step in steps:
            if step.key not in over:
                replay.take(connection, member, step, run.id, run.mark)
                over.add(step.key)
    except replay.Busy as reason:
        with run.lock:
            busy.append((member, f"{step.app}.{step.name}|{step.number}|{reason}"))
    except replay.Broken as reason:
        _fail(run, member, f"{step.app}.{step.name}|{step.number}|{reason}")
    else:
        with run.lock:
            run.tally.done.append(member)
    run.tell(run.tally)


def _fail(run: Run, member: Member, what: str) -> None:
    """Leave a company aside, and stop everything when there are too many of them."""
    place, number, words = what.split("|", 2)
    app, _, name = place.partition(".")
    with replay.worker() as connection:
        ledger.failed(connection, member, (app, name, int(number)), run.id, words)
    with run.lock:
        run.tally.failed[member] = f"{place}: {words}"
        failed = len(run.tally.failed) - run.apart
        if failed > allowed(run.tally.tried):
            run.tally.stopped = f"{failed} companies failed, more than a run may leave behind."
    run.tell(run.tally)


def end_leftovers(connection: psycopg.Connection[Any]) -> None:
    """End what a killed run left working on the server. Only the holder of the fleet's lock may."""
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE application_name = %s AND datname = current_database()",
        [replay.WORKER],
    )
