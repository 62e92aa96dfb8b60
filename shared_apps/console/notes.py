"""Notes beside a request: rows of `shared_apps.care` in `public`, drawn in the conversation, never in the company."""

from typing import Any

from django import forms

from shared_apps.care.actions import LONGEST, About
from shared_apps.care.models import Note
from shared_apps.console.forms import SeenField
from shared_apps.console.models import TicketIndex
from tenant_apps.desk.forms import KeyedForm
from tenant_apps.tickets.models import Message


class NoteForm(KeyedForm):
    note = forms.CharField(
        label="Note for colleagues",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST,
        error_messages={"required": "Please write something."},
    )
    is_confidential = forms.BooleanField(label="Confidential", required=False)
    seen = SeenField(required=False, widget=forms.HiddenInput)

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes."""
        return {"body": self.cleaned_data["note"], "is_confidential": self.cleaned_data["is_confidential"]}


def about(row: TicketIndex) -> About:
    """The request that a note is about."""
    return About(row.ticket_id, row.number)


def as_said(note: Note) -> Message:
    """The note as the conversation draws what was said. It is never saved: nothing of it enters a company."""
    said = Message(
        id=note.pk,
        sender_type=Message.Sender.AGENT,
        sender_admin_id=note.author_id,
        sender_name=note.author_name,
        body=note.body,
        created_at=note.created_at,
        is_internal=True,
        edits=[{}] if note.edited_at else [],
    )
    said.__dict__["is_confidential"] = note.is_confidential
    return said
