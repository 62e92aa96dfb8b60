"""Writing in a conversation: replies and notes, drafts, taking back, changing, reacting, splitting off; who is here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portico import clock, here
from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.live import signals
from portico.pages import render_part, wants_part
from tenant_apps.desk import files, preview
from tenant_apps.desk.inbox import frame as frames
from tenant_apps.desk.inbox import moves, thread
from tenant_apps.desk.inbox.composing import ComposeForm, mentioned
from tenant_apps.desk.inbox.views import address, after, agents_only, show
from tenant_apps.desk.once import once
from tenant_apps.mailroom import words as mail_words
from tenant_apps.mailroom.models import Incoming
from tenant_apps.notices import delivery
from tenant_apps.tickets import access, actions, attachments
from tenant_apps.tickets.models import Message, Ticket

_OPEN = "inbox/_open.html"


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def reply(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Send a reply, or add a note. What was typed stays on the page until it is kept."""
    ticket = thread.find(request.actor, request_id)
    if request.method != "POST":
        return redirect(address(request, ticket.pk))
    if preview.is_wanted(request):
        return preview.part(request)
    form = ComposeForm(request.POST)
    form.full_clean()
    keys = files.take(request, form)
    if form.errors:
        return _again(request, ticket, form, keys, status=422)
    if "look" in request.POST:
        return _again(request, ticket, form, keys, look=preview.look(form.cleaned_data["body"]))
    try:
        place = once(form, request.path, lambda: _send(request, ticket, form, keys), by=request.actor)
    except Invalid as refused:
        form.take(refused)
        return _again(request, ticket, form, keys, status=422)
    except Refused as refused:
        return _stopped(request, request_id, form, keys, refused)
    if not wants_part(request):
        return redirect(place)
    sent = place.rpartition("message-")[2]
    return show(request, thread.find(request.actor, request_id), sent="" if form.is_note else sent, part=_OPEN)


def _again(
    request: HttpRequest, ticket: Ticket, form: ComposeForm, keys: list[UUID], status: int = 200, **more: Any
) -> HttpResponse:
    """The page with everything that was typed and chosen: words, files, and the step that goes with them."""
    waiting = files.waiting(keys, request)
    return show(request, ticket, form=form, status=status, part=_OPEN, waiting=waiting, **more)


def _send(request: HttpRequest, ticket: Ticket, form: ComposeForm, keys: list[UUID]) -> str:
    words, actor = form.cleaned_data["body"], request.actor
    people = frames.load(actor).people if "@" in words else {}
    message = actions.reply(
        ticket,
        words,
        by=actor,
        marked=True,
        internal=form.is_note,
        mentions=mentioned(words, people),
        seen_message=form.cleaned_data["seen"],
        status=form.cleaned_data["status"],
        can_undo=not form.is_note,
        files=keys,
    )
    if request.htmx or ticket.seat["draft"]:
        actions.forget_draft(ticket, form.cleaned_data["key"], by=actor)
    return f"{address(request, ticket.pk)}#message-{message.pk}"


