"""The platform's audit. Rows in `public`, written once: nobody has the right to change or delete them."""

from typing import Any, ClassVar, NoReturn

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portico import clock
from portico.ids import uuid7


class RewrittenAudit(RuntimeError):
    """Somebody tried to change or delete what was audited."""


class WrittenOnce(models.QuerySet[Any]):
    """Rows that are read and added."""

    def update(self, **values: Any) -> NoReturn:
        raise RewrittenAudit("The audit is never changed.")

    def delete(self) -> NoReturn:
        raise RewrittenAudit("The audit is never deleted.")


def decided_about(company_id: int) -> models.Q:
    """What the platform decided about a company; what happened inside it carries the company instead."""
    return models.Q(subject_type="tenants.company", subject_id=str(company_id))


def concerning(company_id: int) -> models.Q:
    """What happened inside a company, and what was decided about it."""
    return models.Q(company_id=company_id) | decided_about(company_id)


class PlatformAuditLog(models.Model):
    """A change that concerns the platform. Made in a company's scope it carries that company and its schema."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=clock.now)
    verb = models.CharField(max_length=60)
    company_id = models.BigIntegerField(null=True)
    schema = models.CharField(max_length=63, blank=True, default="")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200)
    acting_for = models.CharField(max_length=200, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    facts = models.JSONField(default=dict)

    objects = WrittenOnce.as_manager()

    # What the chain covers (`portico.sealing`). A column that is added later does not belong: old rows had none.
    SEALED: ClassVar = (
        *("id", "at", "verb", "company_id", "schema", "subject_type", "subject_id", "actor_kind", "actor_id"),
        *("actor_label", "acting_for", "request_id", "facts"),
    )
    # What an erasure leaves (`tenants.life.erase`): the digest of what the row was.
    ERASED: ClassVar = "facts = jsonb_build_object('sha256', facts->'sha256')"

    class Meta:
        indexes = [
            models.Index("company_id", models.F("at").desc(), name="audit_company_at"),
            models.Index("subject_id", models.F("at").desc(), name="audit_subject_at"),
            models.Index("actor_label", models.F("at").desc(), name="audit_actor_at"),
            models.Index("verb", models.F("at").desc(), name="audit_verb_at"),
            models.Index(models.F("at").desc(), models.F("id").desc(), name="audit_at"),
            models.Index("request_id", name="audit_request", condition=~models.Q(request_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor_label}"


class Seal(models.Model):
    """A stretch of the platform's chain: the keys of its rows, and the hash after each of them (`portico.sealing`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(unique=True)
    keys = ArrayField(models.UUIDField())
    hashes = ArrayField(models.CharField(max_length=64))
    upto = models.UUIDField(db_index=True)
    sealed_at = models.DateTimeField()

    objects = WrittenOnce.as_manager()

    def __str__(self) -> str:
        return f"seal {self.number}"
