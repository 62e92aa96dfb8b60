"""Work after the answer: tasks that carry their company, the reactions to an event, and the sweep behind them."""

import inspect
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import structlog
from celery import Task
from django.apps import apps
from django.db import close_old_connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portico import metrics, wiring
from portico.celery import app
from portico.context import request_id
from portico.database import CompanyRef, company_scope, current_company, platform_scope

log = structlog.get_logger("portico.tasks")

SWEEP_AT_ONCE = 200
MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


class Unaddressed(TypeError):
    """A task without its company, or sent around the one way there is (`send`)."""


class _Task(Task):
    """What company and platform tasks share: one way to publish, one way to run, both counted."""

    abstract = True
    typing = False  # a message holds more than the function takes; `send` compares the two

    def apply_async(self, *_: Any, **__: Any) -> None:
        raise Unaddressed(f"{self.name} is published by send(), which says whose work it is.")

    def _compare(self, arguments: tuple[Any, ...]) -> None:
        """TypeError, where the mistake is made, when the function takes other arguments."""
        inspect.signature(self.run).bind(*arguments)

    def _publish(self, arguments: list[Any]) -> bool:
        """Hand the work to the queue. False when the queue is down: the sweep sends it again."""
        try:
            super().apply_async(args=arguments, headers={"request_id": request_id.get()})
        except (OperationalError, RedisError, OSError) as trouble:
            log.error("task.not_sent", task=self.name, error=type(trouble).__name__)
            metrics.TASKS.labels(self.name, "not_sent").inc()
            return False
        return True

    def _run(self, scope: AbstractContextManager[None], arguments: tuple[Any, ...]) -> Any:
        token = request_id.set((self.request.headers or {}).get("request_id") or "")
        started, outcome = time.perf_counter(), "failed"
        try:
            with scope, transaction.atomic():
                result = self.run(*arguments)
            outcome = "done"
            return result
        finally:
            close_old_connections()
            request_id.reset(token)
            metrics.TASKS.labels(self.name, outcome).inc()
            metrics.TASK_SECONDS.labels(self.name).observe(time.perf_counter() - started)


class CompanyTask(_Task):
    """Runs in one transaction as one company, named in the message by id and generation."""

    abstract = True

    def send(self, company: CompanyRef, *arguments: str | int | bool) -> None:
        """Publish once the running transaction is committed (at once when there is none)."""
        if not isinstance(company, CompanyRef):
            raise Unaddressed(f"{self.name} needs a company.")
        self._compare(arguments)
        message = [company.id, company.generation, *arguments]
        transaction.on_commit(lambda: self._publish(message), robust=True)

    def __call__(self, company_id: int = -1, generation: int = 0, *arguments: Any) -> Any:
        if type(company_id) is not int or type(generation) is not int or company_id < 0 or generation < 1:
            raise Unaddressed(f"{self.name} was called without company and generation.")
        with platform_scope(), transaction.atomic():
            company = wiring.company_by_id(company_id)
        if company is None or company.generation != generation:
            log.info("task.dropped", task=self.name, company=company_id, reason="the company is gone or suspended")
            metrics.TASKS.labels(self.name, "dropped").inc()
            return None
        return self._run(company_scope(company), arguments)


class PlatformTask(_Task):
    """Runs in one transaction as the platform: public tables only."""

    abstract = True

    def send(self, *arguments: str | int | bool) -> None:
        """Publish once the running transaction is committed."""
        self._compare(arguments)
        transaction.on_commit(lambda: self._publish(list(arguments)), robust=True)

    def send_now(self, *arguments: str | int | bool) -> bool:
        """Publish at once, for callers without a database; whether the queue took it."""
        return self._publish(list(arguments))

    def __call__(self, *arguments: Any) -> Any:
        return self._run(platform_scope(), arguments)


def company_task(function: Callable[..., Any]) -> CompanyTask:
    """A task of one company: `@company_task def f(word)`, published by `f.send(company, word)`."""
    made: CompanyTask = app.task(base=CompanyTask)(function)
    return made


def platform_task(function: Callable[..., Any]) -> PlatformTask:
    """A task of the platform: `@platform_task def f(word)`, published by `f.send(word)`."""
    made: PlatformTask = app.task(base=PlatformTask)(function)
    return made


@company_task
def react(event_id: str) -> None:
    """Everything that follows an event. One that fails is logged, and does not stop its neighbours.

    The due row goes first: a second delivery of the same message waits for this one and finds nothing left to do.
    After a failure all of them are due again later, since reactions may run twice.
    """
    Due, Event = apps.get_model("tenants", "Due"), apps.get_model("journal", "Event")
    due = Due.objects.filter(job="react", key=event_id).first()
    if due is None or not Due.objects.filter(pk=due.pk).delete()[0]:
        return
    event = Event.objects.get(pk=event_id)
    failed = [reaction for reaction in wiring.reactions_to(event.verb) if not _alone(reaction, event)]
    if failed:
        _again_later(due)


