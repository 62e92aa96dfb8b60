"""The shape of what staff type about an incident. Rules are the actions' own."""

from typing import Any

from django import forms

from shared_apps.console.forms import SeenField
from shared_apps.incidents.models import HEADLINE_LENGTH, OPEN_STATES, TITLE_LENGTH, WORDS_LENGTH
from tenant_apps.desk.forms import EMPTY, KeyedForm
from tenant_apps.tickets import catalogue

MEANT = "It is meant so: let every affected company read the name"


class AboutForm(KeyedForm):
    """How it is called, and what it is about."""

    headline = forms.CharField(
        label="Headline", max_length=HEADLINE_LENGTH, help_text="For staff alone.", error_messages=EMPTY
    )
    title = forms.CharField(
        label="What companies read",
        max_length=TITLE_LENGTH,
        help_text="A few words that name nobody: every affected company reads the same.",
        error_messages=EMPTY,
    )
    subject = forms.ChoiceField(label="Subject", error_messages={"required": "Please choose a subject."})
    seen = SeenField(required=False, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, label=MEANT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", "Choose a subject …"), *catalogue.in_use().items()]


class OpenForm(AboutForm):
    """A new one, and the first words if there are some already."""

    words = forms.CharField(
        label="First words to the companies",
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Each company reads them as soon as it is affected. They can come later.",
    )


class WordsForm(KeyedForm):
    """Words to every affected company."""

    words = forms.CharField(
        label="Words to the companies",
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=EMPTY,
    )
    seen = SeenField(required=False, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, label=MEANT)


class SayForm(WordsForm):
    state = forms.ChoiceField(label="State", choices=OPEN_STATES)


class NoteForm(KeyedForm):
    words = forms.CharField(
        label="Note", max_length=WORDS_LENGTH, widget=forms.Textarea(attrs={"rows": 2}), error_messages=EMPTY
    )
