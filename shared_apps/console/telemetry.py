"""How the desktop apps of all companies do, from numbers alone: nobody's name and no text is in them."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portico import clock
from portico.actor import Actor
from shared_apps.care import access
from shared_apps.console import companies
from shared_apps.console.guards import staff_only
from shared_apps.usage.models import COUNTS, Hour
from tenant_apps.telemetry.looking import judged, shares
from tenants.models import Company

SPAN, MOST, FEW = timedelta(days=7), 50, 4


@require_safe
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    """All companies together, and those with the most trouble that this staff member knows."""
    rows = _lately()
    summed = _known(rows, request.actor).summed("company_id")
    worst = sorted(summed, key=lambda one: (-one["errors"], -one["failed_syncs"], one["company_id"]))
    found = Company.objects.in_bulk([one["company_id"] for one in worst[:MOST]])
    context = _told(rows) | {
        "companies": [(found.get(one["company_id"]), judged(one)) for one in worst[:MOST]],
        "more": max(0, len(worst) - MOST),
    }
    return render(request, "console/telemetry.html", context)


@require_safe
@staff_only
def company(request: HttpRequest, company: str) -> HttpResponse:
    """One company's apps."""
    found = companies.find(company, request.actor)
    return render(
        request, "console/telemetry_company.html", {"found": found} | _told(_lately().filter(company_id=found.pk))
    )


def summary(company_id: int) -> dict[str, Any]:
    """One company's last seven days in short, with one statement: its numbers, and its versions by their share."""
    rows = _lately().filter(company_id=company_id).summed("version")
    together = {name: sum(row[name] or 0 for row in rows) for name in ("errors", *COUNTS)}
    versions = sorted(rows, key=lambda one: -one["launches"])[:FEW]
    return {"numbers": judged(together), "versions": shares(versions, "launches")}


def _lately() -> Any:
    return Hour.objects.filter(hour__gte=clock.now() - SPAN)


def _known(rows: Any, actor: Actor) -> Any:
    """Hours of the companies that this staff member knows; for those who know all no company is asked about."""
    seen = companies.visible_to(actor).values("pk")
    return rows if access.may(actor, "see_every") else rows.filter(company_id__in=seen)


def _told(rows: Any) -> dict[str, Any]:
    (numbers,) = rows.summed()
    hours = rows.filter(hour__gte=clock.now() - timedelta(hours=24)).summed("hour")
    return {
        "numbers": judged(numbers),
        "pace": _pace(numbers),
        "versions": shares(sorted(rows.summed("version"), key=lambda one: -one["launches"])[:MOST], "launches"),
        "systems": shares(sorted(rows.summed("system"), key=lambda one: -one["launches"]), "launches"),
        "hours": hours,
        # Nobody is named in an hour, so people of several hours cannot be told apart: one hour is as far as it goes.
        "busiest": max((one["people"] for one in hours), default=0),
        "most": max((one["errors"] + one["failed_syncs"] for one in hours), default=0),
    }


def _pace(numbers: dict[str, Any]) -> int | None:
    """How long a synchronisation takes, in milliseconds."""
    return round(numbers["sync_ms"] / numbers["syncs"]) if numbers.get("syncs") else None
