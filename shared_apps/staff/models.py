"""The subject catalogue and who covers what. Rows in `public`."""

from django.conf import settings
from django.db import models

from portico import clock


class Subject(models.Model):
    """Something a company can ask the platform about. Never deleted, only retired: old tickets name it."""

    key = models.CharField(max_length=60, primary_key=True)
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "key"]

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
