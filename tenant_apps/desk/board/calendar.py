"""The calendar: what is due on which day of a month, and what should have been done already."""

import calendar as months
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portico import clock
from portico.actor import Actor
from tenant_apps.desk.inbox.shelves import ACTIVE
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.tickets import kinds
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.models.ticket import TicketQuerySet

MOST, MOST_A_DAY, MOST_OVER = 400, 6, 20
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 1)  # as far as due dates reach


@dataclass(slots=True)
class Day:
    """A day of the month's weeks, with what is due on it; `more` are those that do not fit."""

    day: date
    is_inside: bool
    is_today: bool
    tickets: list[Ticket] = field(default_factory=list)
    more: int = 0


@require_safe
@agents_only
def calendar(request: HttpRequest) -> HttpResponse:
    """A month: `?month=2026-11`, everybody's or one's own."""
    month = _month(request.GET.get("month", ""))
    is_mine = request.GET.get("whose") == "me"
    seen = _seen(request.actor, is_mine)
    days = _days(month)
    due = list(seen.between("sla_due_at", days[0].day, days[-1].day).order_by("sla_due_at", "id")[:MOST])
    over = list(seen.filter(ACTIVE, sla_due_at__lt=clock.now()).order_by("sla_due_at", "id")[: MOST_OVER + 1])
    kinds.attach([*due, *over], kinds.load())
    _fill(days, due)
    context = {
        "month": month,
        "days": days,
        "weekdays": months.day_name,
        "is_empty": not due,
        "is_cut": len(due) == MOST,
        "over": over[:MOST_OVER],
        "has_more_over": len(over) > MOST_OVER,
        "before": _address(_first_of(month - timedelta(days=1)), is_mine) if month > FIRST else "",
        "after": _address(_first_of(month + timedelta(days=31)), is_mine) if month < LAST else "",
        "today": _address(None, is_mine),
        "everybody": _address(month, False),
        "mine": _address(month, True),
        "is_mine": is_mine,
        "inbox": reverse("desk:inbox"),
        "here": "calendar",
    }
    return render(request, "board/calendar.html", context)


def _seen(actor: Actor, is_mine: bool) -> TicketQuerySet:
    seen = Ticket.objects.visible_to(actor, Ticket.Desk.COMPANY).standing().filter(sla_due_at__isnull=False)
    return seen.filter(Q(assignee_id=actor.id)) if is_mine else seen


def _month(said: str) -> date:
    """The first day of the month that is asked for; of this one for words that are none."""
    try:
        found = date.fromisoformat(f"{said}-01")
    except ValueError:
        found = FIRST - timedelta(days=1)
    return found if FIRST <= found <= LAST else _first_of(timezone.localdate())


def _first_of(day: date) -> date:
    return day.replace(day=1)


def _days(month: date) -> list[Day]:
    """The weeks of a month, whole."""
    today = timezone.localdate()
    weeks = months.Calendar().monthdatescalendar(month.year, month.month)
    return [Day(one, one.month == month.month, one == today) for week in weeks for one in week]


def _fill(days: list[Day], due: Iterable[Ticket]) -> None:
    by_day: dict[date, list[Ticket]] = defaultdict(list)
    for ticket in due:
        if ticket.sla_due_at:
            by_day[timezone.localdate(ticket.sla_due_at)].append(ticket)
    for one in days:
        found = by_day[one.day]
        one.tickets, one.more = found[:MOST_A_DAY], max(0, len(found) - MOST_A_DAY)


def _address(month: date | None, is_mine: bool) -> str:
    asked = ({"month": f"{month:%Y-%m}"} if month else {}) | ({"whose": "me"} if is_mine else {})
    return reverse("desk:calendar") + (f"?{urlencode(asked)}" if asked else "")
