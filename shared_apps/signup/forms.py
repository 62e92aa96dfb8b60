"""Signup: the shape of what is typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portico import naming
from shared_apps.accounts.forms import NewPassword, Words, refuse_weak
from shared_apps.accounts.models import User
from shared_apps.signup import names
from tenants.models import Company


class Address(forms.CharField):
    """The subdomain. What the browser wrote for other scripts, and capital letters, are brought to one form first."""

    def to_python(self, value: Any) -> str:
        return names.tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        against = names.problem(value)
        if against:
            raise ValidationError(against)


class CompanyName(Words):
    """A company's name, which is never the platform's."""

    problem = staticmethod(naming.problem_with_company)


class EmailForm(forms.Form):
    """Whose letter it is to be."""

    email = forms.EmailField(
        label="E-mail",
        max_length=User._meta.get_field("email").max_length,
        error_messages={"required": "Where do we reach you?", "invalid": "This does not look like an e-mail address."},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code from the letter",
        max_length=20,
        error_messages={"required": "Type the six digits from our letter."},
    )


class NameForm(forms.Form):
    name = CompanyName(
        label="Company",
        max_length=Company._meta.get_field("name").max_length,
        error_messages={"required": "What is your company called?"},
    )
    slug = Address(label="Address")


class OwnerForm(forms.Form):
    """The owner of the desk; `email` is the address that was proven."""

    owner_name = Words(
        label="Your name",
        max_length=User._meta.get_field("name").max_length,
        error_messages={"required": "What are you called?"},
    )
    password = NewPassword()
    terms = forms.BooleanField(
        label="I accept the terms", error_messages={"required": "Please read the terms and accept them."}
    )

    def __init__(self, *args: Any, email: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self._email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        refuse_weak(self, User(email=self._email, name=cleaned.get("owner_name", "")))
        return cleaned
