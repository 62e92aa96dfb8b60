"""One row for each look of a staff member at something of the company, and for each visit as one of its people."""

from datetime import datetime, timedelta
from math import ceil
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from portico import clock
from portico.actor import Actor
from portico.ids import uuid7

LASTS = timedelta(minutes=30)
NO_TICKET = UUID(int=0)  # whose look was at what belongs to none; `mode` says at what (`words.PLACES`)


class VisitQuerySet(models.QuerySet["Visit"]):
    """Looks and visits."""

    def told(self) -> Self:
        """Everything but visits that were made ready and never begun."""
        return self.exclude(state=Visit.State.READY)

    def running(self) -> Self:
        """Visits that have not ended, as far as anybody has noticed."""
        return self.filter(state=Visit.State.RUNNING)

    def asked(self) -> Self:
        """Visits that somebody waits for a manager's word about."""
        return self.filter(state=Visit.State.ASKED)


class Visit(models.Model):
    """A look (`looked`: a staff member opened a ticket, or the company, in the console) or a visit with its whole life.

    A visit is asked for and allowed or declined, or made ready by consent that stands; it runs from the moment the
    console's form arrives here and ends for one of `ENDS`. What was done in it are the journal's events with its id.
    """

    class State(models.TextChoices):
        LOOKED = "looked", "Looked at a request"
        ASKED = "asked", "Waits for your word"
        DECLINED = "declined", "You said no"
        ALLOWED = "allowed", "You said yes"
        READY = "ready", "Not begun"
        RUNNING = "running", "Running now"
        ENDED = "ended", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=8, choices=State.choices)
    at = models.DateTimeField(default=clock.now)
    staff_id = models.UUIDField()
    staff_name = models.CharField(max_length=120)
    ticket_id = models.UUIDField()
    number = models.CharField(max_length=40)
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=120, blank=True, default="")
    person_role = models.CharField(max_length=30, blank=True, default="")
    mode = models.CharField(max_length=4, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True, default="")  # it ended (`ENDS`)
    pages = models.JSONField(default=dict)  # path -> [times, first, last]
    session = models.CharField(
        max_length=40, blank=True, default="", db_default=""
    )  # the staff member's, on the console
    code = models.CharField(max_length=64, blank=True, default="", db_default="")  # digest of what hands them over
    code_until = models.DateTimeField(null=True)
    pending = models.JSONField(default=dict)  # token -> digest of what waits to be confirmed

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(models.F("at").desc(), models.F("id").desc(), name="visit_at"),
            models.Index(fields=["state"], name="visit_alive", condition=Q(state__in=["asked", "ready", "running"])),
            models.Index(fields=["ticket_id", "staff_id"], name="visit_ticket"),
        ]
        constraints = [
            # One person in one chair: a visit cannot begin from within another.
            models.UniqueConstraint(fields=["staff_id"], name="visit_one_each", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.staff_name} {self.state}"

    @property
    def is_visit(self) -> bool:
        return self.state != self.State.LOOKED

    @property
    def acts(self) -> bool:
        """Whether things can be done in it, each after a confirmation."""
        return self.mode == "act"

    @property
    def ends_at(self) -> datetime | None:
        """When it is over at the latest: half an hour after it began, whatever happens in between."""
        return self.began_at + LASTS if self.began_at else None

    @property
    def end(self) -> datetime | None:
        """When it ended, noticed or not; None while it runs."""
        if self.ended_at or not self.ends_at:
            return self.ended_at
        return self.ends_at if clock.now() >= self.ends_at else None

    @property
    def seconds_left(self) -> int:
        """Begun seconds until the end."""
        return max(0, ceil((self.ends_at - clock.now()).total_seconds())) if self.ends_at else 0

    @property
    def minutes_left(self) -> int:
        """Begun minutes until the end."""
        return ceil(self.seconds_left / 60)

    @property
    def seconds(self) -> int:
        """How long it lasted, or has lasted until now."""
        return int(((self.end or clock.now()) - self.began_at).total_seconds()) if self.began_at else 0

    @property
    def staff(self) -> Actor:
        """Who really sits there, for the journal: without any right of theirs."""
        return Actor(kind="staff", id=self.staff_id, label=self.staff_name)
