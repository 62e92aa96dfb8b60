"""The console's pages: one queue over all companies, and each of its tickets."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portico.errors import Forbidden, Invalid, Missing, Refusal, Refused
from portico.pages import render_part, signed_in
from shared_apps.console import desk, files
from shared_apps.console import queue as lists
from shared_apps.console.desk import Thread
from shared_apps.console.forms import NOWHERE, AnswerForm, AssignForm, FilterForm, StatusForm
from shared_apps.staff.access import STAFF
from tenant_apps.desk import preview
from tenant_apps.desk.once import once
from tenant_apps.desk.timeline import latest, timeline
from tenant_apps.journal.words import STAFF as STAFF_WORDS
from tenant_apps.tickets import access, workflow

staff_only = signed_in(*sorted(STAFF))
# The forms of a ticket's page that say which version their writer saw (`_seen.html`).
_SEEN_BY = ("composer", "status-form", "take-form", "back-form", "give-form")
form_or_back = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@staff_only
def queue(request: HttpRequest) -> HttpResponse:
    """Every ticket that this staff member can see, latest activity first."""
    form = FilterForm(request.GET)
    filters, company = form.filters()
    cursor = request.GET.get("cursor")
    try:
        page = lists.queue(request.actor, filters, cursor)
    except Invalid:
        return redirect("console:queue")
    numbers = lists.counts(request.actor, filters)
    form.fields["status"].choices = [("", "Any status"), *((key, _counted(key, numbers[key])) for key in workflow.KEYS)]
    context = {
        "form": form,
        "filters": filters,
        "company_name": company,
        "is_unknown": filters.company_id == NOWHERE,
        "is_narrowed": any((filters.status, filters.subject, company, filters.assigned != "all")),
        "rows": page.rows,
        "chosen": workflow.BY_KEY.get(filters.status),
        "ways": [("me", "Mine"), ("unassigned", "Unassigned"), ("all", "All")],
        "covers": sorted(request.actor.covers),
        "is_first": not cursor,
        "next_cursor": page.next_cursor,
    }
    return render_part(request, "console/queue.html", "console/_queue.html", context)


@require_safe
@staff_only
def ticket(request: HttpRequest, index_id: int) -> HttpResponse:
    """One ticket: the conversation with the company, and what can be done about it."""
    return _page(request, desk.thread(index_id, request.actor), part="console/_live.html")


@form_or_back
@staff_only
def reply(request: HttpRequest, index_id: int) -> HttpResponse:
    """Answer the company. What was typed stays on the page until it is kept."""
    form, actor = AnswerForm(request.POST), request.actor
    if request.method != "POST":
        return redirect(_address(index_id))
    if preview.is_wanted(request):
        desk.find(index_id, actor)
        return preview.part(request)
    form.full_clean()
    keys = files.take(request, index_id, form)
    if form.errors:
        return _page(request, desk.thread(index_id, actor), form=form, keys=keys, status=422)
    if "look" in request.POST:
        look = preview.look(form.cleaned_data["body"])
        return _page(request, desk.thread(index_id, actor), form=form, keys=keys, look=look)
    try:
        address = once(form, request.path, lambda: _reply(request, index_id, form, keys), by=actor)
    except Invalid as refused:
        form.take(refused)
        return _page(request, desk.thread(index_id, actor), form=form, keys=keys, status=422)
    except (Forbidden, Refused) as refused:
        return _page(request, desk.thread(index_id, actor), refused=refused, keys=keys, at="talk")
    if not request.htmx:
        return redirect(address)
    return _page(request, desk.thread(index_id, request.actor), keep=False)


@form_or_back
@staff_only
def change_status(request: HttpRequest, index_id: int) -> HttpResponse:
    """Move the ticket on."""
    form = StatusForm(request.POST)

    def act(status: str, seen: int | None) -> str:
        desk.change_status(index_id, status, by=request.actor, seen_version=seen)
        return f"Moved to {workflow.BY_KEY[status].label}."

    return _change(request, index_id, form, act)


@form_or_back
@staff_only
def assign(request: HttpRequest, index_id: int) -> HttpResponse:
    """Take the ticket, give it to somebody, or put it back."""
    form = AssignForm(request.POST)

    def act(admin: Any, seen: int | None) -> str:
        row = desk.assign(index_id, admin, by=request.actor, seen_version=seen)
        return f"Assigned to {row.assignee_name}." if row.assignee_name else "Put back for anybody to take."

    return _change(request, index_id, form, act)


def _counted(key: str, number: str) -> str:
    label = workflow.BY_KEY[key].label
    return f"{label} ({number})" if number != "0" else label


def _address(index_id: int) -> str:
    return reverse("console:ticket", args=[index_id])


def _reply(request: HttpRequest, index_id: int, form: AnswerForm, keys: list[UUID]) -> str:
    """Send it, unless the conversation went on since the writer looked: then reading comes first."""
    body, seen = form.cleaned_data["body"], form.cleaned_data["seen"]
    message = desk.reply(index_id, body, by=request.actor, seen_version=seen, marked=True, files=keys)
    return f"{_address(index_id)}#message-{message.pk}"


def _change(
    request: HttpRequest, index_id: int, form: StatusForm | AssignForm, act: Callable[..., str]
) -> HttpResponse:
    """Do it and say so, or say why not beside the form; unsent words in the composer survive both."""
    if request.method != "POST":
        return redirect(_address(index_id))
    refused: Refusal | None = None
    done = ""
    try:
        if form.is_valid():
            done = act(**form.cleaned_data)
        else:
            refused = Invalid({}, " ".join(str(text) for problems in form.errors.values() for text in problems))
    except (Forbidden, Refused) as no:
        refused = no
    except Invalid as no:
        refused = Invalid(no.fields, " ".join(text for problems in no.fields.values() for text in problems))
    return _changed(request, index_id, form, refused, done)


def _changed(
    request: HttpRequest, index_id: int, form: StatusForm | AssignForm, refused: Refusal | None, done: str
) -> HttpResponse:
    try:
        thread = desk.thread(index_id, request.actor)
    except Missing:
        if not done:
            raise
        messages.success(request, f"{done} You do not cover its subject, so it has left your queue.")
        return _go(request, reverse("console:queue"))
    if done and not request.htmx:
        messages.success(request, done)
        return redirect(_address(index_id))
    return _page(request, thread, refused=refused, at="facts", moving=form, done=done)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def _page(
    request: HttpRequest,
    thread: Thread,
    *,
    form: AnswerForm | None = None,
    moving: StatusForm | AssignForm | None = None,
    refused: Refusal | None = None,
    at: str = "",
    done: str = "",
    keep: bool = True,
    keys: Sequence[UUID] = (),
    look: str = "",
    status: int = 200,
    part: str = "console/_talk.html",
) -> HttpResponse:
    """The ticket's page or the part of it that htmx asked for, always with the state that holds now."""
    actor = request.actor
    typed = request.POST.get("body", "") if keep else ""
    chosen = request.POST.get("status", "") if refused and isinstance(moving, StatusForm) else ""
    context = {
        "row": thread.row,
        "ticket": thread.ticket,
        "company_ref": thread.row.company,
        **_told(request, thread, refused),
        **files.beside(request, thread.row, keys),
        "look": look,
        "form": form or AnswerForm(initial={"body": typed}),
        "status_form": StatusForm(now=thread.ticket.status, initial={"status": chosen}),
        "may": {verb: access.may(actor, verb) for verb in ("reply", "change_status", "assign", "reopen_closed")},
        "staff": desk.staff() if access.may(actor, "assign_others") else [],
        "seen_by": _SEEN_BY,
        "refused": refused,
        "refused_at": at,
        "done": done,
    }
    status = refused.status if refused else status
    response = render_part(request, "console/ticket.html", part, context, status=status)
    if status in {403, 409}:
        response["HX-Retarget"] = "#talk"  # without a word about where it belongs htmx would not show a refusal
    return response


def _told(request: HttpRequest, thread: Thread, refused: Refusal | None) -> dict[str, Any]:
    everything = "all" in request.GET
    whole = timeline(thread.messages, thread.events, reader=request.actor.id, audience=STAFF_WORDS)
    entries, earlier = latest(whole, everything=everything)
    news = entries[-1] if refused and refused.code == "changed_meanwhile" else None
    told = {"entries": entries, "earlier": earlier, "everything": everything, "latest": news}
    return told | {"report": thread.report}
