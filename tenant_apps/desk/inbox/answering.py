"""One reply, or note, to several requests: written once, looked at as each will read it, sent to each by itself."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from portico import several
from portico.actor import Actor
from portico.errors import Refusal
from tenant_apps.desk import preview
from tenant_apps.desk.forms import EMPTY, KeyedForm
from tenant_apps.desk.inbox import bulk, moves
from tenant_apps.desk.inbox import frame as frames
from tenant_apps.desk.inbox.composing import mentioned
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.desk.once import once
from tenant_apps.tickets import actions, kinds, recipes
from tenant_apps.tickets.models import BODY_LENGTH, Recipe, Ticket

_WORDS = ("body", "mode", "solve")


class AnswerForm(KeyedForm):
    """What all of them get. The words may have variables in them, as those of saved replies do."""

    body = forms.CharField(label="Your words", max_length=BODY_LENGTH, error_messages=EMPTY, widget=forms.Textarea)
    mode = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Internal note")], initial="reply")
    solve = forms.BooleanField(label="And set them to solved", required=False)

    def clean_body(self) -> str:
        words = str(self.cleaned_data["body"])
        wrong = recipes.unknown(words, Recipe.Kind.REPLY)
        if wrong:
            known = ", ".join(f"{{{{ {name} }}}}" for name in recipes.VARIABLES)
            raise forms.ValidationError(f"There is no {{{{ {wrong[0]} }}}}. You can use: {known}.")
        return words

    def clean_key(self) -> str:
        return str(self.cleaned_data["key"] or "")

    @property
    def is_note(self) -> bool:
        return bool(self["mode"].value() == "note")

    @property
    def solves(self) -> bool:
        return bool(self["solve"].value())

    def content(self) -> list[str]:
        """What makes one sending another: the words, and to whom they go."""
        return [*(str(self.cleaned_data[name]) for name in _WORDS), *self.data.getlist("ticket")]


@dataclass(slots=True)
class Getting:
    """One of the chosen requests: why it cannot get this, or how it will read there."""

    ticket: Ticket
    reason: str = ""
    look: SafeString | str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def answer(request: HttpRequest) -> HttpResponse:
    """Write, look at it, and send: each is a step of this page, and nothing happens before the last one."""
    if request.method != "POST":
        return redirect("desk:inbox")
    if "undo" in request.POST:
        return _undo(request)
    chosen = _chosen(request)
    if not chosen:
        messages.warning(request, "Choose the requests first that get your reply.")
        return redirect(bulk.place_of(request))
    step = "check" if "look" in request.POST else "" if "insert" in request.POST else request.POST.get("step", "")
    if step not in ("check", "send"):
        return _writing(request, chosen, _begun(request))
    form = AnswerForm(request.POST)
    if preview.is_wanted(request):
        return _look(request, chosen, form)
    if not form.is_valid():
        return _writing(request, chosen, form, status=422)
    if step == "check":
        return _checking(request, chosen, form)
    place = once(form, request.path, lambda: _send(request, chosen, form), by=request.actor)
    _tell(request, form.cleaned_data["key"])
    return redirect(place)


def _chosen(request: HttpRequest) -> list[UUID]:
    """The keys of the chosen requests, as many as the bar takes; whoever chose more is told so."""
    chosen = list(dict.fromkeys(moves.uuid_of(one) for one in request.POST.getlist("ticket")))
    if len(chosen) > bulk.MOST:
        messages.warning(request, f"{bulk.MOST} at once are the most: the first of them were taken.")
    return chosen[: bulk.MOST]


def _begun(request: HttpRequest) -> AnswerForm:
    """The form with what was typed so far, and behind it the saved reply that was chosen."""
    start = {name: request.POST[name] for name in (*_WORDS, "key") if request.POST.get(name)}
    if "insert" in request.POST:
        key = moves.uuid_of(request.POST["insert"])
        offered = recipes.for_actor(request.actor, Recipe.Kind.REPLY)
        text = next((one.content.get("text", "") for one in offered if one.pk == key), "")
        start["body"] = f"{start.get('body', '').rstrip()}\n\n{text}".strip()
    return AnswerForm(initial=start)


def _writing(
    request: HttpRequest, chosen: list[UUID], form: AnswerForm, status: int = 200, **more: Any
) -> HttpResponse:
    replies = recipes.for_actor(request.actor, Recipe.Kind.REPLY)
    context = _told(request, chosen, form) | {"replies": replies, "variables": recipes.VARIABLES} | more
    return render(request, "inbox/answer.html", context, status=status)


def _checking(request: HttpRequest, chosen: list[UUID], form: AnswerForm) -> HttpResponse:
    context = _told(request, chosen, form)
    for one in context["getting"]:
        one.look = preview.look(recipes.render(form.cleaned_data["body"], one.ticket, request.actor))
    return render(request, "inbox/answer.html", context | {"checks": True})


def _look(request: HttpRequest, chosen: list[UUID], form: AnswerForm) -> HttpResponse:
    """The words as the first of them will read, while somebody types."""
    getting = _told(request, chosen, form)["getting"]
    words = request.POST.get("body", "")
    words = recipes.render(words, getting[0].ticket, request.actor) if getting else words
    context = {"look": preview.look(words), "action": request.get_full_path()}
    return render(request, "parts/_look.html", context)


def _told(request: HttpRequest, chosen: list[UUID], form: AnswerForm) -> dict[str, Any]:
    """Who gets it and who does not, and what the page needs beside."""
    there = Ticket.objects.visible_to(request.actor, Ticket.Desk.COMPANY)
    found = {one.pk: one for one in there.filter(pk__in=chosen)}
    kinds.attach(found.values(), kinds.load())
    each = [Getting(found[key], _reason(found[key], form, request.actor)) for key in chosen if key in found]
    return {
        "form": form,
        "chosen": chosen,
        "getting": [one for one in each if not one.reason],
        "without": [one for one in each if one.reason],
        "gone": len(chosen) - len(found),
        "back": bulk.place_of(request),
        "here": "inbox",
    }


def _reason(ticket: Ticket, form: AnswerForm, by: Actor) -> str:
    """Why this one cannot get it, by the very rules that sending it will ask; empty when it can."""
    status = bulk.step_to(ticket, "solved") if form.solves else ""
    try:
        actions.require_reply(ticket, by=by, internal=form.is_note, status=status)
    except Refusal as no:
        return several.words_of(no)
    return ""


def _send(request: HttpRequest, chosen: list[UUID], form: AnswerForm) -> str:
    """Say it in each of them; the address of the list, with the way back."""
    words, by, is_note = form.cleaned_data["body"], request.actor, form.is_note
    held: list[UUID] = []
    people = frames.load(by).people if "@" in words else {}

    def say(ticket: Ticket, words: str, by: Actor) -> several.Step | None:
        words = recipes.render(words, ticket, by)
        called = mentioned(words, people)
        with transaction.atomic():
            message = actions.reply(
                ticket, words, by=by, marked=True, internal=is_note, mentions=called, can_undo=not is_note
            )
            step = bulk.solve(ticket, by) if form.solves else None
        if is_note:
            return step
        held.append(message.pk)
        return {"do": "take_back", "value": f"{message.pk}:{step['value'] if step else ''}"}

    outcome = bulk.each(chosen, say, words, by)
    actions.hold_together(held, by=by)
    name = several.remember(outcome.steps, by)
    key, told = form.cleaned_data["key"], {"done": outcome.done, "refused": outcome.refused, "is_note": is_note}
    again = {"words": form.cleaned_data, "chosen": [str(one) for one in chosen]}
    cache.set(_key(key, by), told | again, several.UNDO_SECONDS)
    return several.with_undo(bulk.place_of(request), name, said=key if held else "")


def _tell(request: HttpRequest, key: str) -> None:
    """What became of it; a second sending of the same form is told the same."""
    kept = cache.get(_key(key, request.actor))
    if not kept:
        return
    done, refused = kept["done"], kept["refused"]
    if kept.get("is_undone"):
        messages.warning(request, "This was sent and taken back, and is not sent again. Please begin a new reply.")
        return
    if done:
        what, how = "note" if kept["is_note"] else "reply", "stands in" if kept["is_note"] else "goes to"
        messages.success(request, f"Your {what} {how} {_many(done)}.")
    if refused:
        messages.warning(request, f"Not sent to {len(refused)}: {' '.join(refused)}")


def _undo(request: HttpRequest) -> HttpResponse:
    """Take it back everywhere; the words come back to where they were written."""
    key = _key(request.POST.get("said", ""), request.actor)
    kept = cache.get(key) or {}
    outcome = bulk.undo(request.POST["undo"], request.actor)
    if outcome.done and kept:
        cache.set(key, kept | {"is_undone": True}, several.UNDO_SECONDS)  # who goes back and sends it again is told so
        messages.success(request, f"Taken back from {_many(outcome.done)}. Your words are here again.")
    elif kept.get("is_undone"):  # clicked twice: what the browser shows is the answer to the second
        messages.success(request, "Taken back already. Your words are here again.")
        return _words_again(request, kept)
    if outcome.refused:
        messages.warning(request, f"Not undone for {len(outcome.refused)}: {' '.join(outcome.refused)}")
    return _words_again(request, kept) if outcome.done and kept else redirect(bulk.place_of(request))


def _words_again(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    start = {name: kept["words"][name] for name in _WORDS}
    return _writing(request, [UUID(one) for one in kept["chosen"]], AnswerForm(initial=start))


def _many(count: int) -> str:
    return f"{count} request{'' if count == 1 else 's'}"


def _key(key: str, by: Actor) -> str:
    return f"desk-answer:{by.id}:{key[:40]}"
