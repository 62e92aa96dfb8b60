"""The people of the company: who is here, how each works, and what becomes of somebody who goes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.pages import render_part
from shared_apps.accounts.models import User
from tenant_apps.desk.setup.pages import done, either, keepers, lines, problems_of, whole
from tenant_apps.desk.setup.teams import all_teams
from tenant_apps.people import access as keeping
from tenant_apps.people import actions, finding, roles
from tenant_apps.people.actions.profiles import LANGUAGES
from tenant_apps.people.forms import DAYS, zones
from tenant_apps.people.models import Invitation
from tenant_apps.tickets import access, distribution, settings, tally

SEES = {
    "none": "Only what they follow",
    "own": "Their own",
    "team": "Their own and their team’s",
    "all": "All of the company",
}


@require_safe
@keepers
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the company, a page at a time, narrowed by words, role, team and whether they are here."""
    asked, cursor = _asked(request), request.GET.get("cursor")
    try:
        page = finding.page(asked, cursor)
    except Invalid:
        return redirect("setup:people")
    teams, known = all_teams(), roles.known()
    context = {
        "rows": list(_rows(page.rows, {str(one.pk): one.name for one in teams})),
        "asked": asked,
        "menus": _menus(asked, known, teams),
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
        "waiting": Invitation.objects.waiting().count(),
        "tab": "people",
    }
    return render(request, "setup/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@either
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Somebody of the company: how they work, what they see, their role, and whether they may come in."""
    found = _found(person_id)
    if request.method != "POST":
        return _person(request, found)
    given = _profile(request.POST, is_agent=found.role in access.COMPANY)
    try:
        event = actions.set_profile(person_id, given, by=request.actor, seen=request.POST.get("seen", ""))
        return done(request, event, f"Saved. It holds from {found.name}’s next click on.", "person", person_id)
    except Invalid as no:
        return _person(request, found, problems=problems_of(no), typed=given, status=422)


@require_POST
@keepers
def role(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give them another role."""
    found = _found(person_id)
    try:
        event = actions.change_role(
            person_id, request.POST.get("role", ""), by=request.actor, seen=request.POST.get("seen", "")
        )
    except (Invalid, Refused, Forbidden) as no:
        return _person(request, found, problems=_problem("role", no), status=no.status)
    return done(request, event, f"{found.name} is that from the next click on.", "person", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def deactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Keep them out from now on; first with what that leaves behind, and who gets it."""
    found, problems, status = _found(person_id), {}, 200
    if request.method == "POST":
        try:
            event = actions.deactivate(person_id, _heir(request), by=request.actor)
            words = f"{found.name} is deactivated, and out everywhere."
            return done(request, event, words, "person", person_id)
        except (Invalid, Refused, Forbidden) as no:
            problems, status = _problem("to", no), no.status
    agents = [one for one in distribution.agents() if one.pk != person_id]
    loads = tally.load_of(one.pk for one in agents)
    context = {
        "person": found,
        "leaves": actions.what_leaves(found),
        "heirs": [(one, loads[one.pk], distribution.away(one.profile)) for one in agents],
        "to": request.POST.get("to", ""),
        "problems": problems,
    }
    return render(request, "setup/deactivate.html", context, status=status)


@require_POST
@keepers
def reactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Let them in again."""
    found = _found(person_id)
    actions.reactivate(person_id, by=request.actor)
    messages.success(request, f"{found.name} can sign in again.")
    return redirect("setup:person", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def ownership(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Make somebody the owner in one's own place; first with what that means."""
    keeping.require(request.actor, "pass_ownership")
    found, problems = _found(person_id), {}
    if request.method == "POST":
        try:
            actions.pass_ownership(person_id, by=request.actor)
            messages.success(request, f"{found.name} owns the company now. You are a manager.")
            return redirect("setup:people")
        except Invalid as no:
            problems = problems_of(no)
    context = {"person": found, "problems": problems}
    return render(request, "setup/ownership.html", context, status=422 if problems else 200)


def _person(
    request: HttpRequest,
    found: User,
    *,
    problems: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {**found.profile, **(typed or {})}
    context = {
        **_standing(request, found),
        "shown": shown,
        "hours": shown.get("hours") or {},
        "departments": settings.departments(),
        "days": list(enumerate(DAYS)),
        "zones": zones(),
        "sees": SEES,
        "skills": ", ".join(str(one) for one in shown.get("skills", ())),
        "seen": request.POST.get("seen") or actions.mark_of(found.profile),
        "problems": problems or {},
        "handing": actions.progress_of(found),
    }
    return render_part(request, "setup/person.html", "setup/_person_handing.html", context, status=status)


def _standing(request: HttpRequest, found: User) -> dict[str, Any]:
    """Who they are here, and what may be done about it."""
    actor, now, known = request.actor, roles.of(found), roles.known()
    names = {str(one.pk): one.name for one in all_teams()}
    keeps = keeping.may(actor, "manage_people")
    return {
        "person": found,
        "is_agent": found.role in access.COMPANY,
        "is_member": found.role == "member",
        "is_self": found.pk == actor.id,
        "now": roles.key_of(found),
        "roles": [one for one in known.values() if keeping.reaches(actor, one)],
        "allows": [words for key, words in roles.CAPABILITIES.items() if key in now.may],
        "teams": [names[key] for key in found.profile.get("teams", ()) if key in names],
        "away": distribution.away(found.profile),
        "language": LANGUAGES.get(found.profile.get("language") or "-", ""),
        "keeps": keeps,
        "may_change": keeps and found.pk != actor.id and keeping.reaches(actor, now),
        "may_pass": keeping.may(actor, "pass_ownership") and found.is_active and found.role in ("manager", "agent"),
        "configures": access.may(actor, "configure", access.COMPANY_DESK) and found.is_active,
    }


def _rows(found: list[User], names: dict[str, str]) -> Any:
    departments = settings.departments(retired=True)
    loads = tally.load_of(one.pk for one in found if one.role in access.COMPANY)
    for one in found:
        yield {
            "person": one,
            "is_agent": one.role in access.COMPANY,
            "load": loads.get(one.pk, 0),
            "away": distribution.away(one.profile),
            "teams": [names[key] for key in one.profile.get("teams", ()) if key in names],
            "departments": [departments[key] for key in one.profile.get("departments", ()) if key in departments],
            "is_member": one.role == "member",
            "sees": SEES[one.profile.get("sees", "own")],
        }


def _asked(request: HttpRequest) -> finding.Asked:
    given = {name: request.GET.get(name, "")[:80] for name in ("role", "team")}
    state = request.GET.get("state", "")
    return finding.Asked(
        request.GET.get("q", "")[:80].strip(), **given, state=state if state in finding.STATES else "active"
    )


def _menus(asked: finding.Asked, known: dict[str, roles.Role], teams: list[Any]) -> list[tuple[str, str, str, Any]]:
    """Each menu: its name, its label, what is chosen, and what there is."""
    return [
        ("role", "Role", asked.role, {"": "Any", **{key: one.name for key, one in known.items()}}),
        ("team", "Team", asked.team, {"": "Any", **{str(one.pk): one.name for one in teams}}),
        ("state", "State", asked.state, finding.STATES),
    ]


def _found(person_id: UUID) -> User:
    found: User | None = User.objects.filter(pk=person_id).first()
    if found is None:
        raise Missing
    return found


def _heir(request: HttpRequest) -> UUID | None:
    chosen = request.POST.get("to", "")
    try:
        return UUID(chosen) if chosen else None
    except ValueError:
        raise Invalid({"to": ["Please choose from the list."]}) from None


def _problem(part: str, no: Invalid | Refused | Forbidden) -> dict[str, str]:
    return problems_of(no) if isinstance(no, Invalid) else {part: no.message}


def _profile(post: Any, *, is_agent: bool) -> dict[str, Any]:
    if not is_agent:
        return {"sees": post.get("sees", "own")}
    hours = {
        "days": post.getlist("days"),
        "from": post.get("from", ""),
        "to": post.get("to", ""),
        "zone": post.get("zone", ""),
    }
    return {
        "departments": post.getlist("departments"),
        "skills": lines(post.get("skills", "")),
        "capacity": whole(post, "capacity", 0),
        "hours": hours if hours["days"] or hours["from"] or hours["to"] else None,
        "away": "away" in post,
    }
