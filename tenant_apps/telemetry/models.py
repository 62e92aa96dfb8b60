"""What a desktop app tells. One table: events, and the reports that came with a request."""

from typing import Self
from uuid import UUID

from django.db import models

from portico import clock
from portico.ids import uuid7


class Kind(models.TextChoices):
    LAUNCH = "app_launch", "Started"
    SYNC = "sync_success", "Synchronised"
    SYNC_FAILED = "sync_failure", "Could not synchronise"
    ERROR_PAGE = "error_page", "Showed an error"
    CRASH = "crash", "Crashed"
    FEATURE = "feature_use", "Used a feature"
    REPORT = "report", "Report with a request"


TROUBLE = (Kind.SYNC_FAILED, Kind.ERROR_PAGE, Kind.CRASH)


class EventQuerySet(models.QuerySet["Event"]):
    """What apps told."""

    def told(self) -> Self:
        """Without the reports, which belong to a request and not to the numbers."""
        return self.exclude(kind=Kind.REPORT)

    def of(self, person: UUID) -> Self:
        """One person's, the latest first."""
        return self.filter(person_id=person).order_by("-received_at", "-id")


class Event(models.Model):
    """Something that happened in somebody's app. All text is cleaned before it is kept (`cleaning`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField()  # by the clock of the app
    received_at = models.DateTimeField(default=clock.now)
    person_id = models.UUIDField(null=True)
    version = models.CharField(max_length=40)
    system = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    mark = models.CharField(max_length=100, blank=True, default="")  # what is the same error
    ticket_id = models.UUIDField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="telemetry_received"),
            models.Index("person_id", models.F("received_at").desc(), name="telemetry_person"),
            models.Index(fields=["ticket_id"], name="telemetry_ticket", condition=models.Q(ticket_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.version}"

    @property
    def is_trouble(self) -> bool:
        return self.kind in TROUBLE
