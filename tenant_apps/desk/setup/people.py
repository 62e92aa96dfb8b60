"""Teams, and how people work."""

import zoneinfo
from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from portico.errors import Invalid, Missing
from tenant_apps.desk.setup.pages import done, lines, managers, problems_of, whole
from tenant_apps.people import actions
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, settings, tally

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SEES = {
    "none": "Only what they follow",
    "own": "Their own",
    "team": "Their own and their team’s",
    "all": "All of the company",
}


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def teams(request: HttpRequest) -> HttpResponse:
    """The teams with who is in them; a new one is made here."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            made, event = actions.add_team(request.POST.get("name", ""), by=request.actor)
            return done(request, event, f"{made.name} is there. Choose who is in it.", "team", made.pk)
        except Invalid as no:
            problems = problems_of(no)
    people = _people()
    found = [(one, [who for who in people if str(one.pk) in who.profile.get("teams", ())]) for one in _teams()]
    counts = tally.read(f"team:{one.pk}" for one, _ in found)
    rows = [(one, members, counts[f"team:{one.pk}"]) for one, members in found]
    context = {"rows": rows, "problems": problems, "name": request.POST.get("name", "")}
    return render(request, "setup/teams.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """One team: its name, who is in it, and whether it is still there to choose."""
    found = Team.objects.filter(pk=team_id).first()
    if found is None:
        raise Missing
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _change_team(request, found)
        except Invalid as no:
            problems = problems_of(no)
    people = [(one, str(team_id) in one.profile.get("teams", ())) for one in _people()]
    open_here = tally.read([f"team:{team_id}"])[f"team:{team_id}"]
    context = {"team": found, "people": people, "problems": problems, "open_here": open_here}
    return render(request, "setup/team.html", context, status=422 if problems else 200)


@require_safe
@managers
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the company, with how they work."""
    names = {str(one.pk): one.name for one in _teams()}
    departments, everybody = settings.departments(retired=True), _people()
    loads = tally.load_of(one.pk for one in everybody if one.role in access.COMPANY)
    rows = [
        {
            "person": one,
            "is_agent": one.role in access.COMPANY,
            "load": loads.get(one.pk, 0),
            "teams": [names[key] for key in one.profile.get("teams", ()) if key in names],
            "departments": [departments[key] for key in one.profile.get("departments", ()) if key in departments],
            "is_member": one.role == "member",
            "sees": SEES[one.profile.get("sees", "own")],
        }
        for one in everybody
    ]
    return render(request, "setup/people.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """How one of them works: departments, skills, capacity, hours, whether they are away, what they see."""
    found = next((one for one in _people() if one.pk == person_id), None)
    if found is None:
        raise Missing
    problems: dict[str, str] = {}
    shown = found.profile
    if request.method == "POST":
        given = _profile(request.POST, is_agent=found.role in access.COMPANY)
        try:
            event = actions.set_profile(person_id, given, by=request.actor, seen=request.POST.get("seen", ""))
            return done(request, event, f"Saved. It holds from {found.name}’s next click on.", "person", person_id)
        except Invalid as no:
            problems, shown = problems_of(no), {**found.profile, **given}
    context = {
        "person": found,
        "shown": shown,
        "hours": shown.get("hours") or {},
        "is_agent": found.role in access.COMPANY,
        "is_member": found.role == "member",
        "departments": settings.departments(),
        "days": list(enumerate(DAYS)),
        "zones": sorted(zoneinfo.available_timezones()),
        "sees": SEES,
        "skills": ", ".join(str(one) for one in shown.get("skills", ())),
        "problems": problems,
        "seen": request.POST.get("seen") or actions.mark_of(found.profile),
    }
    return render(request, "setup/person.html", context, status=422 if problems else 200)


def _change_team(request: HttpRequest, found: Team) -> HttpResponse:
    post = request.POST
    if "members" in post or post.get("part") == "members":
        event = actions.set_members(found, _ids(post.getlist("members")), by=request.actor)
        return done(request, event, "Who is in the team is as you set it.", "team", found.pk)
    if post.get("part") in {"retire", "bring_back"}:
        event = actions.change_team(found, is_active=post["part"] == "bring_back", by=request.actor)
        words = (
            "The team is retired. Its requests stay with it." if event and post["part"] == "retire" else "It is back."
        )
        return done(request, event, words, "team", found.pk)
    event = actions.change_team(found, name=post.get("name", ""), by=request.actor)
    return done(request, event, "Renamed. Every request of the team shows it.", "team", found.pk)


def _ids(given: list[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in given]
    except ValueError:
        raise Invalid({"members": ["Please choose from the list."]}) from None


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


def _people() -> list[Any]:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return list(apps.get_model("accounts", "User")._default_manager.filter(is_active=True).order_by("name", "id"))


def _teams() -> list[Team]:
    return list(Team.objects.order_by("-is_active", "name"))
