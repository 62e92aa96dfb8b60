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
    names = dict(_people().filter(pk__in=[one["person_id"] for one in found["people"]]).values_list("pk", "name"))
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
    """What one person's app told."""
    somebody = _people().filter(pk=person_id).first()
    if somebody is None:
        raise Missing
    quiet = somebody.profile.get("telemetry", True) is False
    return render(
        request, "setup/telemetry_person.html", {"person": somebody, "quiet": quiet} | looking.person(person_id)
    )


def _people() -> Any:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")._default_manager
