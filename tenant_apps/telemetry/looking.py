"""How the apps of the company's people do, as pages show it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from portico import clock
from tenant_apps.telemetry.models import Event, Kind

SPAN, LATEST, MOST = timedelta(days=7), 50, 20
_ERRORS = Q(kind__in=[Kind.ERROR_PAGE, Kind.CRASH])
_COUNTS = {
    "events": Count("pk"),
    "people": Count("person_id", distinct=True),
    "launches": Count("pk", filter=Q(kind=Kind.LAUNCH)),
    "syncs": Count("pk", filter=Q(kind=Kind.SYNC)),
    "failed_syncs": Count("pk", filter=Q(kind=Kind.SYNC_FAILED)),
    "errors": Count("pk", filter=_ERRORS),
    "crashes": Count("pk", filter=Q(kind=Kind.CRASH)),
}


def company() -> dict[str, Any]:
    """The last seven days of everybody: numbers, versions, common errors, and who has trouble."""
    rows = _lately()
    people = rows.values("person_id").annotate(version=Max("version"), last=Max("received_at"), **_COUNTS)
    marks = rows.exclude(mark="").values("mark", "kind")
    return {
        "numbers": judged(rows.aggregate(**_COUNTS)),
        "versions": list(
            rows.values("version").annotate(people=_COUNTS["people"]).order_by("-people", "-version")[:MOST]
        ),
        "errors": list(marks.annotate(times=Count("pk"), last=Max("at")).order_by("-times", "mark")[:MOST]),
        "people": [judged(one) for one in people.order_by("-errors", "-failed_syncs", "-last")[:MOST]],
        "features": list(
            rows.filter(kind=Kind.FEATURE)
            .values("payload__feature")
            .annotate(times=Count("pk"))
            .order_by("-times", "payload__feature")[:10]
        ),
    }


def person(person_id: UUID) -> dict[str, Any]:
    """One person's last seven days, and what their app told last."""
    mine = Event.objects.of(person_id).told()
    return {
        "numbers": judged(_lately().filter(person_id=person_id).order_by().aggregate(**_COUNTS)),
        "latest": list(mine[:LATEST]),
        "now": mine.first(),
    }


def judged(numbers: dict[str, Any]) -> dict[str, Any]:
    """With shares in percent: of launches that met an error, and of synchronisations that went well; None for none."""
    good, bad = numbers["syncs"] or 0, numbers["failed_syncs"] or 0
    launches, errors = numbers["launches"] or 0, numbers["errors"] or 0
    return numbers | {
        "sync_health": round(100 * good / (good + bad)) if good + bad else None,
        "error_rate": round(100 * errors / launches) if launches else None,
    }


def _lately() -> Any:
    return Event.objects.told().filter(received_at__gte=clock.now() - SPAN).order_by()


def shares(rows: Iterable[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The rows with `share`: how much of all this one is, in percent."""
    found = list(rows)
    total = sum(one[name] or 0 for one in found)
    return [one | {"share": round(100 * (one[name] or 0) / total) if total else 0} for one in found]
