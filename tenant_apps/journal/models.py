"""The event: one row that is audit, timeline and outbox in one. Written by `portico.events.record` alone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portico import clock
from portico.ids import uuid7


class RewrittenHistory(RuntimeError):
    """Somebody tried to change or delete what has happened."""


class EventQuerySet(models.QuerySet["Event"]):
    """What happened, oldest first."""

    def about(self, subject_id: UUID) -> Self:
        """The history of one thing."""
        return self.filter(subject_id=subject_id).order_by("at", "id")

    def update(self, **values: Any) -> NoReturn:
        raise RewrittenHistory("Events are never changed.")

    def delete(self) -> NoReturn:
        raise RewrittenHistory("Events are never deleted.")


class Event(models.Model):
    """Something that happened: verb and facts. Sentences are made when it is read (`words`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=clock.now)
    verb = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200)
    acting_for = models.CharField(max_length=200, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    # Facts that are the platform's own: kept in its audit, and known here only to who has read them there.
    unsaid: Mapping[str, Any] = MappingProxyType({})

    # What the chain covers (`portico.sealing`). A column that is added later does not belong: old rows had none.
    SEALED: ClassVar = (
        *("id", "at", "verb", "subject_id", "actor_kind", "actor_id", "actor_label", "acting_for", "request_id"),
        "facts",
    )
    # What erasing a ticket leaves (`portico_forget_words`): a row without words, and the digest of what it was.
    ERASED: ClassVar = (
        "jsonb_exists(facts, 'sha256') AND NOT EXISTS (SELECT FROM tickets_ticket t WHERE t.id = subject_id)"
    )

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "at"], name="event_subject_at"),
            models.Index(fields=["at", "id"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor_label}"


class Seal(models.Model):
    """A stretch of the journal's chain: the keys of its events, and the hash after each of them (`portico.sealing`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(unique=True)
    keys = ArrayField(models.UUIDField())
    hashes = ArrayField(models.CharField(max_length=64))
    upto = models.UUIDField(db_index=True)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seal {self.number}"
