"""Is this process alive, and can it do its work? For balancers and containers; details are for `manage.py doctor`."""

import time
from collections.abc import Callable
from threading import Lock

from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError

from portico.cache import platform_key
from portico.database import platform_scope

SCHEDULER_SEEN = platform_key("scheduler:seen")
_KEPT_SECONDS = 1.0


def alive(_: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


def ready(_: HttpRequest) -> HttpResponse:
    """200 when database, queue and migrations are as they must be, else 503; asked at most once a second."""
    parts = _answer.now()
    status = 200 if all(parts.values()) else 503
    return JsonResponse({"ready": status == 200, **parts}, status=status)


def scheduler_age() -> float | None:
    """Seconds since the scheduler's last sign of life; None when there is none, or nowhere to look."""
    try:
        seen = cache.get(SCHEDULER_SEEN)
    except (RedisError, OSError):
        return None
    return max(0.0, time.time() - seen) if seen else None


class _Kept:
    """The last answer, for one second: a probe costs nothing however often it is asked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._parts: dict[str, bool] = {}

    def now(self) -> dict[str, bool]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._parts = {name: _works(check) for name, check in _CHECKS.items()}
                self._until = time.monotonic() + _KEPT_SECONDS
            return self._parts


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever is wrong with the part: it does not work
        return False


def _database() -> bool:
    with platform_scope(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _valkey() -> bool:
    cache.set(platform_key("ready"), 1, timeout=5)  # raises when it cannot
    return True


class _Migrations:
    """Whether `public` has every migration of this release. Once true it stays true: releases only go forward."""

    def __init__(self) -> None:
        self._current = False

    def __call__(self) -> bool:
        if not self._current:
            with platform_scope(), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT app, name FROM django_migrations")
                done = set(cursor.fetchall())
            self._current = MigrationLoader(None).disk_migrations.keys() <= done
        return self._current


_CHECKS: dict[str, Callable[[], bool]] = {"database": _database, "queue": _valkey, "migrations": _Migrations()}
_answer = _Kept()
