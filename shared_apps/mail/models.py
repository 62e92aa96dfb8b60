"""Letters on their way, and addresses that get none. The same tables stand in `public` and in each company."""

from typing import Self

from django.db import models
from django.utils import timezone

from portico.ids import uuid7


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    """Letters."""

    def waiting(self) -> Self:
        """Those that have not left yet and are to leave."""
        return self.filter(state__in=[Outgoing.State.QUEUED, Outgoing.State.SENDING])


class Outgoing(models.Model):
    """A letter to one person. It is filled in from its template when it leaves; its Message-ID never changes."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"  # handed over by `attempt`, whose outcome nobody has written down yet
        SENT = "sent"
        DELIVERED = "delivered"
        OPENED = "opened"
        BOUNCED = "bounced"
        FAILED = "failed"
        CANCELLED = "cancelled"
        SUPPRESSED = "suppressed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.CharField(max_length=8)
    template = models.CharField(max_length=60)
    to = models.CharField(max_length=254)
    to_name = models.CharField(max_length=120, blank=True, default="")
    # What the template is filled with. Emptied for the stream `auth` once the letter has left: it opens doors.
    facts = models.JSONField(default=dict, db_default={})
    message_id = models.CharField(max_length=200, unique=True)
    # {"in_reply_to": "<…>", "references": ["<…>"], "reply_to": "…"}
    headers = models.JSONField(default=dict, db_default={})
    about = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    provider_id = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    # When the provider last told something of it.
    heard_at = models.DateTimeField(null=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="outgoing_due", fields=["due_at"], condition=models.Q(state__in=["queued", "sending"])),
            models.Index(name="outgoing_about", fields=["about"], condition=models.Q(about__isnull=False)),
            models.Index(name="outgoing_newest", fields=["-created_at"]),
            models.Index(name="outgoing_provider", fields=["provider_id"], condition=~models.Q(provider_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.to}"


class Suppressed(models.Model):
    """An address that gets no letters any more: it does not exist, its owner complained, or wants no notices.

    `stream` is the one that stops, empty for all; who opens a door (`auth`) is stopped by a complaint or bounce alone.
    """

    class Reason(models.TextChoices):
        BOUNCE = "bounce"
        COMPLAINT = "complaint"
        UNSUBSCRIBED = "unsubscribed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address = models.CharField(max_length=254)
    stream = models.CharField(max_length=8, blank=True, default="")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    words = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="suppressed_once", fields=["address", "stream"])]

    def __str__(self) -> str:
        return self.address
