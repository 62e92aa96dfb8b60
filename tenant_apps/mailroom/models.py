"""Where mail comes in, and every mail that came: its bytes lie in the company's storage, the row says the rest."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from portico import clock
from portico.actor import Actor
from portico.ids import uuid7
from tenant_apps.tickets import access
from tenant_apps.tickets.models import Message

SUBJECT, ADDRESS = 255, 320


class Channel(models.Model):
    """An address of the company, and how its mail gets here. Requests that come this way get department and type."""

    class Way(models.TextChoices):
        FORWARD = "forward", "Forwarded to its address here"
        WEBHOOK = "webhook", "Posted by a mail provider"
        IMAP = "imap", "Fetched from a mailbox"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=ADDRESS)  # as customers know it, in lower case
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.FORWARD)
    provider = models.CharField(max_length=12, blank=True, default="")
    department = models.CharField(max_length=40, blank=True, default="")
    type = models.CharField(max_length=20, blank=True, default="")
    signature = models.TextField(max_length=2000, blank=True, default="")
    options = models.JSONField(default=dict)  # of the mailbox: host, port, user, folder, trusted …
    sealed = models.TextField(
        blank=True, default="", db_default=""
    )  # passwords and keys, readable by this installation alone
    code = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # part of the address that a provider posts to
    health = models.JSONField(default=dict, db_default={})  # seen_at, tried_at, trouble, since, lag, told_at, place
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("address"), name="channel_address_once"),
            models.UniqueConstraint(name="channel_one_default", fields=["is_default"], condition=Q(is_default=True)),
        ]

    def __str__(self) -> str:
        return self.name


class IncomingQuerySet(models.QuerySet["Incoming"]):
    """Mails that came."""

    def held(self) -> Self:
        """Those that somebody has to look at, the latest first."""
        return self.filter(state=Incoming.State.HELD).order_by("-received_at", "-id")

    def seen_by(self, actor: Actor) -> Self:
        """All of them for whoever leads; for an agent those whose words stand in a request that they see."""
        if access.may(actor, "work_on_all", access.COMPANY_DESK):
            return self
        if not access.is_agent(actor):
            return self.none()
        told = Message.objects.visible_to(actor).filter(pk=OuterRef("said_id"))
        return self.filter(Exists(told), state__in=[Incoming.State.FILED, Incoming.State.WAITING])


class Incoming(models.Model):
    """One mail. `why` holds the facts of the decision about it (`deciding`), words are made when it is read."""

    class State(models.TextChoices):
        WAITING = "waiting", "Just came"
        FILED = "filed", "In a request"
        NOTED = "noted", "Not a person's word"
        HELD = "held", "Held back"
        TWICE = "twice", "Came before"
        DELETED = "deleted", "Deleted"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, unique=True)  # of the delivery: the same one twice is one row
    once = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 (null: not read yet, or no Message-ID)
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="mails")
    via = models.CharField(max_length=12)
    recipient = models.CharField(max_length=ADDRESS, blank=True)
    envelope_from = models.CharField(max_length=ADDRESS, blank=True, default="")
    told = models.JSONField(default=dict)  # what whoever brought it says of it: provider, kind of content, verdicts
    kept_as = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.JSONField(default=dict)
    message_id = models.CharField(max_length=300, blank=True, default="")
    sender = models.CharField(max_length=ADDRESS, blank=True, default="")
    sender_name = models.CharField(max_length=120, blank=True, default="")
    subject = models.CharField(max_length=SUBJECT, blank=True, default="")
    ticket_id = models.UUIDField(null=True)
    said_id = models.UUIDField(null=True)  # the message it became
    has_look = models.BooleanField(default=False)

    objects = IncomingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "-received_at"], name="incoming_state"),
            models.Index(fields=["said_id"], name="incoming_said", condition=Q(said_id__isnull=False)),
            models.Index(fields=["ticket_id"], name="incoming_ticket", condition=Q(ticket_id__isnull=False)),
            models.Index(fields=["message_id"], name="incoming_message", condition=~Q(message_id="")),
            models.Index(fields=["sender", "-received_at"], name="incoming_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.subject}"
