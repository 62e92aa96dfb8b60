"""A run over everybody who is behind: canaries first, then more and more, until too much goes wrong."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tenants.fleet import ledger, replay
from tenants.fleet.planning import Plan, Step
from tenants.fleet.survey import Member
from tenants.fleet.turns import Turn, Turns

# Connections that work at once: the server is the one that has to work, and most of it happens in its processors. One
# more than this machine has, since now and then one waits for somebody who works in a company.
WORKERS = min(8, (os.cpu_count() or 1) + 1)
TRIES = 4  # how often a busy company is waited for, after the first knock
# Companies a worker's connection may touch before it is replaced.
_PER_CONNECTION = 200
# After the canaries: companies that share a transaction. Their tables are closed for as long as it takes, some 30 ms.
TOGETHER = 20


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
class Hand:
    """A connection that changes companies, and how many it has touched."""

    connection: psycopg.Connection[Any]
    touched: int = 0

    @property
    def is_fit(self) -> bool:
        """Whether it may go on: a backend never forgets a table."""
        return self.touched < _PER_CONNECTION and not self.connection.closed


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
    together: int = 1  # companies in one transaction
    hands: deque[Hand] = field(default_factory=deque)  # idle between two waves
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
    try:
        _all_waves(run, members, canaries, steps)
    finally:
        for hand in run.hands:
            hand.connection.close()


def _all_waves(run: Run, members: list[Member], canaries: int, steps: dict[str, list[Step]]) -> None:
    busy: list[Turn] = []
    for wave in waves(members, canaries):
        is_last = wave[-1] is members[-1]
        busy = _wave(run, wave, busy, steps, to_the_end=is_last)
        if not run.tally.done and busy and not run.tally.stopped:
            busy = _wave(run, [], busy, steps, to_the_end=True)
        if not run.tally.done and not is_last and not run.tally.stopped:
            run.tally.stopped = "No canary came through, so nobody else was touched."
        if run.tally.stopped:
            return
        run.together = TOGETHER


def _wave(
    run: Run, members: list[Member], busy: list[Turn], steps: dict[str, list[Step]], *, to_the_end: bool
) -> list[Turn]:
    """All of a wave, on several connections, and who was busy in the one before; returns who is busy now."""
    turns = Turns(members, busy, to_the_end=to_the_end)
    workers = [
        threading.Thread(target=_work, args=(run, turns, steps), name=f"fleet-{number}")
        for number in range(min(run.workers, len(members) + len(busy)))
    ]
    for worker in workers:
        worker.start()
    try:
        for worker in workers:
            worker.join()
    except KeyboardInterrupt:
        run.tally.stopped = "Stopped by hand."
        turns.end()
        for worker in workers:
            worker.join()
    return turns.left()


def _work(run: Run, turns: Turns, steps: dict[str, list[Step]]) -> None:
    """Take turns until there are none, on a connection that is replaced before it remembers too much."""
    try:
        turn = turns.take()
        while turn:
            with _hand(run) as hand:
                while turn and hand.is_fit:
                    hand.touched += _some(run, hand.connection, turns, turn, steps)
                    turn = turns.take()
    except Exception as trouble:  # the others must not wait for a worker that is gone
        is_away = isinstance(trouble, psycopg.OperationalError)
        words = "The database cannot be reached" if is_away else type(trouble).__name__
        run.tally.stopped = f"{words}: {str(trouble).strip()}"
        turns.end()


@contextmanager
def _hand(run: Run) -> Iterator[Hand]:
    """One that is idle or a new one; afterwards idle for the next wave, as long as it is fit."""
    hand = None
    with suppress(IndexError):
        hand = run.hands.popleft()
    hand = hand or Hand(replay.worker())
    try:
        yield hand
    except BaseException:
        hand.connection.close()
        raise
    if hand.is_fit:
        run.hands.append(hand)
    else:
        hand.connection.close()


def _some(run: Run, connection: psycopg.Connection[Any], turns: Turns, turn: Turn, steps: dict[str, list[Step]]) -> int:
    """The company, with a few others in the same state where one transaction does; how many were tried."""
    mine = steps[turn.member.schema]
    is_simple = turn.is_first and len(mine) == 1 and mine[0].kind == "sql"
    batch = [turn, *(turns.take_more(run.together - 1) if is_simple else [])]
    if all(steps[one.member.schema] is mine for one in batch):
        _together(run, connection, turns, batch, mine)
    else:
        for one in batch:
            _turn(run, connection, turns, one, steps[one.member.schema])
    return len(batch)


def _together(
    run: Run, connection: psycopg.Connection[Any], turns: Turns, batch: list[Turn], steps: list[Step]
) -> None:
    """These companies in one transaction; where that does not work, halves of them, until who is busy or breaks is
    alone."""
    if len(batch) == 1:
        _turn(run, connection, turns, batch[0], steps)
    elif not connection.closed and replay.take_together(
        connection, [one.member for one in batch], steps[0], run.id, run.mark
    ):
        with run.lock:
            run.tally.done += [one.member for one in batch]
        for one in batch:
            turns.over(one)
        run.tell(run.tally)
    else:
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            _together(run, connection, turns, half, steps)


def _turn(run: Run, connection: psycopg.Connection[Any], turns: Turns, turn: Turn, steps: list[Step]) -> None:
    """All steps that are left to a company, in order."""
    over = run.finished.setdefault(turn.member.schema, set())
    step = steps[0]
    try:
        for step in steps:
            if step.key not in over:
                replay.take(connection, turn.member, step, run.id, run.mark, patient=not turn.is_first)
                over.add(step.key)
    except replay.Busy as reason:
        if turn.attempt <= run.tries:
            turns.again(turn)
        else:
            _fail(run, turns, turn, step, str(reason))
    except replay.Broken as reason:
        _fail(run, turns, turn, step, str(reason))
    else:
        with run.lock:
            run.tally.done.append(turn.member)
        turns.over(turn)
    run.tally.waiting = turns.busy
    run.tell(run.tally)


def _fail(run: Run, turns: Turns, turn: Turn, step: Step, words: str) -> None:
    """Leave a company aside, and stop everything when there are too many of them."""
    with replay.worker() as connection:
        ledger.failed(connection, turn.member, step.key, run.id, words)
    with run.lock:
        run.tally.failed[turn.member] = f"{step.app}.{step.name}: {words}"
        failed = len(run.tally.failed) - run.apart
        if failed > allowed(run.tally.tried):
            run.tally.stopped = f"{failed} companies failed, more than a run may leave behind."
            turns.end()
    turns.over(turn)


def end_leftovers(connection: psycopg.Connection[Any]) -> None:
    """End what a killed run left working on the server. Only the holder of the fleet's lock may."""
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE application_name = %s AND datname = current_database()",
        [replay.WORKER],
    )
