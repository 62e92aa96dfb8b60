"""The subject catalogue, who covers what, and invitations to the team. Rows in `public`."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from portico import clock
from shared_apps.accounts.invited import INVITED_FOR, Asked

__all__ = ["INVITED_FOR", "Invitation", "Subject", "TicketCoverage"]


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


class Invitation(Asked):
    """A link that makes somebody a member of the team, once."""

    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="invitation_once", condition=Q(used_at=None, revoked_at=None))
        ]
