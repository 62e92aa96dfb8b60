"""Signing in, choosing a password, and making keys for programs: the shape of what is typed."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from portico import naming
from portico.api import scopes
from portico.api.scopes import OF_COMPANIES_ALONE
from portico.errors import Invalid
from shared_apps.accounts.access import KEY_ROLES
from shared_apps.accounts.actions import HISTORY, history_of
from shared_apps.accounts.keys import MOST_ADDRESSES, Wish
from shared_apps.accounts.models import User

_LASTS = {"30": "30 days", "90": "90 days", "365": "A year", "day": "Until a day of your choice"}


class SignInForm(forms.Form):
    email = forms.CharField(label="E-mail", max_length=254, widget=forms.EmailInput)
    password = forms.CharField(label="Password", max_length=200, strip=False, widget=forms.PasswordInput)


class AddressForm(forms.Form):
    """An e-mail address, and nothing that would tell whose it is."""

    email = forms.EmailField(label="E-mail", max_length=254)


class CodeForm(forms.Form):
    """A code from a mail, an app or a list."""

    code = forms.CharField(label="Code", max_length=40, error_messages={"required": "Type the code."})


class PasskeyForm(forms.Form):
    """A name for a new passkey, and what the browser said of it."""

    name = forms.CharField(label="Name", max_length=60, required=False)
    credential = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class NewPassword(forms.CharField):
    """A password that is chosen; its form asks `refuse_weak` as well, once it knows whose it is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Password")
        kwargs.setdefault("help_text", "At least ten characters; a short sentence is best.")
        kwargs.setdefault("error_messages", {"required": "Choose a password."})
        super().__init__(max_length=200, strip=False, widget=forms.PasswordInput, **kwargs)


def refuse_weak(form: forms.Form, person: User) -> None:
    """Mark the form's `password` when it is too weak for this person."""
    if "password" in form.cleaned_data:
        try:
            validate_password(form.cleaned_data["password"], person)
        except ValidationError as against:
            form.add_error("password", against)
            return
        if any(check_password(form.cleaned_data["password"], old) for old in [person.password, *history_of(person)]):
            form.add_error("password", f"This is one of your last {HISTORY + 1} passwords. Please choose another.")


class PasswordForm(forms.Form):
    """Another password for this person."""

    password = NewPassword(label="New password")

    def __init__(self, person: User, *args: Any) -> None:
        super().__init__(*args)
        self._person = person

    def clean(self) -> dict[str, Any]:
        refuse_weak(self, self._person)
        return self.cleaned_data


class Words(forms.CharField):
    """A name as people write it, in any script, without what cannot be seen."""

    problem = staticmethod(naming.problem_with_words)

    def clean(self, value: Any) -> str:
        against = self.problem(value.strip()) if isinstance(value, str) else ""
        if against:
            raise ValidationError(against)
        return super().clean(value)


class JoinForm(forms.Form):
    """What somebody who was invited chooses for themselves."""

    name = Words(
        label="Your name",
        max_length=User._meta.get_field("name").max_length,
        error_messages={"required": "What are you called?"},
    )
    password = NewPassword()

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        refuse_weak(self, User(email=self.email, name=cleaned.get("name", "")))
        return cleaned


class KeyForm(forms.Form):
    """A key of one's own. The hidden number makes a form that is sent twice make one key."""

    name = forms.CharField(label="Name", max_length=80, error_messages={"required": "Give it a name."})
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it may do.", "invalid_choice": "There is no such scope."},
    )
    expires = forms.ChoiceField(label="How long it lasts")
    until = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a day like 2027-01-31."},
    )
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    not_for_people: frozenset[str] = OF_COMPANIES_ALONE

    def __init__(self, *args: Any, is_staff: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        lasts = _LASTS | ({"never": "For ever"} if settings.KEYS_WITHOUT_END else {})
        self.fields["expires"].choices = list(lasts.items())
        known = scopes.STAFF if is_staff else scopes.COMPANY
        self.fields["scopes"].choices = [one for one in known.items() if one[0] not in self.not_for_people]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("expires") == "day" and not found.get("until") and "until" not in self.errors:
            self.add_error("until", "Which day?")
        return found

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        typed = self.cleaned_data
        return Wish(typed["name"], typed["scopes"], self._end(), typed["once"], **self._of_company())

    def refuse(self, no: Invalid) -> None:
        """Put what an action refused beside its fields."""
        for part, words in no.fields.items():
            self.add_error(part if part in self.fields else None, words)

    def _end(self) -> datetime | None:
        lasts = self.cleaned_data["expires"]
        if lasts == "day":
            return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time(23, 59, 59)))
        return None if lasts == "never" else timezone.now() + timedelta(days=int(lasts))

    def _of_company(self) -> dict[str, Any]:
        return {}


class CompanyKeyForm(KeyForm):
    """A key of the company, which acts in its own name."""

    not_for_people = frozenset()
    role = forms.ChoiceField(label="It acts as", choices=list(KEY_ROLES.items()))
    addresses = forms.CharField(
        label="Only from these addresses",
        required=False,
        max_length=60 * MOST_ADDRESSES,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One on each line, like 192.0.2.7 or 192.0.2.0/24. Left empty, it works from everywhere.",
    )

    def _of_company(self) -> dict[str, Any]:
        lines = self.cleaned_data["addresses"].replace(",", "\n").split()
        return {"role": self.cleaned_data["role"], "addresses": lines}
