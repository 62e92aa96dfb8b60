"""The kinds of tasks: those of one company, whose message says whose work it is, alone or in batches, and those of the
platform."""

import inspect
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import structlog
from celery import Task
from django.core.cache import cache
from django.db import close_old_connections, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portico import asks, metrics
from portico.cache import PlatformKey, platform_key
from portico.celery import app
from portico.context import request_id
from portico.database import CompanyRef, company_scope, current_company, platform_scope

log = structlog.get_logger("portico.tasks")

# A message that no worker has taken up after so many seconds is not waited for: another one is published.
_WAITED_FOR = 5


class Unaddressed(TypeError):
    """A task without its company, or sent around the one way there is (`send`)."""


class _Task(Task):
    """What company and platform tasks share: one way to publish, one way to run, both counted."""

    abstract = True
    typing = False  # a message holds more than the function takes; `send` compares the two
    is_one = True  # one transaction around all of it

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
            with scope, transaction.atomic() if self.is_one else nullcontext():
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
            company = asks.company_by_id(company_id)
        if company is None or company.generation != generation:
            log.info("task.dropped", task=self.name, company=company_id, reason="the company is gone or suspended")
            metrics.TASKS.labels(self.name, "dropped").inc()
            return None
        return self._run(company_scope(company), arguments)


class BatchTask(CompanyTask):
    """Works off what a company has due of one kind: what the message names, and what lies beside it.

    Each piece is a transaction of its own, which the function opens. So one message is enough for many pieces: `nudge`
    publishes none while another one waits to be taken up.
    """

    abstract = True
    is_one = False

    def nudge(self, company: CompanyRef, *arguments: str | int | bool) -> None:
        """As `send`, unless a worker is on its way to this company already. It looks for work after it has arrived."""
        self._compare(arguments)
        message = [company.id, company.generation, *arguments]
        transaction.on_commit(lambda: self._is_first(company) and self._publish(message), robust=True)

    def _is_first(self, company: CompanyRef) -> bool:
        try:
            return bool(cache.add(self._mark(company), 1, _WAITED_FOR))
        except (RedisError, OSError):
            return True

    def _mark(self, company: CompanyRef) -> PlatformKey:
        return platform_key(f"nudged:{self.name}:{company.key}")

    def _run(self, scope: AbstractContextManager[None], arguments: tuple[Any, ...]) -> Any:
        with suppress(RedisError, OSError), scope:
            cache.delete(self._mark(current_company()))
        return super()._run(scope, arguments)


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


def company_batch(function: Callable[..., Any]) -> BatchTask:
    """A task of one company that works off many pieces (`BatchTask`)."""
    made: BatchTask = app.task(base=BatchTask)(function)
    return made


def platform_task(function: Callable[..., Any]) -> PlatformTask:
    """A task of the platform: `@platform_task def f(word)`, published by `f.send(word)`."""
    made: PlatformTask = app.task(base=PlatformTask)(function)
    return made
