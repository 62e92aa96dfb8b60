"""The shape of what people type. Lengths and other rules are the actions' own; what they refuse is shown here."""

from typing import Any

from django import forms

from portico.errors import Invalid
from portico.ids import uuid7
from tenant_apps.tickets import catalogue, priority

EMPTY = {"required": "Please write something."}


def new_key() -> str:
    """A key that no form has had."""
    return uuid7().hex


class KeyedForm(forms.Form):
    """A form that knows itself again: `key` is new with every drawn form and stays when it is sent twice."""

    key = forms.Field(required=False, widget=forms.HiddenInput, initial=new_key)

    def take(self, refused: Invalid) -> None:
        """Show what an action refused beside the fields it names."""
        for name, problems in refused.fields.items():
            self.add_error(name if name in self.fields else None, problems)

    def content(self) -> list[str]:
        """What was typed, without the key."""
        return [str(value) for name, value in sorted(self.cleaned_data.items()) if name != "key"]


class ReplyForm(KeyedForm):
    body = forms.CharField(label="Your reply", error_messages=EMPTY, widget=forms.Textarea)


URGENCIES = (
    ("critical", "Critical: nobody can work"),
    ("high", "High: some cannot work"),
    ("medium", "Medium: it disturbs"),
    ("low", "Low: when there is time"),
)


class RequestForm(KeyedForm):
    subject = forms.ChoiceField(label="Topic", error_messages={"required": "Please choose a topic."})
    sub_subject = forms.CharField(label="Which part of it", required=False)
    urgency = forms.ChoiceField(label="How urgent is it?", required=False, choices=URGENCIES, initial=priority.DEFAULT)
    description = forms.CharField(label="What happens?", error_messages=EMPTY, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", "Choose a topic …"), *catalogue.choices()]
