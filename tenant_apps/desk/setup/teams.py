"""Teams: who shares work."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portico.errors import Invalid, Missing
from shared_apps.accounts.models import User
from tenant_apps.desk.setup.pages import done, managers, problems_of
from tenant_apps.people import actions
from tenant_apps.people.models import Team
from tenant_apps.tickets import tally


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
    found = [(one, [who for who in people if str(one.pk) in who.profile.get("teams", ())]) for one in all_teams()]
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


def _people() -> list[Any]:
    return list(User.objects.filter(is_active=True).order_by("name", "id"))


def all_teams() -> list[Team]:
    """All of them, those that are retired last."""
    return list(Team.objects.order_by("-is_active", "name"))
