"""What the desktop apps of the company's people tell: whether they may, how they do, and one person's in full."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from portico.errors import Missing
from tenant_apps.desk.setup.pages import done, managers, whole
from tenant_apps.telemetry import looking
from tenant_apps.tickets import actions, settings
from tenant_apps.tickets.actions import configuring


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def overview(request: HttpRequest) -> HttpResponse:
    """The last seven days, and the switch for everybody."""
    if request.method == "POST":
        share, version = {"share": "share" in request.POST}, whole(request.POST, "version")
        event = actions.set_to("telemetry", share, by=request.actor, seen_version=version)
        return done(request, event, "It holds from the next event on.", "telemetry")
    found = looking.company()
    names = _names([one["person_id"] for one in found["people"]])
    for one in found["people"]:
        one["name"] = names.get(one["person_id"], "Somebody who left")
    context = found | {
        "versions": looking.shares(found["versions"], "people"),
        "share": settings.read("telemetry")["telemetry"]["share"],
        "version": configuring.version_of("telemetry"),
    }
    return render(request, "setup/telemetry.html", context)


@require_safe
@managers
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What the app of one person, or of one key, told."""
    name = _names([person_id]).get(person_id)
    if name is None:
        raise Missing
    quiet = _rows("User").filter(pk=person_id, profile__telemetry=False).exists()
    return render(request, "setup/telemetry_person.html", {"name": name, "quiet": quiet} | looking.person(person_id))


def _names(ids: list[UUID]) -> dict[UUID, str]:
    """What the people are called, and the company's own keys: an app that uses one tells in its name."""
    keys = _rows("Token").filter(pk__in=ids).values_list("pk", "label")
    people = _rows("User").filter(pk__in=ids).values_list("pk", "name")
    return {pk: f"{label} (key)" for pk, label in keys} | dict(people)


def _rows(model: str) -> Any:
    # Models are named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", model)._default_manager
