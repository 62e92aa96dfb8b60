"""Roles of the company's own making: what each allows, one form for each."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.accounts.models import User
from tenant_apps.desk.setup.pages import done, problems_of, role_makers
from tenant_apps.people import access, actions
from tenant_apps.people import roles as known_roles


@require_http_methods(["GET", "HEAD", "POST"])
@role_makers
def roles(request: HttpRequest) -> HttpResponse:
    """All roles with what they allow; another one is made here."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            role, event = _save(request, "")
            return done(request, event, f"{role.name} is there. Give it to people on their page.", "roles")
        except (Invalid, Forbidden, Refused) as no:
            problems = _problems(no)
    held = Counter(
        User.objects.filter(is_active=True, profile__has_key="role").values_list("profile__role__key", flat=True)
    )
    own = [one for one in known_roles.known().values() if one.is_own]
    context = {
        "own": [(one, _words(one), held[one.key]) for one in own],
        "typed": {"name": request.POST.get("name", ""), "base": request.POST.get("base", "agent")},
        "ticked": request.POST.getlist("may"),
        **_form(request, problems),
    }
    return render(request, "setup/roles.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_makers
def role(request: HttpRequest, role_key: str) -> HttpResponse:
    """One of the company's own: its name, what it allows, and the way to take it away."""
    found = known_roles.known().get(role_key)
    if found is None or not found.is_own:
        raise Missing
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            if "drop" in request.POST:
                return done(request, actions.drop_role(role_key, by=request.actor), "The role is gone.", "roles")
            _, event = _save(request, role_key)
            words = f"Saved. It holds from the next click of everybody who is {found.name}."
            return done(request, event, words, "role", role_key)
        except (Invalid, Forbidden, Refused) as no:
            problems = _problems(no)
    sent = request.method == "POST" and "drop" not in request.POST
    context = {
        "role": found,
        "typed": {"name": request.POST.get("name", "") if sent else found.name, "base": found.base},
        "ticked": request.POST.getlist("may") if sent else sorted(found.may),
        "people": list(User.objects.filter(profile__role__key=role_key).order_by("name", "id")[:50]),
        **_form(request, problems),
    }
    return render(request, "setup/role.html", context, status=422 if problems else 200)


def _save(request: HttpRequest, key: str) -> tuple[known_roles.Role, Any]:
    post = request.POST
    return actions.save_role(key, post.get("name", ""), post.get("base", ""), post.getlist("may"), by=request.actor)


def _form(request: HttpRequest, problems: dict[str, str]) -> dict[str, Any]:
    held = access.held(request.actor)
    return {
        "capabilities": [(key, words, key in held) for key, words in known_roles.CAPABILITIES.items()],
        "bases": {key: known_roles.GIVEN[key].name for key in known_roles.BASES},
        "problems": problems,
    }


def _words(role: known_roles.Role) -> list[str]:
    return [words for key, words in known_roles.CAPABILITIES.items() if key in role.may]


def _problems(no: Invalid | Forbidden | Refused) -> dict[str, str]:
    return problems_of(no) if isinstance(no, Invalid) else {"may": no.message}
