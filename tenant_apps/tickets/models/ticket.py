"""The ticket: one request, on one of two desks."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from portico import clock
from portico.actor import Actor
from portico.ids import uuid7
from tenant_apps.tickets import access, kinds, priority, workflow
from tenant_apps.tickets.guard import GuardedModel, GuardedQuerySet, kept
from tenant_apps.tickets.models import words as searched

SUBJECT_LENGTH, COMMENT_LENGTH = 255, 1_000
SEARCHED = ("number", "subject", "requester_name", "requester_email")
KEPT_FOR = timedelta(days=30)  # a deleted ticket can be brought back so long
# What a list can be narrowed by from day to day: as it is called there -> the column.
DATES = {"created": "created_at", "active": "last_activity_at", "closed": "closed_at"}
_EARLIEST, _LATEST_YEAR = 1900, 9000  # days beyond these narrow nothing, and some have no time everywhere
_NEVER, _BEFORE_ALL = datetime(9000, 1, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)
_LATEST = (F("last_activity_at").desc(), F("id").desc())


class TicketQuerySet(GuardedQuerySet["Ticket"]):
    """Which tickets there are for whom."""

    def visible_to(self, actor: Actor, desk: str = "") -> Self:
        """The tickets that exist as far as this actor is concerned, of one desk or of both. A deleted one does not."""
        there = self.filter(deleted_at=None)
        if actor.kind == "system":
            return there.filter(desk=desk) if desk else there
        wanted = [desk] if desk else [Ticket.Desk.PLATFORM, Ticket.Desk.COMPANY]
        seen = [q for one in wanted if (q := access.sight(actor, one)) is not None]
        if not seen:
            return self.none()
        either = seen[0] if len(seen) == 1 else seen[0] | seen[1]
        return there.filter(either)

    def deleted_for(self, actor: Actor) -> Self:
        """What was deleted and can still be brought back, for whoever may do that; each with all merged into it."""
        if not access.may(actor, "delete", access.COMPANY_DESK):
            return self.none()
        return self.filter(desk=Ticket.Desk.COMPANY, deleted_at__isnull=False, merged_into=None)

    def overdue(self) -> Self:
        """What was deleted so long ago that it is to be erased; what was merged into it goes with it."""
        return self.filter(deleted_at__lte=clock.now() - KEPT_FOR, merged_into=None)

    def latest_first(self) -> Self:
        """The order of every list: what moved last comes first."""
        return self.order_by("-last_activity_at", "-id")

    def matching(self, words: str) -> Self:
        """Those whose number, subject or requester has words that begin like these; all of them for none."""
        wanted = searched.parts(words)
        if not wanted:
            return self
        return self.alias(words=searched.vector(*SEARCHED)).filter(words=searched.in_heads(wanted))

    def between(self, column: str, first: date | None, last: date | None) -> Self:
        """Those whose moment in this column lies on these days or between them, as the clock here says it."""
        found = self
        if first and first.year > _EARLIEST:
            found = found.filter(**{f"{column}__gte": _midnight(first)})
        if last and last.year < _LATEST_YEAR:
            found = found.filter(**{f"{column}__lt": _midnight(last + timedelta(days=1))})
        return found

    def with_moment(self, order: str) -> Self:
        """Each with a `moment` to order by: "closed_at", or "-closed_at" latest first. Who has none comes last."""
        column = order.removeprefix("-")
        return self.annotate(moment=Coalesce(column, Value(_BEFORE_ALL if order != column else _NEVER)))

    def standing(self) -> Self:
        """Without those that were merged into others, or deleted."""
        return self.filter(merged_into=None, deleted_at=None)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@kept
class Ticket(GuardedModel):
    """One request: the job, the talk about it and its record. `desk` says who answers: Portico, or the company."""

    class Desk(models.TextChoices):
        PLATFORM = "platform"
        COMPANY = "company"

    class Type(models.TextChoices):
        """The types of the platform's desk; the company's own are in `kinds`."""

        SUPPORT = "support"
        WEBSITE_DESIGN = "website_design"

    class Channel(models.TextChoices):
        PORTAL = "portal"
        EMAIL = "email"
        AI = "ai"
        SYSTEM = "system"
        DESKTOP_APP = "desktop_app"
        API = "api"
        CHAT = "chat"

    class Rating(models.TextChoices):
        """How it went, as whoever asked says."""

        GOOD = "good", "Good"
        BAD = "bad", "Not good"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    desk = models.CharField(max_length=10, choices=Desk.choices, default=Desk.PLATFORM)
    type = models.CharField(max_length=20, default=Type.SUPPORT)
    subject = models.CharField(max_length=SUBJECT_LENGTH)  # a key of the catalogue, or the headline
    sub_subject = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=40, default=workflow.NEW)
    category = models.CharField(max_length=10, default="new")
    urgency = models.CharField(max_length=10, default=priority.DEFAULT)
    importance = models.CharField(max_length=10, default=priority.DEFAULT)
    requester_id = models.UUIDField()  # an account, or a contact
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
    incident_id = models.BigIntegerField(
        null=True, editable=False
    )  # of the platform, in `public`; companies never read it
    incident_turn = models.IntegerField(default=0, db_default=0, editable=False)  # up to where it has heard of it

    # What only the company's own desk knows. Each has a default in the database, for the release before writes too.
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.PORTAL, db_default="portal")
    department = models.CharField(max_length=40, blank=True, default="", db_default="")
    team_id = models.UUIDField(null=True, blank=True)
    contact_id = models.UUIDField(null=True, blank=True)  # the requester, when they have no account
    requester_email = models.CharField(max_length=254, blank=True, default="", db_default="")
    order_reference = models.CharField(max_length=80, blank=True, default="", db_default="")
    watchers = ArrayField(models.UUIDField(), default=list, db_default=[])
    cc = models.JSONField(default=list, db_default=[])  # [{"name", "email"}]: told by mail, see nothing here
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    fields = models.JSONField(default=dict, db_default={})  # custom fields of the type, by key
    ai = models.JSONField(default=dict, db_default={})  # summary, confidence_score, first_response_time, auto_resolved
    checklist = models.JSONField(default=list, db_default=[])  # [{"text", "done"}]
    minutes_spent = models.PositiveIntegerField(default=0, db_default=0)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_incident = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    is_snoozed = models.BooleanField(default=False, db_default=False)
    snoozed_until = models.DateTimeField(null=True, blank=True)  # None while snoozed: until somebody writes
    is_pinned = models.BooleanField(default=False, db_default=False)
    unread_by_agent = models.PositiveIntegerField(default=0, db_default=0)
    unread_by_customer = models.PositiveIntegerField(default=0, db_default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)
    first_reply_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    rating = models.CharField(max_length=4, choices=Rating.choices, null=True, blank=True)  # noqa: DJ001 (null: none)
    rating_comment = models.TextField(max_length=COMMENT_LENGTH, blank=True, default="", db_default="")
    rated_at = models.DateTimeField(null=True, blank=True)
    sla_due_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)  # from then on for managers alone, and for a while
    escalation = models.SmallIntegerField(default=0, db_default=0)  # how far up it was passed (`levels`)
    counted = ArrayField(models.CharField(max_length=80), default=list, db_default=[])  # its counters (`tally`)

    objects = TicketQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [
            models.Index("desk", *_LATEST, name="ticket_desk_activity"),
            models.Index("status", *_LATEST, name="ticket_status_activity"),
            models.Index("assignee_id", *_LATEST, name="ticket_assignee_activity"),
            models.Index("requester_id", *_LATEST, name="ticket_requester_activity"),
            models.Index("desk", "category", *_LATEST, name="ticket_category_activity"),
            models.Index("desk", *_LATEST, name="ticket_unread_activity", condition=Q(unread_by_agent__gt=0)),
            models.Index("sla_due_at", "id", name="ticket_due", condition=Q(sla_due_at__isnull=False)),
            models.Index("closed_at", "id", name="ticket_closed", condition=Q(closed_at__isnull=False)),
            models.Index("deleted_at", "id", name="ticket_deleted", condition=Q(deleted_at__isnull=False)),
            models.Index("desk", *_LATEST, name="ticket_rated_bad", condition=Q(rating="bad")),
            GinIndex(fields=["watchers"], name="ticket_watchers"),
            GinIndex(fields=["tags"], name="ticket_tags"),
            GinIndex(searched.vector(*SEARCHED), name="ticket_words"),
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
    def is_active(self) -> bool:
        """Whether somebody still has work with it."""
        return self.category not in workflow.DONE

    @property
    def is_platform(self) -> bool:
        return self.desk == Ticket.Desk.PLATFORM

    @property
    def priority(self) -> str:
        """P1…P4."""
        return priority.priority_of(self.urgency, self.importance)

    @property
    def kind(self) -> kinds.Kind:
        """The type with its workflow; `kinds.attach` sets it for lists, else it is read when it is first asked for."""
        if self.is_platform:
            return kinds.PLATFORM[self.type]
        known: kinds.Kind | None = self.__dict__.get("_kind")
        if known is None or known.key != self.type:
            known = kinds.load()[self.type]
            self.__dict__["_kind"] = known
        return known

    @property
    def workflow_status(self) -> workflow.Status:
        """The status with its labels and mark."""
        return self.kind.status(self.status, self.category)

    def plain_fields(self) -> dict[str, Any]:
        """The custom fields as they are kept, without what has no value."""
        return {key: value for key, value in self.fields.items() if value not in (None, "", [])}
