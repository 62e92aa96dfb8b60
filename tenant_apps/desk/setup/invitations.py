"""Asking people to join: several at once, or out of a file; who was asked and has not come yet."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico import keyset
from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Refused
from portico.pages import render_part
from tenant_apps.desk.setup.pages import keepers, problems_of
from tenant_apps.desk.setup.teams import all_teams
from tenant_apps.people import access, actions, lists, roles
from tenant_apps.people.actions import importing
from tenant_apps.people.actions.inviting import LASTS, USUAL, Wish
from tenant_apps.people.models import Import, Invitation

_SHOWN, _USUAL_ROLE = 50, "agent"


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def invite(request: HttpRequest) -> HttpResponse:
    """Ask one or several people to join."""
    problems: dict[str, str] = {}
    outcome = None
    if request.method == "POST":
        days = request.POST.get("days", "")
        wish = Wish(
            request.POST.get("role", ""),
            teams=request.POST.getlist("teams"),
            days=int(days) if days.isdecimal() and len(days) < 4 else 0,
        )
        try:
            outcome = actions.invite_several(request.POST.get("emails", ""), wish, by=request.actor)
        except Invalid as no:
            problems = problems_of(no)
        except (Forbidden, Refused) as no:
            problems = {"role": no.message}
    if outcome and not outcome.refused:
        messages.success(request, _invited(len(outcome.invited)))
        return redirect("setup:invitations")
    context = {
        "emails": "\n".join(one for one, _ in outcome.refused) if outcome else request.POST.get("emails", ""),
        "chosen": request.POST.get("role") or _USUAL_ROLE,
        "roles": offered(request.actor),
        "teams": [(one, str(one.pk) in request.POST.getlist("teams")) for one in all_teams() if one.is_active],
        "lasts": LASTS,
        "days": request.POST.get("days") or str(USUAL),
        "problems": problems,
        "outcome": outcome,
        "said": _invited(len(outcome.invited)) if outcome and outcome.invited else "",
        "most": actions.MOST_AT_ONCE,
    }
    return render(request, "setup/invite.html", context, status=422 if problems or outcome else 200)


@require_safe
@keepers
def invitations(request: HttpRequest) -> HttpResponse:
    """Who was asked to join and has not yet, the latest first."""
    cursor = request.GET.get("cursor")
    try:
        page = keyset.by_key(Invitation.objects.waiting(), "created_at", key=UUID, cursor=cursor, limit=_SHOWN)
    except Invalid:
        return redirect("setup:invitations")
    known = roles.known()
    context = {
        "rows": [(one, known[one.role].name if one.role in known else one.role) for one in page.rows],
        "lists": Import.objects.exclude(state=Import.State.LOOKED_AT).filter(made_by=request.actor.id)[:5],
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
        "tab": "invitations",
    }
    return render(request, "setup/invitations.html", context)


@require_POST
@keepers
def resend(request: HttpRequest, invite_id: UUID) -> HttpResponse:
    """Send the mail again, with a link that is good from now on."""
    try:
        found = actions.resend(invite_id, by=request.actor)
        messages.success(request, f"Sent to {found.email} again. The link before leads nowhere any more.")
    except Invalid as no:
        messages.error(request, " ".join(problems_of(no).values()))
    return redirect("setup:invitations")


@require_POST
@keepers
def revoke(request: HttpRequest, invite_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    found = actions.revoke(invite_id, by=request.actor)
    messages.success(request, f"The invitation of {found.email} leads nowhere any more.")
    return redirect("setup:invitations")


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file with people in it; nobody is invited before it was looked at."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None:
                raise Invalid({"file": ["Please choose a file."]})
            content = file.read(lists.MOST_BYTES + 1)
            role = request.POST.get("role", "")
            made, read = importing.look_over(file.name or "", content, role, by=request.actor)
            messages.info(request, f"Read as {read.encoding}, with “{read.delimiter}” between columns.")
            return redirect("setup:import-list", made.pk)
        except Invalid as no:
            problems = problems_of(no)
    context = {
        "roles": offered(request.actor),
        "chosen": request.POST.get("role") or "member",
        "problems": problems,
        "most": lists.MOST_ROWS,
    }
    return render(request, "setup/import.html", context, status=422 if problems else 200)


@require_safe
@keepers
def template(request: HttpRequest) -> HttpResponse:
    """An empty list to fill in, as spreadsheets like it."""
    response = HttpResponse(lists.TEMPLATE, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def look(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What stands in a file before anybody is invited, and then how far it is."""
    if request.method == "POST":
        if "undo" in request.POST:
            ended = importing.take_back(import_id, by=request.actor)
            messages.success(request, f"Taken back: {ended} invitation{'' if ended == 1 else 's'} ended.")
        else:
            importing.begin(import_id, by=request.actor)
        return redirect("setup:import-list", import_id)
    found = importing.find(import_id, by=request.actor)
    known = roles.known()
    names = {str(one.pk): one.name for one in all_teams()}
    context = {
        "list": found,
        "rows": [_line(one, known, names) for one in found.rows[:_SHOWN]],
        "more": max(0, len(found.rows) - _SHOWN),
        "refused": found.refused[: 4 * _SHOWN],
        "is_running": found.state == Import.State.RUNNING,
        "joined": Invitation.objects.filter(import_id=found.pk, used_at__isnull=False).count(),
    }
    return render_part(request, "setup/import_list.html", "setup/_import_progress.html", context)


def offered(actor: Actor) -> list[roles.Role]:
    """The roles that this actor can give."""
    return [one for one in roles.known().values() if access.reaches(actor, one)]


def _line(row: dict[str, Any], known: dict[str, roles.Role], names: dict[str, str]) -> dict[str, Any]:
    teams = ", ".join(names.get(one, "") for one in row["teams"])
    return row | {"role_name": known[row["role"]].name if row["role"] in known else row["role"], "team_names": teams}


def _invited(number: int) -> str:
    return f"{number} invitation{' is' if number == 1 else 's are'} on the way."
