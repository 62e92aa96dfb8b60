"""Signups on their way, those that wait for a schema, and where an address has an account. Rows are in `public`."""

import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from portico.ids import uuid7

LIFETIME = timedelta(hours=1)
# How long somebody whose address is proven may take their time.
KEPT_FOR = timedelta(days=7)


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


class WishQuerySet(models.QuerySet["Wish"]):
    def stale(self) -> Self:
        """Those that nobody came back for."""
        now = timezone.now()
        return self.filter(
            models.Q(proven_at=None, created_at__lt=now - LIFETIME)
            | models.Q(company_id=None, created_at__lt=now - KEPT_FOR)
            | models.Q(company_id__isnull=False, proven_at__lt=now - timedelta(days=1))
        )

    def current(self) -> Self:
        """Those that may go on."""
        now = timezone.now()
        return self.filter(
            models.Q(proven_at=None, created_at__gt=now - LIFETIME)
            | models.Q(proven_at__isnull=False, created_at__gt=now - KEPT_FOR)
        )


class Wish(models.Model):
    """A signup on its way: whose address it is, and what was chosen so far. No schema is spent on it.

    Who knows `key` goes on with it in this browser; the link in the letter makes another key, so that of two browsers
    the one that read the letter goes on. `company_id` is set when the desk stands.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=40, unique=True, default=new_key)
    email = models.EmailField(max_length=254)
    code_sha256 = models.CharField(max_length=64, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)  # of this code
    letters = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(default=timezone.now)
    proven_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=80, blank=True, default="")
    slug = models.CharField(max_length=40, blank=True, default="")
    terms = models.JSONField(default=dict)  # which version, when
    company_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = WishQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="wish_by_age", fields=["created_at"])]

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def step(self) -> str:
        """What is asked next: code, name, owner; or stands."""
        if self.company_id is not None:
            return "stands"
        if self.proven_at is None:
            return "code"
        return "owner" if self.slug else "name"


class Search(models.Model):
    """Somebody asks where an address has a desk: written for every address alike, answered by a task and gone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class Known(models.Model):
    """That an address has an account at a company, as a digest that only this installation can make."""

    digest = models.CharField(max_length=64, db_index=True)
    company_id = models.BigIntegerField()
    schema = models.CharField(max_length=63)

    class Meta:
        constraints = [models.UniqueConstraint(name="known_once", fields=["schema", "digest"])]

    def __str__(self) -> str:
        return f"{self.digest[:8]} at {self.company_id}"


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
