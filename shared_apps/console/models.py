"""The ticket index: one row in `public` for each platform-desk ticket of every company. No message text."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from portico import clock
from portico.actor import Actor
from shared_apps.console import words
from tenant_apps.tickets import levels, workflow


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
        """What nobody has and this actor covers, the most urgent first, and the oldest of those.

        What was escalated waits for those who take that on.
        """
        free = self.filter(assignee_id=None).exclude(category__in=["solved", "closed"])
        free = free.filter(escalation__lte=levels.level_of(actor.role))
        if not actor.sees_all:
            free = free.filter(subject__in=sorted(actor.covers)) if actor.is_staff else free.none()
        return free.order_by("priority", "created_at", "id")


class TicketIndexManager(models.Manager.from_queryset(TicketIndexQuerySet)):  # type: ignore[misc]
    """Rows without their words: the database looks through them, and nobody reads them."""

    def get_queryset(self) -> TicketIndexQuerySet:
        return super().get_queryset().defer("words")


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
    escalation = models.SmallIntegerField(default=0, db_default=0)  # `tickets.levels`
    incident_id = models.BigIntegerField(null=True)
    incident_turn = models.IntegerField(default=0, db_default=0)
    words = models.GeneratedField(expression=words.kept(), output_field=SearchVectorField(), db_persist=True)

    objects = TicketIndexManager()

    # Set by console.desk when a page needs it; there is no foreign key, so that the row stays what a list needs.
    company: Any = None

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "ticket_id"], name="index_one_row_per_ticket")]
        indexes = [
            models.Index("company_id", F("last_activity_at").desc(), F("id").desc(), name="index_company_activity"),
            models.Index(
                "company_id",
                "status",
                F("last_activity_at").desc(),
                F("id").desc(),
                name="index_company_status_activity",
                include=["subject"],
            ),
            models.Index(
                "company_id", "assignee_id", name="index_company_assignee_status", include=["status", "subject"]
            ),
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
            # What is escalated is few, and looked at together.
            models.Index(
                F("last_activity_at").desc(),
                F("id").desc(),
                name="index_escalated_activity",
                include=["escalation", "subject", "status", "assignee_id"],
                condition=Q(escalation__gt=0),
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
            models.Index("type", F("last_activity_at").desc(), F("id").desc(), name="index_type_activity"),
            models.Index("requester_id", F("last_activity_at").desc(), F("id").desc(), name="index_requester_activity"),
            # A list narrowed by when something was created or closed is in that order.
            models.Index(F("created_at").desc(), F("id").desc(), name="index_created"),
            models.Index(
                F("closed_at").desc(), F("id").desc(), name="index_closed", condition=Q(closed_at__isnull=False)
            ),
            models.Index("subject", F("created_at").desc(), F("id").desc(), name="index_subject_created"),
            models.Index("assignee_id", F("created_at").desc(), F("id").desc(), name="index_assignee_created"),
            models.Index(
                "subject",
                F("closed_at").desc(),
                F("id").desc(),
                name="index_subject_closed",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                "assignee_id",
                F("closed_at").desc(),
                F("id").desc(),
                name="index_assignee_closed",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index("company_id", F("created_at").desc(), F("id").desc(), name="index_company_created"),
            models.Index(
                "company_id",
                F("closed_at").desc(),
                F("id").desc(),
                name="index_company_closed",
                condition=Q(closed_at__isnull=False),
            ),
            # Put in its place at once: a list of what waits to be put there would be read through by every search.
            GinIndex(fields=["words"], name="index_words", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.number} of company {self.company_id}"

    @property
    def is_closed(self) -> bool:
        return self.category == "closed"

    @property
    def waits_for(self) -> str:
        """Whom it was escalated to, in a word; empty for nobody, and once it is done."""
        return "" if self.category in workflow.DONE else levels.MANY.get(self.escalation, "")

    @property
    def workflow_status(self) -> workflow.Status:
        """The status with its labels and mark."""
        return workflow.BY_KEY[self.status]


class SavedView(models.Model):
    """A narrowed queue that a staff member keeps under a name. The company is kept by its id: its names may change."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1200, blank=True)
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


class Batch(models.Model):
    """One thing that is done with all requests of a list, some at a time, and the one way back.

    It knows requests by the ids of their rows alone; `todo` holds what is left: ids, or steps of the way back.
    """

    class State(models.TextChoices):
        GOING = "going"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    WORKING = (State.GOING, State.UNDOING)

    id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    do = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.GOING)
    number = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    todo = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.do} with {self.number}"

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def looked_at(self) -> int:
        """How many it is through with, well or not."""
        return self.number - len(self.todo)
