"""Ticket and message: state, constraints and what an actor can see of them. Verbs are in `actions`."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from portico import clock
from portico.actor import Actor
from portico.ids import uuid7
from tenant_apps.tickets import access, priority, workflow
from tenant_apps.tickets.guard import GuardedModel, GuardedQuerySet

BODY_LENGTH = 20_000


class TicketQuerySet(GuardedQuerySet["Ticket"]):
    """Which tickets there are for whom."""

    def visible_to(self, actor: Actor) -> Self:
        """The tickets that exist as far as this actor is concerned."""
        if actor.kind == "system":
            return self
        if actor.kind == "company" and access.may(actor, "see"):
            return self.filter(desk=Ticket.Desk.PLATFORM)
        if actor.sees_all:
            return self.filter(desk=Ticket.Desk.PLATFORM)
        if actor.is_staff and access.may(actor, "see"):
            mine = Q(subject__in=actor.covers) | Q(assignee_id=actor.id)
            return self.filter(mine, desk=Ticket.Desk.PLATFORM)
        return self.none()

    def latest_first(self) -> Self:
        """The order of every list: what moved last comes first."""
        return self.order_by("-last_activity_at", "-id")


class Ticket(GuardedModel):
    """One request of a company to the platform: the job, the talk about it and its record."""

    class Desk(models.TextChoices):
        PLATFORM = "platform"
        COMPANY = "company"

    class Type(models.TextChoices):
        SUPPORT = "support"
        WEBSITE_DESIGN = "website_design"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    desk = models.CharField(max_length=10, choices=Desk.choices, default=Desk.PLATFORM)
    type = models.CharField(max_length=20, choices=Type.choices, default=Type.SUPPORT)
    subject = models.CharField(max_length=60)
    sub_subject = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=40, default=workflow.NEW)
    category = models.CharField(max_length=10, default="new")
    urgency = models.CharField(max_length=10, default=priority.DEFAULT)
    importance = models.CharField(max_length=10, default=priority.DEFAULT)
    requester_id = models.UUIDField()
    requester_name = models.CharField(max_length=200)
    assignee_id = models.UUIDField(null=True, blank=True)
    assignee_name = models.CharField(max_length=200, blank=True)
    unread = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    last_activity_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    index_id = models.BigIntegerField(null=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [
            models.Index(F("last_activity_at").desc(), F("id").desc(), name="ticket_activity"),
            models.Index("status", F("last_activity_at").desc(), F("id").desc(), name="ticket_status_activity"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_closed_at_iff_closed",
                condition=Q(category="closed", closed_at__isnull=False)
                | (~Q(category="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(name="ticket_category_known", condition=Q(category__in=workflow.CATEGORIES)),
            models.CheckConstraint(
                name="ticket_platform_status_known",
                condition=~Q(desk="platform") | Q(status__in=workflow.KEYS),
            ),
            models.CheckConstraint(name="ticket_urgency_known", condition=Q(urgency__in=priority.LEVELS)),
            models.CheckConstraint(name="ticket_importance_known", condition=Q(importance__in=priority.LEVELS)),
            models.CheckConstraint(
                name="ticket_assignee_has_name",
                condition=Q(assignee_id__isnull=True, assignee_name="")
                | (Q(assignee_id__isnull=False) & ~Q(assignee_name="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_closed(self) -> bool:
        return self.category == "closed"

    @property
    def priority(self) -> str:
        """P1…P4."""
        return priority.priority_of(self.urgency, self.importance)

    @property
    def workflow_status(self) -> workflow.Status:
        """The status with its labels and mark."""
        return workflow.BY_KEY[self.status]


class MessageQuerySet(GuardedQuerySet["Message"]):
    """What was said, to whom it is told."""

    def visible_to(self, actor: Actor) -> Self:
        """The messages of the tickets that this actor can see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(actor))


class Message(GuardedModel):
    """Something said in a ticket. Never changed, never deleted."""

    class Sender(models.TextChoices):
        TENANT = "tenant"
        AGENT = "agent"
        SYSTEM = "system"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    sender_type = models.CharField(max_length=10, choices=Sender.choices)
    sender_user_id = models.UUIDField(null=True, blank=True)
    sender_admin_id = models.UUIDField(null=True, blank=True)
    sender_name = models.CharField(max_length=200)
    body = models.TextField(max_length=BODY_LENGTH)
    created_at = models.DateTimeField(default=clock.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["ticket", "created_at"], name="message_ticket_created")]
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


class Counter(models.Model):
    """How many tickets a company has numbered in a year. Its row lock comes after every ticket's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
