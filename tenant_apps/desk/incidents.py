"""What is wrong with the platform, as the people who speak with Portico for their company are told.

It comes with the door (`tenants.routing`), so that no page asks for it, and holds nothing of any other company.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portico import referred
from portico.errors import Missing
from tenant_apps.desk.views import workspace
from tenant_apps.people import actions
from tenant_apps.tickets import access

STATES = {
    "investigating": ("Investigating", "red"),
    "identified": ("Identified", "amber"),
    "monitoring": ("Monitoring", "blue"),
    "resolved": ("Resolved", "green"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One incident, as a banner says it; `mark` is the moment of its latest words."""

    key: str
    title: str
    state: str
    tone: str
    words: str
    said_at: datetime
    mark: str
    address: str
    number: str
    is_over: bool


def told(request: HttpRequest) -> list[Told]:
    """What this person's company is told, without what the person has put away."""
    away = getattr(request, "profile", {}).get("put_away", {})
    return [one for one in _all(request) if away.get(one.key) != one.mark]


def of_ticket(request: HttpRequest, incident_id: int | None) -> Told | None:
    """The incident that a request is part of; None when it is in none, or when that has been over for long."""
    rows = _rows(request) if incident_id else ()
    return next((_read(row) for row in rows if row["incident"] == incident_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace
def put_away(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the banner away for oneself, until there is news."""
    one = next((one for one in _all(request) if one.key == str(key)), None)
    if request.method == "POST":
        if one is None:
            raise Missing
        actions.put_away(one.key, one.mark, by=request.actor)
        messages.success(request, "Put away until there is news.")
    return redirect(_back(request))


def _all(request: HttpRequest) -> list[Told]:
    return [_read(row) for row in _rows(request)]


def _rows(request: HttpRequest) -> tuple[Mapping[str, Any], ...]:
    door, actor = getattr(request, "door", None), getattr(request, "actor", None)
    if not (door and door.incidents and actor and actor.kind == "company" and access.may(actor, "see")):
        return ()
    rows: tuple[Mapping[str, Any], ...] = door.incidents
    return rows


def _read(row: Mapping[str, Any]) -> Told:
    label, tone = STATES[row["state"]]
    return Told(
        key=row["key"],
        title=row["title"],
        state=label,
        tone=tone,
        words=row["words"],
        said_at=datetime.fromisoformat(row["said_at"]),
        mark=row["said_at"],
        address=reverse("desk:ticket", args=[row["ticket"]]),
        number=row["number"],
        is_over=row["state"] == "resolved",
    )


def _back(request: HttpRequest) -> str:
    """The page of this host that the person came from, else the requests to Portico."""
    came_from = referred.split(request.headers.get("Referer", ""))
    here = referred.path(came_from) if came_from.netloc == request.META.get("HTTP_HOST") else ""
    return here or reverse("desk:tickets")
