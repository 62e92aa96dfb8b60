"""The platform's people: who they are, what their role lets them do, and what they look after."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portico.actor import SEES_ALL
from portico.errors import Missing
from portico.pages import signed_in
from shared_apps.accounts.models import STAFF_ROLES, User
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import effect
from shared_apps.console.guards import staff_only
from shared_apps.console.rights import RIGHTS, roles_of
from shared_apps.staff import access, actions
from shared_apps.staff.access import STAFF
from shared_apps.staff.actions import catalogue, coverage
from shared_apps.staff.models import Invitation, TicketCoverage

leads_only = signed_in(*sorted(access.MAY["manage_team"]))


@require_safe
@staff_only
def people(request: HttpRequest) -> HttpResponse:
    """Everybody on the team, with role, coverage and what they have to do; and who is invited."""
    actor = request.actor
    sees_coverage, may_manage = (access.may(actor, verb) for verb in ("see_coverage", "manage_team"))
    covered = _covered(None if sees_coverage else actor.id)
    team = list(User.objects.filter(role__in=STAFF).order_by("name", "id"))
    loads = effect.open_counts("assignee_id", [one.pk for one in team if one.is_active])
    context = {
        "people": [
            (one, one.role in SEES_ALL, covered.get(one.pk, []), loads[one.pk]) for one in team if one.is_active
        ],
        "suspended": [one for one in team if not one.is_active],
        "invitations": _invitations() if may_manage else [],
        "sees_coverage": sees_coverage,
        "may_manage": may_manage,
        "roles": list(STAFF_ROLES.values()),
        "verbs": [(words, [role in roles_of(verbs) for role in STAFF_ROLES]) for words, verbs in RIGHTS.items()],
        "sees_all": [role in SEES_ALL for role in STAFF_ROLES],
    }
    return render(request, "console/team.html", context)


@require_POST
@leads_only
def undo(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Take back a change of coverage or of a subject, unless it was changed again since."""
    row = PlatformAuditLog.objects.filter(pk=event_id, verb__in=(coverage.VERB, catalogue.VERB)).first()
    if row is None:
        raise Missing
    if row.verb == catalogue.VERB:
        actions.undo_subject(row.subject_id, row.facts, by=request.actor)
        return redirect("console:team-subjects")
    person = member(UUID(row.subject_id))
    actions.undo_coverage(person, row.facts, by=request.actor)
    return redirect("console:coverage", person.pk)


def member(admin_id: UUID) -> User:
    """Somebody of the team, suspended or not; Missing for anybody else."""
    person = User.objects.filter(role__in=STAFF, pk=admin_id).first()
    if person is None:
        raise Missing
    return person


def undo_address(row: Any) -> str:
    """Where this change can be taken back."""
    return reverse("console:team-undo", args=[row.id])


def _invitations() -> list[tuple[Invitation, str]]:
    rows: QuerySet[Invitation] = Invitation.objects.waiting().select_related("inviter").order_by("email")
    return [(one, STAFF_ROLES[one.role]) for one in rows]


def _covered(only: UUID | None = None) -> dict[UUID, list[str]]:
    """The subjects of each staff member, or of one."""
    rows = TicketCoverage.objects.order_by("subject")
    rows = rows.filter(platform_admin=only) if only else rows
    found: dict[UUID, list[str]] = {}
    for person, subject in rows.values_list("platform_admin_id", "subject_id"):
        found.setdefault(person, []).append(subject)
    return found
