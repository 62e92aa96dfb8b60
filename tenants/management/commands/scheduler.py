"""`manage.py scheduler`: keeps ready schemas in stock and wakes the worker. One at a time, however many are started."""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand

from portico.health import SCHEDULER_SEEN
from portico.platform_tasks import (
    merge_subjects,
    mind_billing,
    platform_letters,
    seal_audit,
    tidy_platform_mail,
    wake_batches,
)
from portico.tasks import sweep
from tenants import provision
from tenants.life import erase

log = structlog.get_logger("portico.scheduler")

_LOCK = 7_310_010  # advisory lock, held for as long as this process schedules
REFILL_SECONDS = 1.0
SWEEP_SECONDS = 5.0
ERASE_SECONDS = 60.0
SEAL_SECONDS = 60.0
MERGE_SECONDS = 60.0
BATCH_SECONDS = 60.0
BILLING_SECONDS = 20.0
LETTER_SECONDS = 30.0
TIDY_SECONDS = 3_600.0
SEEN_SECONDS = 5.0
LONGEST_PAUSE = 30.0


class Command(BaseCommand):
    help = "Keep ready schemas in stock and send due work to the worker, until stopped."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        Scheduler(stopped).run()


class Scheduler:
    """The loop. Trouble with one duty is logged, and that duty waits longer; the others go on."""

    def __init__(self, stopped: threading.Event) -> None:
        self.stopped = stopped
        self.place: psycopg.Connection[Any] | None = None
        self.duties = [
            _Duty("refill", provision.refill, REFILL_SECONDS),
            _Duty("sweep", _sweep, SWEEP_SECONDS),
            _Duty("erasures", erase.keep_promises, ERASE_SECONDS),
            _Duty("seal", seal_audit.send_now, SEAL_SECONDS),
            _Duty("merges", merge_subjects.send_now, MERGE_SECONDS),
            _Duty("batches", wake_batches.send_now, BATCH_SECONDS),
            _Duty("letters", platform_letters.send_now, LETTER_SECONDS),
            _Duty("old letters", tidy_platform_mail.send_now, TIDY_SECONDS),
            _Duty("seen", _show_life, SEEN_SECONDS),
        ]
        if settings.STRIPE_KEY:
            self.duties.append(_Duty("billing", mind_billing.send_now, BILLING_SECONDS))

    def run(self) -> None:
        """Until `stopped`: do what is due when this process is the one, else wait to become it."""
        log.info("scheduler.started")
        while not self.stopped.wait(0.2):
            if self._is_the_one():
                for duty in self.duties:
                    duty.do_if_due()
            else:
                self.stopped.wait(1.0)
        if self.place is not None:
            self.place.close()
        log.info("scheduler.stopped")

    def _is_the_one(self) -> bool:
        """Whether this process holds the lock. It dies with the connection, so the connection is asked each time."""
        try:
            if self.place is not None:
                self.place.execute("SELECT 1")
                return True
            self.place = _take_place()
        except psycopg.Error as trouble:
            log.warning("scheduler.database_away", error=type(trouble).__name__)
            self._lose_place()
        return self.place is not None

    def _lose_place(self) -> None:
        if self.place is not None:
            with suppress(psycopg.Error):
                self.place.close()
        self.place = None


def _take_place() -> psycopg.Connection[Any] | None:
    """A connection that holds the lock, or None when another scheduler has it."""
    connection = psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True, connect_timeout=5)
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
    if row and row[0]:
        return connection
    connection.close()
    return None


class _Duty:
    """Something done again and again; after a failure less and less often, up to half a minute."""

    def __init__(self, name: str, do: Callable[[], object], every: float) -> None:
        self.name = name
        self.do = do
        self.every = every
        self.pause = every
        self.next = 0.0

    def do_if_due(self) -> None:
        if time.monotonic() < self.next:
            return
        try:
            self.do()
            self.pause = self.every
        except Exception:  # a duty that fails must not end the others
            log.exception("scheduler.duty_failed", duty=self.name)
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        self.next = time.monotonic() + self.pause


def _sweep() -> None:
    sweep.send_now()


def _show_life() -> None:
    cache.set(SCHEDULER_SEEN, int(time.time()), timeout=300)
