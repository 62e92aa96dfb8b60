"""One request as its requester reads it: the conversation, where it stands, and what can be done with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portico import clock
from portico.errors import Invalid, Missing, Refused
from portico.pages import render_part, wants_part
from tenant_apps.desk import files, preview, rating
from tenant_apps.desk.forms import ReplyForm
from tenant_apps.desk.once import once
from tenant_apps.portal import conversation, lists
from tenant_apps.portal.forms import EditForm
from tenant_apps.portal.views import for_people
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Message, Ticket


@require_safe
@for_people
def one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request. One that was merged leads to the one that stays, when that is there for this person."""
    found = conversation.find(request.actor, request_id)
    stays = _where_it_went(request, found)
    if stays:
        messages.info(request, f"{found.number} was merged into this request. Everything goes on here.")
        return redirect(_address(stays))
    if not wants_part(request):  # a page in a hidden tab that draws itself anew has not been read
        _look(request, found)
    return _page(request, found, conversation.form_of(found), part="portal/_live.html")


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def reply(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Add to the conversation. What was typed stays on the page until it is kept."""
    found = conversation.find(request.actor, request_id)
    if request.method != "POST":
        return redirect(_address(found))
    if preview.is_wanted(request):
        return preview.part(request)
    form = ReplyForm(request.POST)
    form.full_clean()
    keys = files.take(request, form)
    if form.errors:
        return _page(request, found, form, status=422, keys=keys)
    if "look" in request.POST:
        return _page(request, found, form, keys=keys, look=preview.look(form.cleaned_data["body"]))
    try:
        address = once(form, request.path, lambda: _reply(request, found, form, keys), by=request.actor)
    except Invalid as refused:
        form.take(refused)
        return _page(request, found, form, status=422, keys=keys)
    except Refused as refused:
        found = conversation.find(request.actor, request_id)
        found = _where_it_went(request, found) or found
        return _page(request, found, form, status=409, refused=refused, keys=keys)
    if not request.htmx:
        return redirect(address)
    return _page(request, conversation.find(request.actor, request_id), ReplyForm())


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def draft(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Keep what is being typed, for this person on every machine of theirs."""
    found = conversation.find(request.actor, request_id)
    if request.method != "POST":
        return redirect(_address(found))
    body = request.POST.get("body", "")
    is_kept = actions.keep_draft(found, body, by=request.actor, form=request.POST.get("key", ""))
    if not wants_part(request):
        return redirect(_address(found))
    return render(request, "parts/_draft.html", {"kept_at": clock.now() if is_kept and body.strip() else None})


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def react(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Put a sign on an answer of the team, or take one's own away: `on` is the message and the sign."""
    found = conversation.find(request.actor, request_id)
    key, _, sign = request.POST.get("on", "").partition(":")
    if request.method != "POST" or not key:
        return redirect(_address(found))
    answer = _answer(request, found, key)
    actions.react(answer, sign, by=request.actor)
    if not wants_part(request):
        return redirect(f"{_address(found)}#message-{answer.pk}")
    return _page(request, found, ReplyForm(), part="portal/_live.html")


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def close(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Nothing more is needed. Closing what is closed is no mistake."""
    found = conversation.find(request.actor, request_id)
    if request.method == "POST" and not found.is_closed:
        kind = found.kind
        last = kind.first_of("closed") or kind.first_of("solved")
        if last is None:
            raise Refused("cannot_close", "Requests of this kind are closed by the people who answer them.")
        actions.change_status(found, last.key, by=request.actor)
        messages.success(request, f"{found.number} is closed. Thank you for telling us.")
    return redirect(_address(found))


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def reopen(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """It is not solved after all. What is open already stays so; what is closed is asked again."""
    found = conversation.find(request.actor, request_id)
    if request.method == "POST" and found.is_closed:
        raise Refused("ticket_closed", "This request is closed and stays as it was settled. Please ask again.")
    if request.method == "POST" and not found.is_active:
        actions.change_status(found, found.kind.woken, by=request.actor)
        messages.success(request, f"{found.number} is open again. Write what is still missing.")
    return redirect(_address(found))


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def rate(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say how it went. Words that come too late go into the reply."""
    found = conversation.find(request.actor, request_id)
    if request.method != "POST":
        return redirect(_address(found))

    def show(form: ReplyForm | None, **more: Any) -> HttpResponse:
        now = conversation.find(request.actor, request_id)
        return _page(request, now, form or conversation.form_of(now), **more)

    return rating.keep(request, found, _address(found), show, by=request.actor)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def follow(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Hear of a colleague's request, or not any more."""
    found = conversation.find(request.actor, request_id)
    if request.method != "POST":
        return redirect(_address(found))
    is_on = request.POST.get("on") == "1"
    actions.watch(found, request.actor.id, is_on, by=request.actor)
    words = f"You follow {found.number}." if is_on else f"You do not follow {found.number} any more."
    messages.success(request, words)
    still_there = lists.seen_by(request.actor).filter(pk=found.pk).exists()
    return redirect(_address(found) if still_there else reverse("portal:requests"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def message(request: HttpRequest, request_id: UUID, message_id: UUID) -> HttpResponse:
    """Change what one has written; the message says that it was changed."""
    found = conversation.find(request.actor, request_id)
    said = conversation.messages_of(found, request.actor).filter(pk=message_id, sender_user_id=request.actor.id)
    mine = said.select_related("ticket").first()
    if mine is None:
        raise Missing
    form = EditForm(request.POST if request.method == "POST" else None, initial={"body": mine.body})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(mine, form.cleaned_data["body"], by=request.actor, marked=True)
            return redirect(f"{_address(found)}#message-{mine.pk}")
        except Invalid as refused:
            form.take(refused)
    return _editing(request, found, mine, form)


def _answer(request: HttpRequest, found: Ticket, key: str) -> Message:
    """A message of the team's, as it is told to this person."""
    try:
        answers = conversation.messages_of(found, request.actor).filter(pk=UUID(key), is_staff_reply=True)
    except ValueError:
        raise Missing from None
    answer = answers.select_related("ticket").first()
    if answer is None:
        raise Missing
    return answer


def _editing(request: HttpRequest, found: Ticket, mine: Message, form: EditForm) -> HttpResponse:
    context = {"section": "requests", "ticket": found, "message": mine, "form": form}
    status = 422 if form.errors else 200
    return render_part(request, "portal/message.html", "portal/_edit.html", context, status=status)


def _address(found: Ticket) -> str:
    return reverse("portal:request", args=[found.pk])


def _where_it_went(request: HttpRequest, found: Ticket) -> Ticket | None:
    """The request that this one was merged into, if it is there for this person."""
    if not found.merged_into_id:
        return None
    return lists.seen_by(request.actor).select_related("parent").filter(pk=found.merged_into_id).first()


def _look(request: HttpRequest, found: Any) -> None:
    if lists.is_unread(found, request.actor):
        actions.mark_read(found, by=request.actor)


def _reply(request: HttpRequest, found: Any, form: ReplyForm, keys: list[UUID]) -> str:
    said = actions.reply(found, form.cleaned_data["body"], by=request.actor, marked=True, files=keys)
    if found.unread_by_customer or found.requester_id != request.actor.id:
        actions.mark_read(found, by=request.actor)
    if request.htmx or found.draft:
        actions.forget_draft(found, form.cleaned_data["key"], by=request.actor)
    return f"{_address(found)}#message-{said.pk}"


def _page(
    request: HttpRequest,
    found: Ticket,
    form: ReplyForm,
    *,
    status: int = 200,
    refused: Refused | None = None,
    keys: Sequence[UUID] = (),
    look: str = "",
    part: str = "portal/_talk.html",
    typed_rating: Mapping[str, Any] | None = None,
) -> HttpResponse:
    drawn = conversation.drawn(found, request.actor, everything="all" in request.GET)
    context = {"section": "requests", "form": form, "refused": refused, "address": _address(found), **drawn}
    context |= {"waiting": files.waiting(keys, request), "look": look, "typed_rating": typed_rating}
    response = render_part(request, "portal/request.html", part, context, status=status)
    if status == 409:
        response["HX-Retarget"] = "#talk"  # without a word about where it belongs htmx would not show a refusal
    return response
