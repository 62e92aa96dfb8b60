"""Working off what a company has due of one kind: one message leads a worker to all of it."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog
from django.db import transaction

from portico import held, jobs
from portico.database import current_company
from portico.work import BatchTask

log = structlog.get_logger("portico.tasks")

# Of so many pieces that wait so many are taken at once, and so many seconds a worker stays with one company.
LOOKED_AT, AT_ONCE, LONGEST = 100, 20, 10
# What is new is due after so long, should nobody be told of it.
PATIENCE = timedelta(seconds=30)

# The key of each piece, and what does it.
Pieces = Iterable[tuple[str, Callable[[], object]]]


def work_off(task: BatchTask, job: str, key: str, pieces: Callable[[list[str]], Pieces]) -> None:
    """Do this piece of work, and then those beside it, each in a transaction of its own; none stops its neighbours.

    What is left after a while goes on as a message of its own, so that no company keeps the worker for itself. The
    first failure is raised when all is done; what failed is due as before.
    """
    with held.batch():
        _work_off(task, job, key, pieces)


def _work_off(task: BatchTask, job: str, key: str, pieces: Callable[[list[str]], Pieces]) -> None:
    until, seen, trouble = time.monotonic() + LONGEST, {key}, list[Exception]()
    others, has_more = _some(job, seen)
    keys = [key, *others]
    while keys and time.monotonic() < until:
        seen.update(keys)
        for one, do in pieces(keys):
            try:
                with transaction.atomic():
                    do()
            except Exception as no:
                log.exception("piece.failed", job=job, key=one)
                trouble.append(no)
        keys, has_more = _some(job, seen) if has_more else ([], False)
    if keys:
        task.send(current_company(), keys[0])
    if trouble:
        raise trouble[0]


def _some(job: str, seen: set[str]) -> tuple[list[str], bool]:
    """Keys of a few pieces that wait, and whether there are more. Several workers at one company take different ones:
    in the same order, each would come to what another one has just done."""
    with transaction.atomic():
        waiting = [key for key in jobs.waiting(job, LOOKED_AT, PATIENCE) if key not in seen]
    taken = set(random.sample(waiting, min(AT_ONCE, len(waiting))))
    return [key for key in waiting if key in taken], len(waiting) > AT_ONCE
