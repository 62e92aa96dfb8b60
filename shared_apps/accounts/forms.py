"""Signing in, and choosing a password: the shape of what is typed."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from shared_apps.accounts.models import User


class SignInForm(forms.Form):
    email = forms.CharField(label="E-mail", max_length=254, widget=forms.EmailInput)
    password = forms.CharField(label="Password", max_length=200, strip=False, widget=forms.PasswordInput)


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
