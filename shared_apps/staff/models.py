"""The subject catalogue, who covers what, and invitations to the team. Rows in `public`."""

import hashlib
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from portico import clock
from portico.ids import uuid7

INVITED_FOR = timedelta(days=7)


class SubjectQuerySet(models.QuerySet["Subject"]):
    """What there is to ask about."""

    def on_offer(self) -> Self:
        """For new tickets."""
        return self.filter(is_active=True)

    def to_cover(self) -> Self:
        """All with tickets of their own: retired ones too, but none that became part of another."""
        return self.filter(merged_into=None)


class Subject(models.Model):
    """Something a company can ask the platform about. Never deleted, only retired: old tickets name it.

    One that was merged into another is retired as well. Its tickets follow, company by company; `tickets_to_move` says
    how many there were when that began, and `merged_at` when the last of them had moved.
    """

    key = models.CharField(max_length=60, primary_key=True)
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    tickets_to_move = models.PositiveIntegerField(default=0, db_default=0)
    merged_at = models.DateTimeField(null=True, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="subject_merged_is_retired", condition=Q(merged_into=None) | Q(is_active=False)
            ),
            models.CheckConstraint(
                name="subject_not_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=models.F("key"))
            ),
        ]

    def __str__(self) -> str:
        return self.label


class TicketCoverage(models.Model):
    """A staff member looks after a subject, in all companies."""

    platform_admin = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="coverage", db_index=False
    )
    subject = models.ForeignKey(Subject, models.PROTECT, db_column="subject", db_index=False, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        # The constraint's index is the one that every look-up of a person's coverage uses.
        constraints = [models.UniqueConstraint(fields=["platform_admin", "subject"], name="staff_coverage_once")]

    def __str__(self) -> str:
        return f"{self.platform_admin_id} covers {self.subject_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Who was asked to join."""

    def waiting(self) -> Self:
        """Neither used nor taken back; some may be too old by now."""
        return self.filter(used_at=None, revoked_at=None)

    def named(self, code: str) -> Self:
        """The one with this code, if it can still be used."""
        digest = hashlib.sha256(code.encode()).hexdigest()
        return self.waiting().filter(digest=digest, expires_at__gt=clock.now())


class Invitation(models.Model):
    """A link that makes somebody a member of the team, once. Only the digest of its code is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="invitation_once", condition=Q(used_at=None, revoked_at=None))
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_too_old(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= clock.now()
