"""What somebody covered when: read from the platform's audit, where every change stands with what it was before."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shared_apps.accounts.models import User
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.staff.actions.coverage import VERB


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who made it and when, keys of subjects that came and went, and why if somebody said so."""

    row: PlatformAuditLog
    came: list[str]
    went: list[str]
    after: list[str]
    reason: str


def changes(person: User) -> QuerySet[Any]:
    """The audit's rows about somebody's coverage."""
    return PlatformAuditLog.objects.filter(verb=VERB, subject_id=str(person.pk))


def told(row: PlatformAuditLog) -> Change:
    """A row as people read it."""
    after, before = row.facts["subjects"], row.facts["previous"]
    reason = row.facts.get("reason", "")
    if row.facts.get("cause") == "merge":
        reason = "A subject became part of another"
    came, went = ([one for one in some if one not in others] for some, others in ((after, before), (before, after)))
    return Change(row, came, went, after, reason)


def latest(person: User, number: int) -> list[Change]:
    """The last changes, latest first."""
    return [told(row) for row in changes(person).order_by("-at", "-id")[:number]]
