"""Working off what a company has due of one kind: one message leads a worker to all of it."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog
from django.db import transaction

from portico import held, jobs
from portico.database import current_company
from portico.work import BatchTask

log = structlog.get_logger("portico.tasks")

# So many pieces are looked up at once, and so many seconds a worker stays with one company.
AT_ONCE, LONGEST = 50, 10
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
    keys = [key, *(one for one in _waiting(job) if one != key)]
    while keys and time.monotonic() < until:
        seen.update(keys)
        for one, do in pieces(keys):
            try:
                with transaction.atomic():
                    do()
            except Exception as no:
                log.exception("piece.failed", job=job, key=one)
                trouble.append(no)
        keys = [one for one in _waiting(job) if one not in seen] if len(keys) >= AT_ONCE else []
    if keys:
        task.send(current_company(), keys[0])
    if trouble:
        raise trouble[0]


def _waiting(job: str) -> list[str]:
    with transaction.atomic():
        return jobs.waiting(job, AT_ONCE, PATIENCE)
