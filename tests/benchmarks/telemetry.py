"""`bench telemetry`: how many events of desktop apps are taken in a second, through the whole stack, and kept.

Several companies' apps send batches as they do: cleaned, checked, written and committed before they are answered. What
was acknowledged is then counted in the tables. Hours are counted last, as the worker does.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portico.database import company_scope
from tenant_apps.telemetry import counting
from tenant_apps.telemetry.models import Event
from tests.benchmarks.rig import databases, fleet, load, served, wishes
from tests.benchmarks.rig.figures import Stopwatch, line, ms, p50, p95, step
from tests.benchmarks.rig.fleet import Furnished

TARGET = 2_000
PATH, COMPANIES = "/api/v1/telemetry/events", 4
_STACK = "\n".join(f"  at Sync.step{n} (C:\\Users\\ada.lind\\App\\sync.js:{n * 7}:12)" for n in range(12))
_KINDS = (
    {"type": "app_launch"},
    {"type": "sync_success", "duration_ms": 1200, "records": 42},
    {"type": "sync_success", "duration_ms": 900, "records": 7},
    {"type": "sync_success", "duration_ms": 700, "records": 1},
    {"type": "sync_failure", "duration_ms": 30_000, "error_type": "TimeoutError", "error": "no answer for a@b.example"},
    {"type": "feature_use", "feature": "export"},
    {"type": "feature_use", "feature": "search"},
    {"type": "feature_use", "feature": "import"},
    {"type": "error_page", "error_type": "RenderError", "error": "x is undefined", "context": {"page": "/invoices"}},
    {"type": "crash", "error_type": "ValueError", "stack": _STACK, "last_actions": ["open invoice 4711", "save"]},
)


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for the intake, one for what is kept, one for counting the hours; `size` is events in a batch (100)."""
    asked = wishes.read(options)
    batch, seconds = asked.sized(100, 5), asked.pick(20, 1)
    with databases.own() as database:
        with step("companies"):
            people = _people()
        alike = {"API_REQUESTS_PER_MINUTE": "1000000000", "TELEMETRY_BATCHES_PER_MINUTE": "1000000000"}
        with served.serving({"ours": database.environment(**alike)}, workers=2) as (server,), step("intake"):
            requests = [_request(one, server.port, batch) for one in people]
            used = server.cpu_seconds()
            found = load.put(server.port, requests, seconds, answers=(202,))
            used = server.cpu_seconds() - used
        yield _intake(found, batch, used)
        yield _kept(people, len(found.times) * batch)
        yield _hours(people[0])


def _people() -> list[Furnished]:
    fleet.build(COMPANIES)
    fleet.settle()
    return [fleet.furnish(ref) for ref in fleet.companies()[:COMPANIES]]


def _request(one: Furnished, port: int, batch: int) -> bytes:
    events = [_KINDS[n % len(_KINDS)] | {"at": "2026-01-01T00:00:00Z"} for n in range(batch)]
    body = json.dumps({"app": {"version": "4.2.1", "os": "Windows 11"}, "events": events})
    return load.posting(f"{one.host}:{port}", PATH, one.program, body, "application/json")


def _intake(found: load.Load, batch: int, used: float) -> dict[str, Any]:
    rate = found.per_second * batch
    return line(
        "telemetry",
        "intake",
        events_per_s=round(rate),
        batch=batch,
        p50_ms=ms(p50(found.times)),
        p95_ms=ms(p95(found.times)),
        web_cpu_us_per_event=round(1_000_000 * used / (len(found.times) * batch), 1),
        target=f">= {TARGET} events/s",
        met=rate >= TARGET,
    )


def _kept(people: list[Furnished], acknowledged: int) -> dict[str, Any]:
    kept = 0
    for one in people:
        with company_scope(one.company), transaction.atomic():
            kept += Event.objects.count()
    return line("telemetry", "kept", acknowledged=acknowledged, kept=kept, target="all", met=kept == acknowledged)


def _hours(one: Furnished) -> dict[str, Any]:
    with company_scope(one.company), Stopwatch() as watch:
        counting.count()
    with company_scope(one.company), transaction.atomic():
        events = Event.objects.count()
    return line("telemetry", "hours counted", events=events, seconds=round(watch.seconds, 2))
