"""Projection: what happened, into the platform's audit, in the same transaction."""

from typing import Any

import structlog
from django.db import models

from portico import sealing
from portico.actor import SYSTEM
from portico.database import current_scope, visit
from portico.events import record
from shared_apps.audit.models import PlatformAuditLog, Seal
from tenants.models import HOUSE_ID, Company

# What people wrote, of all that is kept with a happening: it stays in the company's journal, where it can be forgotten.
WORDS = frozenset({"comment"})
logger = structlog.get_logger("portico.audit")


def write(event: Any, subject: models.Model | None) -> None:
    """Copy the event without its words. It keeps its id: a row here and one in a journal are the same happening."""
    scope = current_scope()
    company = scope.company if scope else None
    PlatformAuditLog(
        id=event.id,
        at=event.at,
        verb=event.verb,
        company_id=company.id if company else None,
        schema=company.schema if company else "",
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        actor_label=event.actor_label,
        acting_for=event.acting_for,
        request_id=event.request_id,
        facts={name: value for name, value in {**event.facts, **event.unsaid}.items() if name not in WORDS},
    ).save(force_insert=True)


def seal() -> None:
    """Seal what waits, and say elsewhere how far the chain goes, which does not know itself that its end was cut off.

    In the house company's journal, a chain of its own, for every look; in the log, where this database cannot unsay it.
    """
    while made := sealing.seal(PlatformAuditLog, Seal):
        one = made[-1]
        with visit(Company.objects.get(pk=HOUSE_ID).ref):
            record(sealing.ANCHOR, None, by=SYSTEM, number=one.number, head=one.hashes[-1])
        logger.info("audit.sealed", number=one.number, head=one.hashes[-1], rows=sum(len(each.keys) for each in made))
