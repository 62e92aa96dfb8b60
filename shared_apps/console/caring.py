"""What staff agree and note about a company: tier, designated agents, notes."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.care import access, actions
from shared_apps.care.models import Care, Note, Tier
from shared_apps.console import companies, company_pages, desk
from shared_apps.console.company_pages import NoteForm
from shared_apps.console.forms import SeenField
from shared_apps.console.guards import form_or_back, staff_only
from tenant_apps.desk.once import once
from tenants.models import Company


class CareForm(forms.Form):
    """Only what the actor may agree on."""

    tier = forms.ChoiceField(label="SLA tier", choices=Tier.choices)
    agents = forms.TypedMultipleChoiceField(
        label="Designated agents", required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    white_label = forms.BooleanField(label="White label: its pages do not name Portico", required=False)
    seen = SeenField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, said: Any = None, *, care: Care, found: Company, may_tier: bool, may_agents: bool, may_label: bool
    ) -> None:
        now = {"tier": care.tier, "agents": [str(one) for one in care.agents], "seen": care.version}
        now |= {"white_label": found.white_label}
        super().__init__(said, initial=now)
        self.fields["agents"].choices = [(str(one.pk), f"{one.name}, {one.role_label}") for one in desk.staff()]
        if not may_tier:
            del self.fields["tier"]
        if not may_agents:
            del self.fields["agents"]
        if not may_label:
            del self.fields["white_label"]


@form_or_back
@staff_only
def care(request: HttpRequest, company: str) -> HttpResponse:
    """Tier and designated agents."""
    found, actor = companies.find(company, request.actor), request.actor
    may = {"may_tier": access.may(actor, "set_tier"), "may_agents": access.may(actor, "designate")}
    may |= {"may_label": access.may(actor, "set_white_label")}
    if not any(may.values()):
        access.require(actor, "designate")
    form = CareForm(request.POST or None, care=Care.of(found.pk), found=found, **may)
    if request.method != "POST" or not form.is_valid():
        return _choosing(request, found, form)
    try:
        actions.agree(found, by=actor, **form.cleaned_data)
    except Invalid as no:
        for name, problems in no.fields.items():
            form.add_error(name, problems)
        return _choosing(request, found, form)
    except Refused as no:
        return _choosing(request, found, CareForm(care=Care.of(found.pk), found=found, **may), no)
    messages.success(request, "Saved. It stands on the company’s page and beside its requests.")
    return redirect("console:company", found.slug)


@form_or_back
@staff_only
def notes(request: HttpRequest, company: str) -> HttpResponse:
    """Write a note."""
    found = companies.find(company, request.actor)
    if request.method != "POST":
        return redirect("console:company", company)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return company_pages.shown(request, found, form=form)
    said, by = {name: form.cleaned_data[name] for name in ("body", "is_confidential")}, request.actor
    try:
        address = once(form, request.path, lambda: _place(actions.write_note(found, **said, by=by), found), by=by)
    except Refused as no:
        return company_pages.shown(request, found, form=form, refused=no)
    return redirect(address)


@form_or_back
@staff_only
def note(request: HttpRequest, company: str, note_id: UUID) -> HttpResponse:
    """Change one's own note, or delete one."""
    found = companies.find(company, request.actor)
    row = Note.objects.about(found.pk).visible_to(request.actor).filter(pk=note_id).first()
    if row is None:
        raise Missing
    if row.author_id != request.actor.id and "delete" not in request.POST:
        raise Forbidden("not_yours", f"{row.author_name} wrote this: nobody else changes it.")
    form = NoteForm(request.POST or None, initial={"body": row.body, "seen": row.version})
    if "delete" in request.POST:
        return _deleted(request, found, row)
    if request.method != "POST" or not form.is_valid():
        return _writing(request, found, row, form)
    try:
        actions.edit_note(found, row.pk, form.cleaned_data["body"], by=request.actor, seen=form.cleaned_data["seen"])
    except Refused as no:
        row.refresh_from_db()
        again = NoteForm(initial={"body": form.cleaned_data["body"], "seen": row.version})
        return _writing(request, found, row, again, no)
    return redirect(_place(row, found))


@require_POST
@staff_only
def bring_back(request: HttpRequest, company: str, note_id: UUID) -> HttpResponse:
    """Undo a deletion."""
    found = companies.find(company, request.actor)
    row = actions.bring_back_note(found, note_id, by=request.actor)
    return redirect(_place(row, found))


def _place(row: Note, company: Company) -> str:
    return f"{reverse('console:company', args=[company.slug])}#note-{row.pk}"


def _choosing(request: HttpRequest, found: Company, form: CareForm, refused: Refused | None = None) -> HttpResponse:
    context = {"found": found, "form": form, "refused": refused}
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "console/company_care.html", context, status=status)


def _writing(
    request: HttpRequest, found: Company, row: Note, form: NoteForm, refused: Refused | None = None
) -> HttpResponse:
    context = {"found": found, "note": row, "form": form, "refused": refused}
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "console/company_note.html", context, status=status)


def _deleted(request: HttpRequest, found: Company, row: Note) -> HttpResponse:
    actions.delete_note(found, row.pk, by=request.actor)
    undo = reverse("console:company-note-back", args=[found.slug, row.pk])
    messages.success(request, "Deleted. It can be brought back for a day.", extra_tags=undo)
    return redirect("console:company", found.slug)
