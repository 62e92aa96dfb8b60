"""What staff note beside a request: written, changed, deleted and brought back. For staff alone, and some for few."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portico.errors import Forbidden, Missing, Refused
from portico.live import signals
from shared_apps.care import access, actions
from shared_apps.care.models import Note
from shared_apps.console import desk, listing, notes
from shared_apps.console.guards import form_or_back, staff_only
from shared_apps.console.models import TicketIndex
from shared_apps.console.notes import NoteForm
from shared_apps.console.views import page
from tenant_apps.desk.once import once
from tenants.models import Company


@form_or_back
@staff_only
def write(request: HttpRequest, index_id: int) -> HttpResponse:
    """Add a note to the conversation; what was typed as a reply stays."""
    if request.method != "POST":
        return redirect(_address(request, index_id))
    row, form = desk.find(index_id, request.actor), NoteForm(request.POST)
    if not form.is_valid():
        return page(request, desk.thread(index_id, request.actor), note_form=form, at="note", status=422)
    try:
        address = once(form, request.path, lambda: _written(request, row, form), by=request.actor)
    except Refused as no:
        return page(request, desk.thread(index_id, request.actor), note_form=form, refused=no, at="facts")
    if not request.htmx:
        return redirect(address)
    return page(request, desk.thread(index_id, request.actor), done="Noted, for Portico’s staff alone.")


@form_or_back
@staff_only
def note(request: HttpRequest, index_id: int, note_id: UUID) -> HttpResponse:
    """Change one's own note, or delete one."""
    row, actor = desk.find(index_id, request.actor), request.actor
    found = _found(row, note_id, request)
    if "delete" in request.POST:
        return _deleted(request, row, found)
    is_own = found.author_id == actor.id
    if not is_own and (request.method == "POST" or not access.may(actor, "delete_notes_of_others")):
        raise Forbidden("not_yours", f"{found.author_name} wrote this: nobody else changes it.")
    before = {"note": found.body, "is_confidential": found.is_confidential, "seen": found.version}
    form = NoteForm(request.POST or None, initial=before)
    if request.method != "POST" or not form.is_valid():
        return _writing(request, row, found, form)
    said = form.said if access.may(actor, "confide") else {"body": form.said["body"]}
    try:
        changed = actions.edit_note(
            _company(row), found.pk, by=actor, about=notes.about(row), seen=form.cleaned_data["seen"], **said
        )
    except Refused as no:
        found.refresh_from_db()
        again = NoteForm(initial={"note": form.said["body"], "seen": found.version, **_marked(form)})
        return _writing(request, row, found, again, no)
    _signal(row, changed, was_told=not found.is_confidential)
    return redirect(_place(request, row, found))


@require_POST
@staff_only
def bring_back(request: HttpRequest, index_id: int, note_id: UUID) -> HttpResponse:
    """Undo a deletion."""
    row = desk.find(index_id, request.actor)
    found = actions.bring_back_note(_company(row), note_id, by=request.actor, about=notes.about(row))
    _signal(row, found)
    return redirect(_place(request, row, found))


def write_note(row: TicketIndex, body: str, *, by: Any, is_confidential: bool = False) -> Note:
    """Note it and tell open pages of those who are told it: for page and API."""
    found = actions.write_note(_company(row), body, by=by, about=notes.about(row), is_confidential=is_confidential)
    _signal(row, found)
    return found


def _written(request: HttpRequest, row: TicketIndex, form: NoteForm) -> str:
    return _place(request, row, write_note(row, by=request.actor, **form.said))


def _found(row: TicketIndex, note_id: UUID, request: HttpRequest) -> Note:
    there = Note.objects.visible_to(request.actor).beside(row.ticket_id)
    found = there.filter(pk=note_id, company_id=row.company_id).first()
    if found is None:
        raise Missing
    return found


def _company(row: TicketIndex) -> Company:
    return Company.objects.get(pk=row.company_id)


def _signal(row: TicketIndex, found: Note, *, was_told: bool = False) -> None:
    """After commit, to all who are told it, or who were until now."""
    is_confidential = found.is_confidential and not was_told
    transaction.on_commit(lambda: signals.staff_noted(row, is_confidential=is_confidential), robust=True)


def _marked(form: NoteForm) -> dict[str, Any]:
    return {"is_confidential": form.said["is_confidential"]}


def _address(request: HttpRequest, index_id: int) -> str:
    return reverse("console:ticket", args=[index_id]) + listing.query_of(request)


def _place(request: HttpRequest, row: TicketIndex, found: Note) -> str:
    return f"{_address(request, row.pk)}#message-{found.pk}"


def _writing(
    request: HttpRequest, row: TicketIndex, found: Note, form: NoteForm, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "row": row,
        "note": found,
        "form": form,
        "refused": refused,
        "is_own": found.author_id == request.actor.id,
        "may_confide": access.may(request.actor, "confide"),
        "beside": listing.query_of(request),
    }
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "console/ticket_note.html", context, status=status)


def _deleted(request: HttpRequest, row: TicketIndex, found: Note) -> HttpResponse:
    actions.delete_note(_company(row), found.pk, by=request.actor, about=notes.about(row))
    _signal(row, found)
    undo = reverse("console:ticket-note-back", args=[row.pk, found.pk]) + listing.query_of(request)
    messages.success(request, "Deleted. It can be brought back for a day.", extra_tags=undo)
    return redirect(_address(request, row.pk))
