"""What a company has set for its desk, as far as the portal speaks of it: read once for a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portico import clock
from tenant_apps.tickets import kinds, settings
from tenant_apps.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class SetUp:
    """Types, departments (key and name; `every_department` has the retired ones, too), and the hours to an answer."""

    kinds: kinds.Kinds
    departments: Mapping[str, str]
    every_department: Mapping[str, str]
    hours: int
    days: int  # until a solved request closes by itself
    asks: bool  # how it went

    def answer_by(self, ticket: Ticket) -> datetime | None:
        """Until when the company means to answer; None when it says nothing, or when nobody waits for a first word."""
        waits = self.hours and not ticket.first_reply_at and ticket.category in {"new", "open", "on_hold"}
        return ticket.created_at + timedelta(hours=self.hours) if waits else None

    def is_late(self, ticket: Ticket) -> bool:
        """Whether that time is over."""
        until = self.answer_by(ticket)
        return until is not None and until < clock.now()


_KEYS = ("types", "default_type", "type_order", "departments", "expected_reply_hours", "auto_close_days", "ask_rating")


def load() -> SetUp:
    """In one statement."""
    known: dict[str, Any] = settings.read(*_KEYS)
    return SetUp(
        kinds=kinds.build(known["types"], known["default_type"], known["type_order"]),
        departments=settings.names_of(known["departments"]),
        every_department=settings.names_of(known["departments"], retired=True),
        hours=int(known["expected_reply_hours"] or 0),
        days=int(known["auto_close_days"] or 0),
        asks=bool(known["ask_rating"]),
    )
