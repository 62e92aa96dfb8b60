"""Projection: what happened, into the platform's audit, in the same transaction."""

from typing import Any

from django.db import models

from portico.database import current_scope
from shared_apps.audit.models import PlatformAuditLog


def write(event: Any, subject: models.Model) -> None:
    """Copy the event, which keeps its id: a row here and a row in the company's journal are the same happening."""
    scope = current_scope()
    company = scope.company if scope else None
    PlatformAuditLog(
        id=event.id,
        at=event.at,
        verb=event.verb,
        company_id=company.id if company else None,
        schema=company.schema if company else "",
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        actor_label=event.actor_label,
        facts=event.facts,
    ).save(force_insert=True)
