"""What an invitation is, wherever people join: the platform's team and each company have a table of their own."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Self

from django.db import models

from portico import clock
from portico.ids import uuid7

INVITED_FOR = timedelta(days=7)


class InvitationQuerySet(models.QuerySet[Any]):
    """Who was asked to join."""

    def waiting(self) -> Self:
        """Neither used nor taken back; some may be too old by now."""
        return self.filter(used_at=None, revoked_at=None)

    def named(self, code: str) -> Self:
        """The one with this code, if it can still be used."""
        return self.marked(digest(code))

    def marked(self, mark: str) -> Self:
        """The same by what is kept of a code."""
        return self.waiting().filter(digest=mark, expires_at__gt=clock.now())


class Asked(models.Model):
    """A link that makes somebody a member, once. Only the digest of its code is kept.

    Each table adds who invited, and that an address waits once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.email

    @property
    def is_too_old(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= clock.now()

    def renew(self, lasts: timedelta = INVITED_FOR) -> str:
        """Another code, good from now on; the one before leads nowhere. The caller saves."""
        code = secrets.token_urlsafe(32)
        self.digest, self.expires_at = digest(code), clock.now() + lasts
        return code


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()
