"""One of the platform's people: what they cover, their role, what they are good at, and whether they may come in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico import keyset
from portico.actor import SEES_ALL
from portico.errors import Invalid, Refused
from portico.pages import render_part
from shared_apps.accounts import access as accounts
from shared_apps.accounts import rescuing
from shared_apps.accounts.confirming import surely
from shared_apps.accounts.models import STAFF_ROLES, User
from shared_apps.console import effect, history
from shared_apps.console.forms import CoverageForm, ReasonForm, SkillsForm
from shared_apps.console.guards import staff_only
from shared_apps.console.team import leads_only, member, undo_address
from shared_apps.staff import access, actions
from shared_apps.staff.models import TicketCoverage

_LATEST = 5


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def coverage(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """What one of them looks after, with what a change would change before it is made."""
    access.require(request.actor, "set_coverage")
    shown = _Shown(member(admin_id))
    if request.method != "POST":
        return _page(request, shown, shown.form())
    form = CoverageForm(shown.choices, request.POST)
    if form.is_valid() and "look" not in request.POST:
        try:
            return _keep(request, shown, form)
        except Refused as refused:
            return _page(request, _Shown(shown.person), form, refused=refused, status=refused.status)
        except Invalid as refused:
            for name, words in refused.fields.items():
                form.add_error(name, words)
    return _page(request, shown, form, status=422 if form.errors else 200)


@require_safe
@leads_only
def past(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """Everything they covered when, latest first."""
    person, cursor = member(admin_id), request.GET.get("cursor")
    try:
        page = keyset.ordered(history.changes(person), "-at", key=UUID, cursor=cursor)
    except Invalid:
        return redirect("console:coverage-history", person.pk)
    context = {
        "person": person,
        "changes": [history.told(row) for row in page.rows],
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
    }
    return render(request, "console/coverage_history.html", context)


@require_POST
@leads_only
def role(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """Give them another role."""
    person, wanted = member(admin_id), request.POST.get("role", "")
    changed = actions.change_role(person, wanted, by=request.actor, seen=request.POST.get("seen", ""))
    words = f"{person.name} is {STAFF_ROLES[wanted].lower()} from the next click on."
    (messages.success if changed else messages.info)(request, words if changed else "Nothing was changed.")
    return redirect("console:coverage", person.pk)


@require_POST
@leads_only
def skills(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """Say what they are good at."""
    person, form = member(admin_id), SkillsForm(request.POST)
    if form.is_valid():
        try:
            actions.set_specialisations(person, form.cleaned_data["skills"], by=request.actor)
        except Invalid as refused:
            form.add_error("skills", refused.fields["skills"])
    if form.errors:
        shown = _Shown(person)
        return _page(request, shown, shown.form(), skills=form, status=422)
    messages.success(request, f"Saved what {person.name} is good at.")
    return redirect("console:coverage", person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@leads_only
def suspend(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """Keep them out from now on; first with what that leaves behind."""
    person, form = member(admin_id), ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.suspend(person, form.cleaned_data["reason"], by=request.actor)
            messages.success(request, f"{person.name} is suspended, and out everywhere.")
            return redirect("console:team")
        except Invalid as refused:
            form.add_error("reason", refused.fields["reason"])
    shown = _Shown(person)
    alone = [one.subject.label for one in shown.choices if one.subject.key in shown.covered and not one.others]
    context = {
        "person": person,
        "form": form,
        "has": effect.open_counts("assignee_id", [person.pk])[person.pk],
        "alone": alone if person.role not in SEES_ALL else [],
    }
    return render(request, "console/suspend.html", context, status=422 if form.errors else 200)


@require_POST
@leads_only
def resume(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """Let them in again."""
    person = member(admin_id)
    actions.resume(person, by=request.actor)
    messages.success(request, f"{person.name} can sign in again.")
    return redirect("console:coverage", person.pk)


@require_POST
@leads_only
def take_second_step(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """They lost phone and codes: they set up another second step before anything else."""
    return _take_second_step(request, rescuing.find(admin_id, by=request.actor))


@surely
def _take_second_step(request: HttpRequest, person: User) -> HttpResponse:
    rescuing.take_away(request, person.pk, by=request.actor)
    messages.success(request, f"The second step of {person.name} is gone. They set up another one when they sign in.")
    return redirect("console:coverage", person.pk)


class _Shown:
    """Somebody of the team with what they cover at this moment, and what there is to cover."""

    def __init__(self, person: User) -> None:
        rows = TicketCoverage.objects.filter(platform_admin=person)
        self.person = person
        self.covered = sorted(rows.values_list("subject_id", flat=True))
        self.choices = effect.choices(person, self.covered)

    def form(self) -> CoverageForm:
        """As it stands now."""
        return CoverageForm(self.choices, initial={"subjects": self.covered})


def _keep(request: HttpRequest, shown: _Shown, form: CoverageForm) -> HttpResponse:
    person, said = shown.person, form.cleaned_data
    reason = said["reason"].strip()
    after = actions.set_coverage(person, said["subjects"], by=request.actor, seen=said["seen"], reason=reason)
    if after == shown.covered:
        messages.info(request, "Nothing was changed: it was so already.")
    else:
        row = history.latest(person, 1)[0].row
        words = f"Saved. It holds from {person.name}’s next click on."
        messages.success(request, words, extra_tags=undo_address(row))
    return redirect("console:coverage", person.pk)


def _page(
    request: HttpRequest,
    shown: _Shown,
    form: CoverageForm,
    *,
    refused: Refused | None = None,
    skills: SkillsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Their page, or the part that tells the effect of a choice; always against what is covered at this moment."""
    actor, person = request.actor, shown.person
    chosen = list(form["subjects"].value() or [])
    changes = history.latest(person, _LATEST + 1)
    context = {
        "person": person,
        "form": form,
        "rows": [(one, one.subject.key in chosen) for one in shown.choices],
        "effect": effect.of(person, shown.covered, chosen, shown.choices),
        "seen": form["seen"].value() if form.is_bound and not refused else actions.mark_of(shown.covered),
        "refused": refused,
        "changes": changes[:_LATEST],
        "more_changes": len(changes) > _LATEST,
        "person_sees_all": person.role in SEES_ALL,
        "can_rescue": bool(person.security.get("factors")) and accounts.reaches(actor, person),
        "is_self": person.pk == actor.id,
        "reaches": access.reaches(actor, person.role),
        "roles": [(key, label) for key, label in STAFF_ROLES.items() if access.reaches(actor, key)],
        "skills_form": skills or SkillsForm(initial={"skills": ", ".join(person.profile.get("skills", ()))}),
    }
    return render_part(request, "console/coverage.html", "console/_effect.html", context, status=status)
