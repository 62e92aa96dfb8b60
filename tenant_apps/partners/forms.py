"""What managers type about a partner's application."""

from typing import Any
from uuid import UUID, uuid4

from django import forms

from portico.api import scopes
from portico.errors import Invalid
from shared_apps.accounts.access import KEY_ROLES
from tenant_apps.partners import redirects
from tenant_apps.partners.actions import Wish
from tenant_apps.partners.models import App

_KINDS = {
    "secret": "It runs on a server of the partner and can keep a secret",
    "open": "It runs on people’s own devices or in their browser and cannot",
}


class AppForm(forms.Form):
    """A new application. The hidden number makes a form that is sent twice add one."""

    name = forms.CharField(label="Name", max_length=80, error_messages={"required": "Give it a name."})
    redirects = forms.CharField(
        label="Where people go back to",
        required=False,
        max_length=redirects.MOST * (redirects.LONGEST + 2),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One on each line, complete, like https://partner.example/back. It is compared to the letter.",
    )
    kind = forms.ChoiceField(label="Where it runs", choices=list(_KINDS.items()), initial="secret")
    scopes = forms.MultipleChoiceField(
        label="The most it may ask for",
        widget=forms.CheckboxSelectMultiple,
        choices=list(scopes.COMPANY.items()),
        error_messages={"required": "Choose what it may ask for.", "invalid_choice": "There is no such scope."},
    )
    role = forms.ChoiceField(
        label="By itself, without a person, it acts as",
        required=False,
        choices=[("", "Nobody: only for people who let it"), *KEY_ROLES.items()],
    )
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        typed = self.cleaned_data
        lines = typed["redirects"].split()
        return Wish(typed["name"], lines, typed["scopes"], self.is_confidential(), self.number(), typed["role"])

    def is_confidential(self) -> bool:
        """Whether it keeps a secret."""
        return bool(self.cleaned_data["kind"] == "secret")

    def number(self) -> UUID:
        """What tells this form from another."""
        once: UUID = self.cleaned_data["once"]
        return once

    def refuse(self, no: Invalid) -> None:
        """Put what an action refused beside its fields."""
        for part, words in no.fields.items():
            self.add_error(part if part in self.fields else None, words)


class ChangeForm(AppForm):
    """One that is there already; where it runs stays as it is."""

    def __init__(self, app: App, *args: Any, **more: Any) -> None:
        self.app = app
        shown = {"name": app.name, "redirects": "\n".join(app.redirects), "scopes": app.scopes, "role": app.role}
        super().__init__(*args, **more | {"initial": shown})
        del self.fields["kind"], self.fields["once"]
        if not app.is_confidential:
            del self.fields["role"]

    def wish(self) -> Wish:
        self.cleaned_data.setdefault("role", "")
        return super().wish()

    def is_confidential(self) -> bool:
        return self.app.is_confidential

    def number(self) -> UUID:
        return self.app.pk
