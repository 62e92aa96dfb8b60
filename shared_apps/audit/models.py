"""The platform's audit. Rows in `public`, written once: nobody has the right to change or delete them."""

from django.db import models

from portico import clock
from portico.ids import uuid7


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
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index("company_id", models.F("at").desc(), name="audit_company_at"),
            models.Index("subject_id", models.F("at").desc(), name="audit_subject_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor_label}"
