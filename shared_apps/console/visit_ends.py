"""What ends a visit, as far as the platform knows it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.db.models import QuerySet

from portico.database import CompanyRef
from shared_apps.accounts import actors, sessions
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console.models import TicketIndex
from tenant_apps.visits import access

_RESTS = ("company.suspended", "company.archived", "company.erasure.planned")


def why_over(found: Any, company: CompanyRef) -> str:
    """The staff member's session, role and sight of the ticket, and whether the company rested meanwhile or they have
    become somebody elsewhere: of two visits that begin at once in two companies, the later one goes on.

    Empty while the visit goes on. Needs the platform's scope.
    """
    user = sessions.person_of(SessionStore(found.session))
    if user is None or user.pk != found.staff_id:
        return "signed_out"
    actor = actors.actor_of(user)
    if not access.may(actor, "visit"):
        return "role"
    rows = TicketIndex.objects.visible_to(actor).filter(schema=company.schema, ticket_id=found.ticket_id)
    if not rows.exists():
        return "coverage"
    rested = PlatformAuditLog.objects.filter(subject_id=str(company.id), verb__in=_RESTS, at__gte=found.began_at)
    if rested.exists():
        return "suspended"
    others = running(list(begun(found.staff_id, found.began_at).exclude(facts__visit=str(found.pk))))
    return "elsewhere" if others else ""


def begun(staff_id: UUID | None, since: datetime) -> QuerySet[PlatformAuditLog]:
    """The visits that this staff member began since then, in any company, the latest first."""
    rows: QuerySet[PlatformAuditLog] = PlatformAuditLog.objects.filter(verb="visit.begin", facts__has_key="visit")
    return rows.filter(actor_id=staff_id, at__gt=since).order_by("-at", "-id")


def running(visits: list[PlatformAuditLog]) -> list[PlatformAuditLog]:
    """Those of what `begun` found that have not ended."""
    over = ends(visits)
    return [one for one in visits if one.facts["visit"] not in over]


def ends(visits: list[PlatformAuditLog]) -> dict[str, dict[str, Any]]:
    """How those ended that have, by their key; of what was begun, the latest first."""
    if not visits:
        return {}
    keys = [one.facts["visit"] for one in visits]
    rows = PlatformAuditLog.objects.filter(verb="visit.end", at__gte=visits[-1].at, facts__visit__in=keys)
    return {one.facts["visit"]: one.facts for one in rows}
