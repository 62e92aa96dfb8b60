"""Files that people send along."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from portico import clock
from portico.actor import Actor
from portico.ids import uuid7
from tenant_apps.tickets.models.message import Message
from tenant_apps.tickets.models.ticket import Ticket


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Which files there are for whom."""

    def visible_to(self, actor: Actor) -> Self:
        """Files of messages that this actor is told, and what they have uploaded and not sent yet."""
        # Asked of each file's own message: as a list, it would be of every message that the actor is told.
        told = Exists(Message.objects.visible_to(actor).filter(pk=OuterRef("message_id")))
        mine = Q(message=None, uploader_id=actor.id) if actor.id else Q(pk=None)
        return self.filter(Q(told) | mine)


class Attachment(models.Model):
    """A file: uploaded first, sent with a message. `kept_as` is its name in the company's storage."""

    class State(models.TextChoices):
        CLEAN = "clean"
        UNSCANNED = "unscanned"
        QUARANTINED = "quarantined"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="attachments")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    uploader_id = models.UUIDField(null=True)
    uploader_name = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    kept_as = models.CharField(max_length=255)
    thumbnail = models.CharField(max_length=255, blank=True, default="")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNSCANNED)
    reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether there is a small picture of it to show."""
        return bool(self.thumbnail)
