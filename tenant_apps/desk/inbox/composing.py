"""What is typed in a conversation: a reply or a note, and who is spoken to in it."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms

from tenant_apps.desk.forms import EMPTY, KeyedForm
from tenant_apps.tickets.models import Ticket

_MENTION = re.compile(r"(?<![\w@])@(\w[\w.-]*)")


class ComposeForm(KeyedForm):
    """A reply or a note, and what its writer had seen when they began."""

    body = forms.CharField(label="Your reply", error_messages=EMPTY, widget=forms.Textarea)
    mode = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Internal note")], initial="reply")
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    status = forms.CharField(required=False)

    @classmethod
    def fresh(cls, ticket: Ticket, newest: UUID | None) -> "ComposeForm":
        """An empty one, or with the words that were not sent yet."""
        draft = ticket.seat["draft"] or {}
        mode = "note" if ticket.is_closed else draft.get("mode", "reply")
        return cls(initial={"body": draft.get("body", ""), "mode": mode, "seen": newest, "draft_at": draft.get("at")})

    @property
    def is_note(self) -> bool:
        """A note when the tab or the button says so: in doubt words stay inside."""
        return "note" in (self.cleaned_data["mode"], self.data.get("send", ""))

    def content(self) -> list[str]:
        """What makes one sending another: not what its writer had seen."""
        return [str(self.cleaned_data[name]) for name in ("body", "mode", "status")]


def mentioned(body: str, people: Mapping[UUID, Any]) -> list[UUID]:
    """The agents whose first name, or whole name without blanks, stands behind an @."""
    names = {one.casefold().rstrip(".") for one in _MENTION.findall(body)}
    return [key for key, one in people.items() if names & called(one.name)] if names else []


def called(name: str) -> set[str]:
    """How somebody is called behind an @."""
    words = name.casefold().split()
    return {words[0], "".join(words), ".".join(words)} if words else set()