def _stopped(
    request: HttpRequest, request_id: UUID, form: ComposeForm, keys: list[UUID], refused: Refused
) -> HttpResponse:
    """The words are kept, and what was written meanwhile stands beside them; sending once more means it."""
    ticket = thread.find(request.actor, request_id)
    meanwhile: list[Message] = []
    if refused.code == "written_meanwhile":
        said = Message.objects.of(ticket).told_to(request.actor).exclude(sender_user_id=request.actor.id)
        meanwhile = list(said.filter(pk__gt=form.cleaned_data["seen"]))
        newest = str(max(one.pk for one in meanwhile))
        form = ComposeForm({**request.POST.dict(), "seen": newest})
    response = _again(request, ticket, form, keys, status=409, refused=refused, meanwhile=meanwhile)
    response["HX-Retarget"] = "#talk"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def draft(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Keep what is being typed, for this person on every machine of theirs."""
    ticket = thread.find(request.actor, request_id)
    if request.method != "POST":
        return redirect(address(request, ticket.pk))
    words = {name: request.POST.get(name, "") for name in ("body", "mode")}
    is_kept = actions.keep_draft(ticket, **words, by=request.actor, form=request.POST.get("key", ""))
    if not wants_part(request):
        return redirect(address(request, ticket.pk))
    kept_at = clock.now() if is_kept and words["body"].strip() else None
    return render(request, "parts/_draft.html", {"kept_at": kept_at})


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def said(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What can be done with one message: take it back, change it, react, make a request of it."""
    ticket = thread.find(request.actor, request_id)
    key = (request.POST or request.GET).get("message", "")
    if not key:
        return redirect(address(request, ticket.pk))
    told = Message.objects.of(ticket).told_to(request.actor)
    message = told.filter(pk=moves.uuid_of(key)).select_related("ticket").first()
    if message is None:
        raise Missing
    if request.method != "POST":
        return _tools(request, ticket, message)
    try:
        return _with_message(request, ticket, message)
    except Invalid as refused:
        return _tools(request, ticket, message, refused=refused, status=422)


def _tools(request: HttpRequest, ticket: Ticket, message: Message, status: int = 200, **more: Any) -> HttpResponse:
    """What can be done with a message; `show=why` asks for nothing but why its mail landed here."""
    mail = Incoming.objects.filter(said_id=message.pk, state=Incoming.State.FILED).first()
    context = {
        "ticket": ticket,
        "message": message,
        "mail": mail,
        "why": mail_words.why(mail) if mail else [],
        "reactions": actions.REACTIONS,
        "address": address(request, ticket.pk),
        "may_edit": _may_edit(message, request.actor),
        "here": "inbox",
    } | more
    part = "inbox/_why.html" if request.GET.get("show") == "why" else "inbox/_tools.html"
    return render_part(request, "inbox/message.html", part, context, status=status)


def _may_edit(message: Message, actor: Actor) -> bool:
    return message.author_id == actor.id or access.may(actor, "work_on_all", access.COMPANY_DESK)


def _with_message(request: HttpRequest, ticket: Ticket, message: Message) -> HttpResponse:
    form, actor, done = request.POST, request.actor, ""
    match form.get("do"):
        case "take_back":
            return _take_back(request, ticket, message)
        case "send_again":
            delivery.send_again(message, by=actor)
            done = "The mail leaves once more."
        case "edit":
            actions.edit(message, form.get("body", ""), by=actor, marked=True)
        case "react":
            actions.react(message, form.get("sign", ""), by=actor)
        case "split":
            made = actions.split(message, form.get("subject", ""), by=actor)
            done = f"{made.number} was made out of this message."
        case _:
            raise Invalid({"do": ["This page is too old. Load it again."]})
    return after(request, ticket.pk, done)


def _take_back(request: HttpRequest, ticket: Ticket, message: Message) -> HttpResponse:
    """The words come back to where they were written, and the files with them."""
    keys = [one.pk for one in attachments.of_message(message)]
    actions.take_back(message, by=request.actor)
    actions.keep_draft(ticket, message.body, by=request.actor, mode="note" if message.is_internal else "reply")
    if not wants_part(request):
        messages.success(request, "Taken back. Your words are in the field again.")
        return redirect(address(request, ticket.pk))
    waiting = files.waiting(keys, request)
    return show(request, thread.find(request.actor, ticket.pk), part=_OPEN, taken_back=True, waiting=waiting)


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def presence(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say that one is here, or writes, and hear who else is."""
    ticket = thread.find(request.actor, request_id)
    if request.method != "POST":
        return redirect(address(request, ticket.pk))
    if here.look(ticket.pk, request.actor, is_typing=request.POST.get("typing") == "1"):
        signals.somebody_is_here(ticket)
    context = {"ticket": ticket, "others": here.others(ticket.pk, request.actor)}
    return render(request, "parts/_here.html", context)
