"""Solved requests close by themselves when nobody says anything more for some days."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min
from django.db.models.functions import Greatest

from portico import clock
from portico.actor import SYSTEM
from tenant_apps.tickets import settings
from tenant_apps.tickets.actions.keeping import keep, move, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket
from tenants.due import remind

# One row of due work for all requests of a company (`keeping.move` plans it): the day after something was solved, and
# from then on whenever the time of the next one comes.
JOB, KEY = "close_solved", "all"
SETTING = "auto_close_days"
_SOON = timedelta(minutes=1)
_AT_ONCE = 200


def closes_at(ticket: Ticket, days: int) -> datetime | None:
    """When the ticket closes by itself if nobody says anything more; None when it does not."""
    since = ticket.solved_at if ticket.category == "solved" and not ticket.merged_into_id else None
    if not days or since is None or ticket.kind.first_of("closed") is None:
        return None
    return max(since, ticket.last_message_at or since) + timedelta(days=days)


def look_again() -> None:
    """The days were changed: what was solved before is measured by them, too."""
    remind(JOB, KEY, clock.now())


@transaction.atomic
def close_silent() -> int:
    """Close what has been solved and silent for as many days as the company has set; how many that were.

    Each goes to the first closed status of its type, whatever steps lead there, as when its requester closes it. What
    somebody holds at this moment, and what is too much for one time, comes again in a minute.
    """
    days = settings.read(SETTING)[SETTING]
    if not days:
        return 0
    border = clock.now() - timedelta(days=days)
    late = [one for one in _solved().filter(silent__lte=border).order_by("pk") if one.kind.first_of("closed")]
    closed = sum(_close(ticket.pk, border, days) for ticket in late[:_AT_ONCE])
    following = _solved().filter(silent__gt=border).aggregate(first=Min("silent"))["first"]
    if closed < len(late):
        remind(JOB, KEY, clock.now() + _SOON)
    elif following:
        remind(JOB, KEY, following + timedelta(days=days))
    return closed


def _solved() -> Any:
    """What is solved, with the moment since which it is silent."""
    found = Ticket.objects.filter(desk=Ticket.Desk.COMPANY, category="solved", solved_at__isnull=False).standing()
    return found.annotate(silent=Greatest(F("solved_at"), F("last_message_at")))  # PostgreSQL's leaves NULL out


def _close(key: UUID, border: datetime, days: int) -> bool:
    ticket = _solved().filter(pk=key, silent__lte=border).select_for_update(no_key=True, skip_locked=True).first()
    after = ticket.kind.first_of("closed") if ticket else None
    if ticket is None or after is None:
        return False
    before = ticket.status
    with writing():
        move(ticket, after.key)
        keep(ticket, is_news=False)
        facts = {"from": before, "to": after.key, "cause": "silence", "days": days}
        tell("ticket.status.update", ticket, by=SYSTEM, **facts)
    return True
