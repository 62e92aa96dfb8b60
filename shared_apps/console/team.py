"""The platform's people: who they are, what their role lets them do, and what they look after."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portico.actor import SEES_ALL
from portico.errors import Invalid, Missing
from portico.pages import signed_in
from shared_apps.accounts.models import STAFF_ROLES, User
from shared_apps.console.forms import CoverageForm
from shared_apps.staff import access
from shared_apps.staff.access import STAFF
from shared_apps.staff.actions import set_coverage
from shared_apps.staff.models import TicketCoverage
from tenant_apps.tickets import access as ticket_access

staff_only = signed_in(*sorted(STAFF))

# Verbs in the words of the page; who may do them is read from the verb tables themselves.
_VERBS = (
    ("Read and answer tickets they see", ticket_access.MAY["reply"]),
    ("Change the status", ticket_access.MAY["change_status"]),
    ("Take a ticket or put it back", ticket_access.MAY["assign"]),
    ("Assign to others", ticket_access.MAY["assign_others"]),
    ("Reopen what is closed", ticket_access.MAY["reopen_closed"]),
    ("Set coverage", access.MAY["set_coverage"]),
)


@require_safe
@staff_only
def people(request: HttpRequest) -> HttpResponse:
    """Everybody on the team, with role and coverage."""
    actor = request.actor
    covered = _covered(actor.id if not access.may(actor, "see_coverage") else None)
    team = list(_staff().order_by("name", "id"))
    context = {
        "people": [(person, person.role in SEES_ALL, covered.get(person.pk, [])) for person in team],
        "sees_coverage": access.may(actor, "see_coverage"),
        "may_set": access.may(actor, "set_coverage"),
        "roles": list(STAFF_ROLES.values()),
        "verbs": [(words, [role in roles for role in STAFF_ROLES]) for words, roles in _VERBS],
        "sees_all": [role in SEES_ALL for role in STAFF_ROLES],
    }
    return render(request, "console/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def coverage(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """What one of them looks after. It holds from the next request on."""
    access.require(request.actor, "set_coverage")
    person = _staff().filter(pk=admin_id).first()
    if person is None:
        raise Missing
    if request.method != "POST":
        return _choosing(request, person, CoverageForm(initial={"subjects": _covered(person.pk).get(person.pk, [])}))
    form = CoverageForm(request.POST)
    if form.is_valid():
        try:
            set_coverage(person, form.cleaned_data["subjects"], by=request.actor)
        except Invalid as refused:
            form.add_error("subjects", refused.fields["subjects"])
    if not form.is_valid():
        return _choosing(request, person, form, status=422)
    messages.success(request, f"Saved. It holds from {person.name}’s next click on.")
    return redirect("console:team")


def _choosing(request: HttpRequest, person: User, form: CoverageForm, status: int = 200) -> HttpResponse:
    context = {"person": person, "form": form, "person_sees_all": person.role in SEES_ALL}
    return render(request, "console/coverage.html", context, status=status)


def _staff() -> QuerySet[User]:
    return User.objects.filter(role__in=STAFF, is_active=True)


def _covered(only: UUID | None = None) -> dict[UUID, list[str]]:
    """The subjects of each staff member, or of one."""
    rows = TicketCoverage.objects.order_by("subject")
    rows = rows.filter(platform_admin=only) if only else rows
    found: dict[UUID, list[str]] = {}
    for person, subject in rows.values_list("platform_admin_id", "subject_id"):
        found.setdefault(person, []).append(subject)
    return found