def _alone(reaction: Callable[[Any], None], event: Any) -> bool:
    try:
        with transaction.atomic():
            reaction(event)
    except Exception:  # one reaction's trouble is its own
        log.exception("reaction.failed", reaction=reaction.__name__, verb=event.verb, event_id=str(event.pk))
        return False
    return True


def _again_later(due: Any) -> None:
    if due.attempts + 1 >= MOST_ATTEMPTS:
        log.error("reaction.given_up", job=due.job, event_id=due.key, attempts=due.attempts + 1)
        return
    same = {name: getattr(due, name) for name in ("company_id", "generation", "schema", "job", "key")}
    type(due).objects.create(**same, attempts=due.attempts + 1, due_at=timezone.now() + _pause(due.attempts))


def _pause(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to an hour."""
    return min(FIRST_PAUSE * (1 << min(attempts, 10)), LONGEST_PAUSE)


@company_task
def verify(key: str) -> None:
    """Compare the company's tickets with the index: soon after something happened, and once a day all the same."""
    Due, company = apps.get_model("tenants", "Due"), current_company()
    if not Due.objects.filter(job="verify", key=key).delete()[0]:
        return
    drift = wiring.index_drift(company)
    metrics.INDEX_VERIFIED.inc()
    metrics.INDEX_DRIFT.inc(len(drift))
    if drift:
        log.error("index.drift", company=company.id, rows=len(drift), kinds=sorted({one.kind for one in drift}))
    wiring.verify_later(company, wiring.DAILY)


def _once(job: str, key: str) -> bool:
    """Take the due row; False when another delivery of the same message was faster."""
    return bool(apps.get_model("tenants", "Due").objects.filter(job=job, key=key).delete()[0])


@company_task
def drop_upload(key: str) -> None:
    """A file that was uploaded and never sent goes."""
    if _once("drop_upload", key):
        wiring.drop_upload(key)


@company_task
def unlink(key: str) -> None:
    """The bytes of a file that was erased go, now that this is sure."""
    if _once("unlink", key):
        wiring.unlink_file(key)


@company_task
def scan(key: str) -> None:
    """A file for which the scanner was away is looked over."""
    if _once("scan", key):
        wiring.scan_file(key)


@company_task
def wake(key: str) -> None:
    """A ticket has rested long enough."""
    if _once("wake", key):
        wiring.wake_ticket(key)


@company_task
def end_visit(key: str) -> None:
    """The half hour of a visit is over."""
    if _once("end_visit", key):
        wiring.end_visit(key)


@company_task
def close_solved(key: str) -> None:
    """Solved requests that nobody says anything about any more close."""
    if _once("close_solved", key):
        wiring.close_silent()


@company_task
def erase_ticket(key: str) -> None:
    """A ticket was deleted long enough ago."""
    if _once("erase_ticket", key):
        wiring.erase_tickets(key)


@company_task
def seal(key: str) -> None:
    """What happened since the last time joins the journal's chain."""
    if _once("seal", key):
        wiring.seal_journal()


@company_task
def telemetry(key: str) -> None:
    """The hours of the company's desktop apps are counted."""
    if _once("telemetry", key):
        wiring.count_telemetry()


@platform_task
def seal_audit() -> None:
    """The same for the platform's audit."""
    wiring.seal_audit()


@company_task
def regroup(key: str) -> None:
    """Tickets of the company whose subject became part of another one get that one."""
    if _once("regroup", key):
        wiring.regroup_tickets(key)


@platform_task
def merge_subjects() -> None:
    """Tickets of subjects that became part of others follow them."""
    wiring.go_on_merging()


# What may be due, by the name of its task.
_DUE = (react, verify, drop_upload, unlink, scan, wake, close_solved, erase_ticket, end_visit, seal, telemetry, regroup)
JOBS: dict[str, CompanyTask] = {str(task.name).rpartition(".")[2]: task for task in _DUE}


@platform_task
def sweep() -> int:
    """Send again what is due and was not done: the queue was away, or a worker died. How many were sent.

    Rows are pushed into the future as they are sent, so the next sweep leaves a slow worker its time.
    """
    Due, Company = apps.get_model("tenants", "Due"), apps.get_model("tenants", "Company")
    rows = Due.objects.select_for_update(skip_locked=True).filter(due_at__lte=timezone.now())
    batch = list(rows.order_by("due_at")[:SWEEP_AT_ONCE])
    companies = Company.objects.in_bulk({row.company_id for row in batch})
    return sum(_send_again(row, companies.get(row.company_id)) for row in batch)


def _send_again(row: Any, company: Any) -> bool:
    if company is None or company.generation != row.generation:
        row.delete()
        return False
    works = company.state == company.State.ACTIVE and row.job in JOBS  # an older worker leaves new jobs alone
    row.due_at = timezone.now() + (_pause(row.attempts) if works else LONGEST_PAUSE)
    row.attempts += works
    row.save(update_fields=["due_at", "attempts"])
    if works:
        JOBS[row.job].send(company.ref, row.key)
    return works
