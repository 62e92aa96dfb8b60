"""What the desktop apps of the demo's people told in the last days."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portico import clock
from portico.actor import Actor
from tenant_apps.telemetry import actions, counting

# Who, which app, and every how many hours it is started.
APPS: Mapping[str, tuple[tuple[str, str, str, int], ...]] = {
    "acme": (
        ("ada", "4.2.1", "macOS 15.1", 8),
        ("ben", "4.2.1", "Windows 11", 6),
        ("mia", "4.1.7", "Windows 10", 9),
        ("cleo", "4.2.0", "Ubuntu 24.04", 14),
    ),
    "borealis": (
        ("bo", "4.2.1", "Windows 11", 7),
        ("bea", "4.1.7", "macOS 14.6", 10),
        ("mads", "4.2.1", "Windows 11", 12),
    ),
}
DAYS = 4
_STACK = "ConflictError: row was changed elsewhere\n  at Sync.merge (sync.js:118:9)\n  at Sync.run (sync.js:41:3)"


def tell(slug: str, cast: Mapping[str, Actor]) -> None:
    """Hour by hour, through the ordinary intake; then the hours are counted as the worker does."""
    now = clock.now()
    for who, version, system, every in APPS[slug]:
        for hours in range(DAYS * 24, 0, -every):
            with clock.at(now - timedelta(hours=hours)):
                events = [one | {"at": clock.now()} for one in _day(hours, version)]
                actions.take({"version": version, "os": system}, events, by=cast[who])
    counting.count()


def _day(hours: int, version: str) -> list[dict[str, Any]]:
    """A start, some synchronisations, now and then a trouble; the oldest version has more of it."""
    told: list[dict[str, Any]] = [{"type": "app_launch"}]
    told += [{"type": "sync_success", "duration_ms": 400 + 37 * (hours % 11), "records": hours % 60} for _ in range(3)]
    told.append({"type": "feature_use", "feature": ("export", "search", "import")[hours % 3]})
    if hours % 4 == 0:
        error = {"error_type": "TimeoutError", "error": "no answer from sync.example after 30 s"}
        told.append({"type": "sync_failure", "duration_ms": 30_000, **error})
    if hours % 5 == 0 or (version.startswith("4.1") and hours % 2):
        told.append({"type": "error_page", "error_type": "RenderError", "context": {"page": "/invoices"}})
    if version.startswith("4.1") and hours % 7 == 0:
        crash = {"error_type": "ConflictError", "stack": _STACK, "last_actions": ["open an invoice", "save"]}
        told.append({"type": "crash", **crash})
    return told
