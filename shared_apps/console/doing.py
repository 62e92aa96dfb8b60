"""What staff do with one ticket from its page: answer, move it on, give it to somebody, take the next one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portico import here
from portico.errors import Forbidden, Invalid, Missing, Refusal, Refused
from portico.live import signals
from shared_apps.console import desk, files, listing
from shared_apps.console.forms import AnswerForm, AssignForm, ImportanceForm, StatusForm
from shared_apps.console.guards import form_or_back, staff_only
from shared_apps.console.views import page
from tenant_apps.desk import preview
from tenant_apps.desk.once import once
from tenant_apps.tickets import workflow


@form_or_back
@staff_only
def reply(request: HttpRequest, index_id: int) -> HttpResponse:
    """Answer the company. What was typed stays on the page until it is kept."""
    form, actor = AnswerForm(request.POST), request.actor
    if request.method != "POST":
        return redirect(_address(request, index_id))
    if preview.is_wanted(request):
        desk.find(index_id, actor)
        return preview.part(request)
    form.full_clean()
    keys = files.take(request, index_id, form)
    if form.errors:
        return page(request, desk.thread(index_id, actor), form=form, keys=keys, status=422)
    if "look" in request.POST:
        look = preview.look(form.cleaned_data["body"])
        return page(request, desk.thread(index_id, actor), form=form, keys=keys, look=look)
    try:
        address = once(form, request.path, lambda: _reply(request, index_id, form, keys), by=actor)
    except Invalid as refused:
        form.take(refused)
        return page(request, desk.thread(index_id, actor), form=form, keys=keys, status=422)
    except (Forbidden, Refused) as refused:
        return page(request, desk.thread(index_id, actor), refused=refused, keys=keys, at="talk")
    if not request.htmx:
        return redirect(address)
    return page(request, desk.thread(index_id, request.actor), keep=False)


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


@form_or_back
@staff_only
def set_importance(request: HttpRequest, index_id: int) -> HttpResponse:
    """Say how important the ticket is."""

    def act(importance: str, seen: int | None) -> str:
        row = desk.set_importance(index_id, importance, by=request.actor, seen_version=seen)
        return f"Its importance is {importance}, its priority {row.priority}."

    return _change(request, index_id, ImportanceForm(request.POST), act)


@form_or_back
@staff_only
def presence(request: HttpRequest, index_id: int) -> HttpResponse:
    """Say that one is here, or writes, and hear who else is."""
    if request.method != "POST":
        return redirect(_address(request, index_id))
    row = desk.find(index_id, request.actor)
    if here.look(row.pk, request.actor, is_typing=request.POST.get("typing") == "1"):
        signals.staff_are_here(row)
    return render(request, "parts/_here.html", {"others": here.others(row.pk, request.actor)})


@form_or_back
@staff_only
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the next ticket that waits for somebody, and open it."""
    row = desk.take_next(by=request.actor) if request.method == "POST" else None
    if row:
        return redirect(_address(request, row.pk))
    if request.method == "POST":
        messages.info(request, "Nothing is left to take: everything open that you cover is somebody's work already.")
    return redirect(reverse("console:queue") + listing.query_of(request))


def _address(request: HttpRequest, index_id: int) -> str:
    """The ticket's page, beside the list it was opened from."""
    return reverse("console:ticket", args=[index_id]) + listing.query_of(request)


def _reply(request: HttpRequest, index_id: int, form: AnswerForm, keys: list[UUID]) -> str:
    """Send it, unless the conversation went on since the writer looked: then reading comes first."""
    body, seen = form.cleaned_data["body"], form.cleaned_data["seen"]
    message = desk.reply(index_id, body, by=request.actor, seen_version=seen, marked=True, files=keys)
    return f"{_address(request, index_id)}#message-{message.pk}"


def _change(
    request: HttpRequest, index_id: int, form: StatusForm | AssignForm | ImportanceForm, act: Callable[..., str]
) -> HttpResponse:
    """Do it and say so, or say why not beside the form; unsent words in the composer survive both."""
    if request.method != "POST":
        return redirect(_address(request, index_id))
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
    return _changed(request, index_id, refused, done)


def _changed(request: HttpRequest, index_id: int, refused: Refusal | None, done: str) -> HttpResponse:
    try:
        thread = desk.thread(index_id, request.actor)
    except Missing:
        if not done:
            raise
        messages.success(request, f"{done} You do not cover its subject, so it has left your queue.")
        return _go(request, reverse("console:queue") + listing.query_of(request))
    if done and not request.htmx:
        messages.success(request, done)
        return redirect(_address(request, index_id))
    return page(request, thread, refused=refused, at="facts", done=done)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)
