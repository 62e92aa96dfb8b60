"""Signups that wait for a schema. Rows are in `public` and live for minutes."""

import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

LIFETIME = timedelta(hours=1)


def new_key() -> str:
    """Who knows the key may see the signup finish, so it is not to be guessed."""
    return secrets.token_urlsafe(24)


class WaitingSignupQuerySet(models.QuerySet["WaitingSignup"]):
    def current(self) -> Self:
        """Those that may still be finished."""
        return self.filter(created_at__gt=timezone.now() - LIFETIME)

    def stale(self) -> Self:
        """Those that nobody came back for."""
        return self.exclude(created_at__gt=timezone.now() - LIFETIME)


class WaitingSignup(models.Model):
    """What somebody asked for while no schema was ready. The password is kept as its hash."""

    key = models.CharField(max_length=40, primary_key=True, default=new_key)
    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=40, unique=True)
    owner_name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    password = models.CharField(max_length=128)
    created_at = models.DateTimeField(default=timezone.now)

    objects = WaitingSignupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
