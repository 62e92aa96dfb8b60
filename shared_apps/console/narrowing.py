"""What the queue is narrowed to: by the page, an address, a kept view and programs alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Expression, Q
from django.utils import timezone

from tenant_apps.tickets import levels, workflow

ASSIGNED = ("all", "me", "unassigned")
ESCALATED = ("any", "engineer", "supervisor")
NOWHERE = -1  # the company that nobody is
# What can be asked of a moment: "created_from" and "created_to" name days. The first that is asked about orders the
# list, so that an index has the rows in that order.
MOMENTS: Mapping[str, str] = {"created": "created_at", "closed": "closed_at", "active": "last_activity_at"}
DAYS = tuple(f"{name}_{end}" for name in MOMENTS for end in ("from", "to"))
LATEST = "last_activity_at"
_LAST_YEAR = 9_998


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to; empty means everything."""

    status: str = ""
    subject: str = ""
    company_id: int | None = None
    assigned: str = "all"  # one of ASSIGNED, or the id of a staff member
    priority: str = ""
    unread: bool = False
    escalated: str = ""  # one of ESCALATED: what still waits there, unless a status is asked for as well
    category: str = ""
    type: str = ""
    requester_id: UUID | None = None
    incident_id: int | None = None
    words: str = ""
    created_from: date | None = None
    created_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    active_from: date | None = None
    active_to: date | None = None

    @property
    def order(self) -> str:
        """The moment by which the list is ordered, the latest first."""
        asked = (column for name, column in MOMENTS.items() if self.day(f"{name}_from") or self.day(f"{name}_to"))
        return next(asked, LATEST)

    @property
    def is_deep(self) -> bool:
        """Whether no index has it together with status, subject and assignee: then less is counted."""
        return bool(self.words or self.type or self.requester_id or any(map(self.day, DAYS)))

    @property
    def is_narrow(self) -> bool:
        """Whether it is about one person or incident, or what is escalated: few rows of all."""
        return bool(self.requester_id or self.incident_id or self.escalated)

    def day(self, name: str) -> date | None:
        """One of `DAYS`."""
        found: date | None = getattr(self, name)
        return found

    def condition(self, **instead: Expression) -> Q:
        """What rows must be like, but for whose they are and for their words; `instead` stands for these values."""
        equal: dict[str, Any] = {"status": self.status, "subject": self.subject, "company_id": self.company_id}
        equal |= {"priority": self.priority, "unread": self.unread or None, "type": self.type}
        equal |= {"incident_id": self.incident_id, "requester_id": self.requester_id, "status__in": self._steps()}
        found = Q(**{name: value for name, value in (equal | instead).items() if value not in ("", None)})
        found &= self._escalated()
        for column in MOMENTS.values():
            found &= self.between(column)
        return found

    def between(self, column: str) -> Q:
        """The days that are asked for of one of `MOMENTS`."""
        name = next(name for name, one in MOMENTS.items() if one == column)
        return _between(column, self.day(f"{name}_from"), self.day(f"{name}_to"))

    def _escalated(self) -> Q:
        # Asked in the words of the index over the few that are escalated, whichever level is meant.
        if not self.escalated:
            return Q()
        found = Q(escalation__gt=levels.NOT)
        if self.escalated != "any":
            found &= Q(escalation=levels.BY_NAME[self.escalated])
        return found if self.status else found & Q(status__in=workflow.OPEN)

    def _steps(self) -> list[str] | None:
        """The statuses of the category, unless one of them is asked for."""
        return [one for one in workflow.KEYS if self._is_step(one)] if self.category and not self.status else None

    def _is_step(self, status: str) -> bool:
        return workflow.BY_KEY[status].category == self.category

    @property
    def is_nothing(self) -> bool:
        """Whether a status is asked for that the category does not have."""
        return bool(self.status and self.category and not self._is_step(self.status))


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks of the queue, and the company it means: its name, and how addresses name it.

    `refused` says of everything that narrows nothing why.
    """

    filters: Filters = EVERYTHING
    company: str = ""
    slug: str = ""
    refused: Iterable[str] = field(default=(), compare=False)

    def query(self, **changes: str) -> str:
        """The same as the end of an address; `changes` put others in its place, empty ones leave away."""
        now = self.filters
        said = {"q": now.words, "status": now.status, "subject": now.subject, "company": self.slug}
        said |= {"priority": now.priority, "assigned": "" if now.assigned == "all" else now.assigned}
        said |= {"unread": "1" if now.unread else "", "category": now.category, "type": now.type}
        said |= {"escalated": now.escalated, "incident": str(now.incident_id or "")}
        said |= {"requester": str(now.requester_id or "")} | {name: str(now.day(name) or "") for name in DAYS}
        kept = urlencode({name: value for name, value in (said | changes).items() if value})
        return f"?{kept}" if kept else ""


def _between(column: str, first: date | None, last: date | None) -> Q:
    """On these days or between them, as the clock here says it."""
    found = Q()
    if first and first.year > 1:
        found &= Q(**{f"{column}__gte": _midnight(first)})
    if last and last.year < _LAST_YEAR:
        found &= Q(**{f"{column}__lt": _midnight(last + timedelta(days=1))})
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
