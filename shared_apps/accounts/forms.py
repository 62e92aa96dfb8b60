"""Signing in: the shape of what is typed."""

from django import forms


class SignInForm(forms.Form):
    email = forms.CharField(label="E-mail", max_length=254, widget=forms.EmailInput)
    password = forms.CharField(label="Password", max_length=200, strip=False, widget=forms.PasswordInput)
