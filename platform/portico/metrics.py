"""Figures for Prometheus. Labels never name a company or a person."""

import time
from collections.abc import Iterator
from hmac import compare_digest

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from portico.database import platform_scope
from portico.health import scheduler_age

REQUESTS = Counter("portico_requests_total", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "portico_request_seconds",
    "How long an answer took.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
STATEMENTS = Histogram(
    "portico_request_statements", "SQL statements per request.", ["route"], buckets=(0, 1, 2, 5, 10, 20, 50, 100)
)
REFUSED_FOR_LOAD = Counter("portico_refused_for_load_total", "Requests refused because a company had too many at once.")
INDEX_VERIFIED = Counter("portico_index_verified_total", "Companies whose tickets were compared with the index.")
INDEX_DRIFT = Counter("portico_index_drift_rows", "Rows in which tickets and index disagreed when compared.")
TASKS = Counter("portico_tasks_total", "Tasks by outcome.", ["task", "outcome"])
TASK_SECONDS = Histogram("portico_task_seconds", "How long a task ran.", ["task"])
SOCKETS = Gauge("portico_sockets", "Open sockets.", multiprocess_mode="livesum")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_request(method: str, route: str, status: int, seconds: float, statements: int) -> None:
    """One answered request. `route` is the pattern, never the path."""
    REQUESTS.labels(method if method in _METHODS else "other", route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)
    STATEMENTS.labels(route).observe(statements)


class _Backlog(Collector):
    """What is due, ready schemas and the scheduler's last sign of life; asked at most every five seconds."""

    _asked_at = float("-inf")
    _figures: dict[str, float]

    def collect(self) -> Iterator[Metric]:
        if time.monotonic() - self._asked_at > 5:
            self._figures, self._asked_at = _ask(), time.monotonic()
        for name, value in self._figures.items():
            yield GaugeMetricFamily(f"portico_{name}", _MEANING[name], value=value)


_MEANING = {
    "due_jobs": "Jobs whose time has come and that nobody has done.",
    "ready_schemas": "Schemas that wait for a company.",
    "scheduler_seconds_since_seen": "Age of the scheduler's last sign of life.",
}


def _ask() -> dict[str, float]:
    """Each figure that can be had now; one that cannot is left out rather than guessed."""
    figures: dict[str, float] = {}
    try:
        with platform_scope(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tenants_due WHERE due_at < now()")
            figures["due_jobs"] = cursor.fetchone()[0]
            figures["ready_schemas"] = apps.get_model("tenants", "ReadySchema").objects.count()
    except Exception:  # a part that is down must not take the figures of the others with it
        return figures
    age = scheduler_age()
    if age is not None:
        figures["scheduler_seconds_since_seen"] = age
    return figures


_backlog = _Backlog()


def page(request: HttpRequest) -> HttpResponse:
    """The figures, for this machine itself or with `Authorization: Bearer <METRICS_TOKEN>`; else a plain 404."""
    if not _may_read(request):
        return HttpResponse("There is nothing here.\n", status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """The figures of this process, or of all that share `METRICS_DIR`, and what all of them have in common."""
    registry = CollectorRegistry()
    if settings.METRICS_DIR:
        multiprocess.MultiProcessCollector(registry, settings.METRICS_DIR)
    else:
        registry.register(REGISTRY)
    registry.register(_backlog)
    return registry


def _may_read(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return compare_digest(given.encode(), token.encode())
    # Behind a proxy on the same machine everybody comes from the loopback address: then only the token counts.
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
