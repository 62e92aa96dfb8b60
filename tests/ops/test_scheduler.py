"""The scheduler as a process: what it keeps going, and what it survives."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from tenant_apps.tickets.actions import open_ticket
from tenants.models import Due
from tests.ops.conftest import Queue, wait_until
from tests.support import databases
from tests.support.server import ROOT

Start = Callable[[], subprocess.Popen[bytes]]

LOCK = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 7310010 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def scheduler(
    database: Any, acme: Any, queue: Queue, tmp_path: Path
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """`scheduler()` starts one more on this test's database and queue."""
    started: list[subprocess.Popen[bytes]] = []
    env = databases.environment(
        settings.DATABASE_OWNER_URL,
        settings.DATABASE_URL,
        settings.DATABASES["default"]["NAME"],
        VALKEY_URL=queue.url,
        READY_SCHEMAS="2",
        DJANGO_SETTINGS_MODULE="portico.settings",
    )

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{len(started)}.log").open("wb")
        command = [sys.executable, "-m", "django", "scheduler"]
        started.append(subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


@pytest.fixture
def owner(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as connection:
        yield connection


def _holder(owner: Any) -> int | None:
    row = owner.execute(LOCK).fetchone()
    return row[0] if row else None


def _sweeps(queue: Queue) -> int:
    return queue.client().llen(f"portico:{settings.BASE_HOST}:tasks:work")


def test_it_fills_the_stock_wakes_the_worker_and_shows_life(scheduler, owner, queue):
    owner.execute("DELETE FROM public.tenants_readyschema")
    scheduler()
    wait_until(lambda: owner.execute("SELECT count(*) FROM public.tenants_readyschema").fetchone()[0] == 2)
    wait_until(lambda: _sweeps(queue) >= 1)
    wait_until(lambda: bool(queue.client().get(f"portico:{settings.BASE_HOST}:all:1:scheduler:seen")))


def test_only_one_works_and_the_next_takes_over(scheduler, owner):
    first = scheduler()
    wait_until(lambda: _holder(owner) is not None)
    before = _holder(owner)
    scheduler()
    with pytest.raises(AssertionError):
        wait_until(lambda: _holder(owner) != before, seconds=2)
    first.kill()
    wait_until(lambda: _holder(owner) not in {None, before})


def test_it_survives_the_loss_of_its_connection(scheduler, owner):
    process = scheduler()
    wait_until(lambda: _holder(owner) is not None)
    before = _holder(owner)
    owner.execute("SELECT pg_terminate_backend(%s)", [before])
    wait_until(lambda: _holder(owner) not in {None, before})
    assert process.poll() is None


def test_it_survives_the_absence_of_the_queue(scheduler, queue):
    process = scheduler()
    wait_until(lambda: _sweeps(queue) >= 1)
    queue.stop()
    with pytest.raises(AssertionError):
        wait_until(lambda: process.poll() is not None, seconds=6)
    queue.start()
    wait_until(lambda: _sweeps(queue) >= 1, seconds=40)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_told_to(scheduler, owner, number):
    process = scheduler()
    wait_until(lambda: _holder(owner) is not None)
    process.send_signal(number)
    assert process.wait(30) == 0
    wait_until(lambda: _holder(owner) is None)


@pytest.fixture
def worker(database: Any, queue: Queue, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running worker on this test's database and queue."""
    env = databases.environment(
        settings.DATABASE_OWNER_URL,
        settings.DATABASE_URL,
        settings.DATABASES["default"]["NAME"],
        VALKEY_URL=queue.url,
    )
    command = [sys.executable, "-m", "celery", "-A", "portico.celery", "worker", "--concurrency", "2"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
    yield process
    process.terminate()
    process.wait(20)


def test_what_a_crash_left_is_done_even_after_the_queue_was_lost(scheduler, worker, acme, ada, inside, outside, queue):
    """The event is written, but its message never arrived: the sweep finds it. Then again, each time with a new queue.

    The worker is the same one all the time: to lose a queue while it confirms its work does not end it.
    """
    scheduler()
    for _ in range(4):
        with inside(acme):
            open_ticket(subject="website", description="The shop is closed.", by=ada)
        with outside():
            assert Due.objects.filter(job="react").update(due_at=timezone.now() - timedelta(seconds=1)) == 1
        wait_until(lambda: _none_due(outside), seconds=50)
        queue.stop()
        queue.start()
        assert worker.poll() is None


def _none_due(outside: Any) -> bool:
    with outside():
        return not Due.objects.filter(job="react").exists()
