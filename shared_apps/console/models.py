"""The ticket index: one row in `public` for each platform-desk ticket of every company. No message text."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portico import clock
from portico.actor import Actor
from tenant_apps.tickets import workflow


class TicketIndexQuerySet(models.QuerySet["TicketIndex"]):
    """Which tickets there are for whom, over all companies."""

    def visible_to(self, actor: Actor) -> Self:
        """The same rule as `Ticket.objects.visible_to`, told without entering a company."""
        if actor.sees_all:
            return self
        if actor.is_staff:
            return self.filter(Q(subject__in=actor.covers) | Q(assignee_id=actor.id))
        return self.none()

    def free_for(self, actor: Actor) -> Self:
        """What nobody has and this actor covers, the most urgent first, and the oldest of those."""
        free = self.filter(assignee_id=None).exclude(category__in=["solved", "closed"])
        if not actor.sees_all:
            free = free.filter(subject__in=sorted(actor.covers)) if actor.is_staff else free.none()
        return free.order_by("priority", "created_at", "id")


class TicketIndex(models.Model):
    """What lists, filters and counts of the console need to know about a ticket.

    Written by `console.index` in the ticket's own transaction; the id is the ticket's number towards staff
    (`/admin/tickets/1`).
    """

    company_id = models.BigIntegerField()
    schema = models.CharField(max_length=63)
    ticket_id = models.UUIDField()
    number = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    sub_subject = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=20)
    status = models.CharField(max_length=40)
    category = models.CharField(max_length=10)
    priority = models.CharField(max_length=2)
    assignee_id = models.UUIDField(null=True)
    assignee_name = models.CharField(max_length=200, blank=True)
    requester_id = models.UUIDField()
    requester_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    sla_due_at = models.DateTimeField(null=True)
    unread = models.BooleanField(default=True)
    version = models.PositiveIntegerField()
    incident_id = models.BigIntegerField(null=True)
    incident_turn = models.IntegerField(default=0, db_default=0)

    objects = TicketIndexQuerySet.as_manager()

    # Set by console.desk when a page needs it; there is no foreign key, so that the row stays what a list needs.
    company: Any = None

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "ticket_id"], name="index_one_row_per_ticket")]
        indexes = [
            models.Index(fields=["company_id", "status"], name="index_company_status"),
            models.Index("company_id", F("last_activity_at").desc(), F("id").desc(), name="index_company_activity"),
            models.Index(fields=["company_id", "assignee_id"], name="index_company_assignee", include=["status"]),
            models.Index(F("last_activity_at").desc(), F("id").desc(), name="index_activity"),
            models.Index("status", F("last_activity_at").desc(), F("id").desc(), name="index_status_activity"),
            models.Index("subject", F("last_activity_at").desc(), F("id").desc(), name="index_subject_activity"),
            models.Index("assignee_id", F("last_activity_at").desc(), F("id").desc(), name="index_assignee_activity"),
            # What counts narrow by besides is included, so that they are read from the index alone.
            models.Index(
                "assignee_id",
                "status",
                F("last_activity_at").desc(),
                name="index_assignee_status",
                include=["subject", "priority", "unread"],
            ),
            models.Index(
                "subject",
                "status",
                F("last_activity_at").desc(),
                name="index_subject_status",
                include=["assignee_id"],
            ),
            models.Index("priority", F("last_activity_at").desc(), F("id").desc(), name="index_priority_activity"),
            models.Index(
                "priority",
                "status",
                F("last_activity_at").desc(),
                name="index_priority_status",
                include=["subject", "assignee_id"],
            ),
            # Few are unread at a time: whoever answers or moves one on has read it.
            models.Index(
                F("last_activity_at").desc(),
                F("id").desc(),
                name="index_unread_activity",
                include=["subject", "status", "assignee_id"],
                condition=Q(unread=True),
            ),
            models.Index(
                "subject",
                "status",
                F("last_activity_at").desc(),
                name="index_unread_subject",
                include=["assignee_id"],
                condition=Q(unread=True),
            ),
            # What belongs to an incident, and what of it has not heard the latest yet.
            models.Index(
                "incident_id",
                F("last_activity_at").desc(),
                F("id").desc(),
                name="index_incident",
                include=["company_id", "incident_turn", "subject", "category", "assignee_id"],
                condition=Q(incident_id__isnull=False),
            ),
            # The next ticket for whoever asks: the most urgent of those that nobody has, the oldest of them first.
            models.Index(
                "priority",
                "created_at",
                "id",
                name="index_free_urgent",
                include=["subject"],
                condition=Q(assignee_id=None) & ~Q(category__in=["solved", "closed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} of company {self.company_id}"

    @property
    def is_closed(self) -> bool:
        return self.category == "closed"

    @property
    def workflow_status(self) -> workflow.Status:
        """The status with its labels and mark."""
        return workflow.BY_KEY[self.status]


class SavedView(models.Model):
    """A narrowed queue that a staff member keeps under a name. The company is kept by its id: its names may change."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=400, blank=True)
    company_id = models.BigIntegerField(null=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The end of the queue's address."""
        parts = [self.query, f"company={self.company_id}" if self.company_id else ""]
        return "?" + "&".join(part for part in parts if part)
