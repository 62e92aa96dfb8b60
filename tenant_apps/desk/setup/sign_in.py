"""What is asked of those who sign in, who does without, and help for whoever lost their second step."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from portico.errors import Invalid
from shared_apps.accounts import access, rescuing, rules
from shared_apps.accounts.confirming import surely
from shared_apps.accounts.models import COMPANY_ROLES, User
from tenant_apps.desk.setup.pages import done, only_managers, problems_of, whole
from tenant_apps.tickets import actions, settings
from tenant_apps.tickets.actions import configuring

_MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
@surely
def overview(request: HttpRequest) -> HttpResponse:
    """Which roles need a second step, how long one may do without, and how old a password may become."""
    shown: dict[str, Any] = settings.read("sign_in")["sign_in"]
    problems: dict[str, str] = {}
    if request.method == "POST":
        shown = shown | {
            "second_step": request.POST.getlist("second_step"),
            "grace_days": whole(request.POST, "grace_days", 0),
            "password_days": whole(request.POST, "password_days", 0),
        }
        try:
            seen = whole(request.POST, "version")
            event = actions.set_to("sign_in", shown, by=request.actor, seen_version=seen)
            return done(request, event, "This is asked of whoever signs in from now on.", "sign-in")
        except Invalid as no:
            problems = problems_of(no)
    return _page(request, shown, problems)


@require_POST
@only_managers
def take_away(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Somebody lost phone and codes: their second step goes, and they set up another one."""
    return _take_away(request, rescuing.find(person_id, by=request.actor))


@surely
def _take_away(request: HttpRequest, person: User) -> HttpResponse:
    rescuing.take_away(request, person.pk, by=request.actor)
    messages.success(request, f"{person.name} signs in with the password alone now, and was told so by mail.")
    return redirect("setup:sign-in")


def _page(request: HttpRequest, shown: dict[str, Any], problems: dict[str, str]) -> HttpResponse:
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    asked = rules.read(shown if not problems else {})
    roles = list(asked.second_step)
    context = {
        "roles": [(key, label, key in shown["second_step"]) for key, label in COMPANY_ROLES.items()],
        "shown": shown,
        "problems": problems,
        "version": request.POST.get("version") or configuring.version_of("sign_in"),
        "without": people.filter(role__in=roles).exclude(security__factors__gt=0)[:_MOST_SHOWN],
        "protected": [
            (one, access.reaches(request.actor, one)) for one in people.filter(security__factors__gt=0)[:_MOST_SHOWN]
        ],
    }
    return render(request, "setup/sign_in.html", context, status=422 if problems else 200)
