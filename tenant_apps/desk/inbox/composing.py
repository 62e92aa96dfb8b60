"""What is typed in a conversation: a reply or a note, and who is spoken to in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portico import links
from portico.drawing import Drawing
from tenant_apps.desk.forms import EMPTY, KeyedForm, new_key
from tenant_apps.tickets.models import Ticket

_COMPOSE, _CALLED = Drawing("inbox/_compose.html"), Drawing("inbox/_mention.html")
_MENTION = re.compile(r"(?<![\w@])@(\w[\w.-]*)")


class ComposeForm(KeyedForm):
    """A reply or a note, and what its writer had seen when they began."""

    body = forms.CharField(label="Your reply", error_messages=EMPTY, widget=forms.Textarea)
    mode = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Internal note")], initial="reply")
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    status = forms.CharField(required=False)

    @property
    def is_note(self) -> bool:
        """A note when the tab or the button says so: in doubt words stay inside."""
        return "note" in (self.cleaned_data["mode"], self.data.get("send", ""))

    def content(self) -> list[str]:
        """What makes one sending another: not what its writer had seen."""
        return [str(self.cleaned_data[name]) for name in ("body", "mode", "status")]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the composer. A form would bring fields, of which a page that is only read has no use."""

    body: str
    is_note: bool
    seen: str
    key: str
    problem: str = ""
    has_body_problem: bool = False
    is_draft: bool = False
    step: str = ""  # the status that was chosen to go with it

    @classmethod
    def fresh(cls, ticket: Ticket, newest: UUID | None) -> "Words":
        """None yet, or those that were not sent."""
        draft = ticket.seat["draft"] or {}
        is_note = ticket.is_closed or draft.get("mode") == "note"
        return cls(draft.get("body", ""), is_note, _text(newest), new_key(), is_draft=bool(draft.get("at")))

    @classmethod
    def typed(cls, form: ComposeForm) -> "Words":
        """What came with a form, and what is wrong with it."""
        body, mode, seen, key = (form[name].value() for name in ("body", "mode", "seen", "key"))
        problems = form["body"].errors
        problem = " ".join([*problems, *form.non_field_errors()])
        step = _text(form["status"].value())
        return cls(_text(body), mode == "note", _text(seen), _text(key), problem, bool(problems), step=step)


def drawn(context: Mapping[str, Any], csrf_token: str) -> SafeString:
    """The composer of a conversation, out of what its page knows."""
    ticket, words, beside = context["ticket"], context["words"], context["beside"]
    action = links.to("desk:inbox:reply", ticket.pk)
    look = context.get("look")
    waiting = context.get("waiting")
    chosen = next((one for one in context["next_steps"] if one.key == words.step), None)
    return _COMPOSE(
        action=action,
        draft_address=links.to("desk:inbox:draft", ticket.pk),
        use_address=links.to("desk:inbox:use", ticket.pk),
        beside=beside,
        ticket=ticket.pk,
        requester=ticket.requester_name,
        requester_first=ticket.requester_name.split(" ")[0],
        is_closed=ticket.is_closed,
        takes_no_reply=ticket.is_closed and ticket.kind.closed_reply != "reopen",
        works=context["works"],
        next_steps=context["next_steps"],
        is_note=words.is_note,
        key=words.key,
        seen=words.seen,
        body=words.body,
        problem=words.problem,
        has_body_problem=words.has_body_problem,
        is_back=bool(context.get("taken_back")),
        is_draft=words.is_draft,
        is_first=any(context.get(one) for one in ("taken_back", "refused", "begun")),
        is_late=bool(context.get("meanwhile")),
        look="" if look is None else render_to_string("parts/_look.html", {"look": look, "action": action}),
        uploaded=render_to_string("parts/_waiting.html", {"waiting": waiting}) if waiting else "",
        step=chosen.key if chosen else "",
        step_label=chosen.label if chosen else "",
        mentions=_mentions(one.name for one in context["frame"].people.values()),
        csrf_token=csrf_token,
    )


def mentioned(body: str, people: Mapping[UUID, Any]) -> list[UUID]:
    """The agents whose first name, or whole name without blanks, stands behind an @."""
    names = {one.casefold().rstrip(".") for one in _MENTION.findall(body)}
    return [key for key, one in people.items() if names & called(one.name)] if names else []


def called(name: str) -> set[str]:
    """How somebody is called behind an @."""
    words = name.casefold().split()
    return {words[0], "".join(words), ".".join(words)} if words else set()


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _mentions(names: Iterable[str]) -> SafeString:
    return SafeString("".join(_CALLED(name=one, first_name=one.split(" ")[0]) for one in names))
