"""The incident, what happened with it, and what one company may know of it. Rows in `public`.

Which tickets belong to it stands in the tickets and their index (`incident_id`); companies are never named here but in
the row that is theirs alone.
"""

import uuid
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from portico import clock
from portico.ids import uuid7

HEADLINE_LENGTH, TITLE_LENGTH, WORDS_LENGTH = 200, 120, 2_000
# How long companies still read that it is over.
SHOWN_AFTER = timedelta(hours=24)


class State(models.TextChoices):
    """How far it has come."""

    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MONITORING = "monitoring", "Monitoring"
    RESOLVED = "resolved", "Resolved"


OPEN = (State.INVESTIGATING, State.IDENTIFIED, State.MONITORING)
OPEN_STATES = [(one.value, one.label) for one in OPEN]


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Incidents, the parents of tickets in many companies."""

    def open(self) -> Self:
        """What is not over, the latest first."""
        return self.exclude(state=State.RESOLVED).order_by("-id")

    def past(self) -> Self:
        """What is over, the latest first."""
        return self.filter(state=State.RESOLVED).order_by("-solved_at", "-id")


class Incident(models.Model):
    """One trouble. `headline` is for staff; `title` and `words` are all that companies read.

    Each time something is said to the companies, `turn` rises: a ticket remembers up to which turn it has heard.
    """

    id = models.BigAutoField(primary_key=True)
    headline = models.CharField(max_length=HEADLINE_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    subject = models.CharField(max_length=60)  # a key of the catalogue
    state = models.CharField(max_length=13, choices=State.choices, default=State.INVESTIGATING)
    words = models.TextField(blank=True, default="")
    said_at = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField(default=0)
    lead_id = models.UUIDField()
    lead_name = models.CharField(max_length=200)
    opened_at = models.DateTimeField(default=clock.now)
    solved_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("id", name="incident_open", condition=~Q(state="resolved")),
            models.Index(models.F("solved_at").desc(), models.F("id").desc(), name="incident_past"),
        ]
        constraints = [
            models.CheckConstraint(
                name="incident_solved_at_iff_resolved",
                condition=Q(state="resolved", solved_at__isnull=False)
                | (~Q(state="resolved") & Q(solved_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How staff call it. Companies never read it: it would tell two of them that they mean the same."""
        return f"INC-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state != State.RESOLVED


class Entry(models.Model):
    """Something that happened with an incident, for staff. What names a company's ticket goes with the company."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        TOLD = "told"
        NOTE = "note"
        LINKED = "linked"
        UNLINKED = "unlinked"
        CHANGED = "changed"
        SOLVED = "solved"
        REOPENED = "reopened"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="entries", db_index=False)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author_name = models.CharField(max_length=200)
    state = models.CharField(max_length=13, blank=True, default="")
    words = models.TextField(blank=True, default="")
    company_id = models.BigIntegerField(null=True)
    row_id = models.BigIntegerField(null=True)  # the ticket, as the index calls it

    class Meta:
        indexes = [
            models.Index("incident", models.F("at").desc(), models.F("id").desc(), name="entry_of_incident"),
            models.Index("company_id", name="entry_of_company", condition=Q(company_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.author_name}"


class AffectedQuerySet(models.QuerySet["Affected"]):
    """What companies may know."""

    def of(self, company: Any) -> Self:
        """Of this company in the generation that lives: what was told an earlier one is not told its successor."""
        return self.filter(schema=company.schema, generation=company.generation)


class Affected(models.Model):
    """What one company may know of an incident: all of it, and nothing of anybody else.

    The company's role reads its own rows (`tenants/rights.sql`). The id is drawn at random, and `said_at` is never
    before the company was affected, so that neither tells whether there are others.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="affected", db_index=False)
    company_id = models.BigIntegerField()
    schema = models.CharField(max_length=63)
    generation = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    state = models.CharField(max_length=13, choices=State.choices)
    words = models.TextField(blank=True, default="")
    said_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField()
    story = models.JSONField(default=list)  # [{"turn", "kind", "state", "words"}]: what its tickets are still to hear
    ticket_id = models.UUIDField()  # where the banner leads
    number = models.CharField(max_length=40)
    trouble = models.JSONField(default=dict)  # {number of a ticket: what went wrong with it}

    objects = AffectedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "company_id"], name="affected_once")]
        indexes = [models.Index(fields=["schema"], name="affected_by_schema")]

    def __str__(self) -> str:
        return f"company {self.company_id} in incident {self.incident_id}"
