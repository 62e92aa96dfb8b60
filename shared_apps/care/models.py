"""What staff agreed and noted about a company. Rows in `public`, told to staff alone."""

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portico import clock
from portico.actor import Actor
from portico.ids import uuid7


class Tier(models.TextChoices):
    """What a company was promised, by the names of seed `003_…`."""

    ENTERPRISE = "enterprise"
    STANDARD = "standard"
    FREE = "free"


class Care(models.Model):
    """Who looks after one company by name, and its SLA tier. No row: nobody by name, and the standard tier."""

    company_id = models.BigIntegerField(primary_key=True)
    tier = models.CharField(max_length=12, choices=Tier.choices, default=Tier.STANDARD)
    agents = ArrayField(models.UUIDField(), default=list, blank=True)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"company {self.company_id}: {self.tier}"

    @classmethod
    def of(cls, company_id: int) -> Self:
        """What was agreed about this company, or what holds where nothing was."""
        return cls.objects.filter(pk=company_id).first() or cls(company_id=company_id)


class NoteQuerySet(models.QuerySet["Note"]):
    """What staff wrote about companies and their requests."""

    def visible_to(self, actor: Actor) -> Self:
        """What is there for this actor: what is confidential for engineers, those who lead, and whoever wrote it."""
        if not actor.is_staff:
            return self.none()
        return self if actor.is_confided else self.filter(Q(is_confidential=False) | Q(author_id=actor.id))

    def about(self, company_id: int) -> Self:
        """What stands about this company itself, the latest first."""
        return self.filter(company_id=company_id, ticket_id=None, deleted_at=None).order_by("-id")

    def beside(self, ticket_id: UUID) -> Self:
        """What stands beside a request, the oldest first."""
        return self.filter(ticket_id=ticket_id, deleted_at=None).order_by("id")


class Note(models.Model):
    """Something that staff want each other to know about a company, or about one of its requests to Portico.

    What is deleted can be brought back for a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.BigIntegerField()
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.UUIDField(null=True)
    ticket_id = models.UUIDField(null=True)
    is_confidential = models.BooleanField(default=False, db_default=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("company_id", models.F("id").desc(), name="care_note_of_company"),
            models.Index("ticket_id", "id", name="care_note_of_ticket", condition=Q(ticket_id__isnull=False)),
            models.Index("deleted_at", name="care_note_deleted", condition=Q(deleted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"note of {self.author_name} about company {self.company_id}"
