"""What is said in a ticket."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from portico import clock
from portico.actor import Actor
from portico.database.kept import Among
from portico.ids import uuid7
from tenant_apps.tickets import access
from tenant_apps.tickets.guard import GuardedModel, GuardedQuerySet, kept
from tenant_apps.tickets.models.ticket import Ticket
from tenant_apps.tickets.models.words import vector

BODY_LENGTH = 20_000


class MessageQuerySet(GuardedQuerySet["Message"]):
    """What was said, to whom it is told."""

    def visible_to(self, actor: Actor) -> Self:
        """The messages of the tickets that this actor can see: notes for agents alone, nothing that was taken back.

        What somebody may still take back is there for their own side only.
        """
        return self.filter(ticket__in=Ticket.objects.visible_to(actor)).told_to(actor)

    def told_to(self, actor: Actor, now: datetime | None = None) -> Self:
        """The same within tickets that the caller has found through `visible_to` already."""
        if actor.kind != "company" or access.is_agent(actor):
            return self.filter(withdrawn_at=None)
        return self.told_to_customers(actor, now)

    def told_to_customers(self, actor: Actor, now: datetime | None = None) -> Self:
        """What whoever asks is told, even when this actor answers elsewhere: no notes, nothing that is still held."""
        sent = Q(sends_at=None) | Q(sends_at__lte=now or clock.now()) | Q(sender_user_id=actor.id)
        return self.filter(sent, withdrawn_at=None, is_internal=False)

    def calling(self, person_id: Any) -> Self:
        """What mentions this person, as far as it was not taken back."""
        return self.exclude(mentions=[]).filter(mentions__contains=[person_id], withdrawn_at=None)

    def of(self, ticket: Ticket) -> Self:
        """Everything said in a ticket and in those that were merged into it, in order."""
        # One list of tickets: as two conditions on messages, every message of the company would be looked at. It is
        # read before anything else, so that there is nothing to think about how the two are joined.
        these = Ticket.objects.filter(Q(pk=ticket.pk) | Q(merged_into=ticket.pk)).values("pk")
        return self.filter(Among(F("ticket_id"), ArraySubquery(these))).order_by("created_at", "id")


@kept
class Message(GuardedModel):
    """Something said in a ticket. An edit keeps what stood there before; nothing is ever deleted."""

    class Sender(models.TextChoices):
        TENANT = "tenant"
        AGENT = "agent"
        SYSTEM = "system"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    sender_type = models.CharField(max_length=10, choices=Sender.choices)
    sender_user_id = models.UUIDField(null=True, blank=True)  # a person of the company: account or contact
    sender_admin_id = models.UUIDField(null=True, blank=True)
    sender_name = models.CharField(max_length=200)
    body = models.TextField(max_length=BODY_LENGTH)
    created_at = models.DateTimeField(default=clock.now)
    html = models.TextField(blank=True, default="", db_default="")  # what was typed with a look; `body` is its text
    is_internal = models.BooleanField(default=False, db_default=False)
    is_staff_reply = models.BooleanField(default=False, db_default=False)  # said by whoever answers on this desk
    channel = models.CharField(max_length=16, default="portal", db_default="portal")
    mentions = ArrayField(models.UUIDField(), default=list, db_default=[])
    reactions = models.JSONField(default=dict, db_default={})  # sign -> [[person's id, name], …]
    edits = models.JSONField(default=list, db_default=[])  # [{"at", "by", "body", "html"}], the oldest first
    sends_at = models.DateTimeField(null=True, blank=True)  # until then the sender may take it back
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["ticket", "created_at"], name="message_ticket_created"),
            # Few messages mention anybody: the others cost this index nothing.
            GinIndex(fields=["mentions"], name="message_mentions", condition=~Q(mentions=[])),
            GinIndex(vector("sender_name", "body"), name="message_words"),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_sender_matches_type",
                condition=Q(sender_type="tenant", sender_user_id__isnull=False, sender_admin_id__isnull=True)
                | Q(sender_type="agent", sender_user_id__isnull=True, sender_admin_id__isnull=False)
                | Q(sender_type="system", sender_user_id__isnull=True, sender_admin_id__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender_name}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def author_id(self) -> Any:
        """The person who said it; None for the product itself."""
        return self.sender_user_id or self.sender_admin_id

    @property
    def is_edited(self) -> bool:
        return bool(self.edits)

    def is_held(self, now: datetime | None = None) -> bool:
        """Whether the sender may still take it back."""
        return self.sends_at is not None and self.sends_at > (now or clock.now()) and self.withdrawn_at is None
