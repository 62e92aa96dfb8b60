"""Which agent a new ticket goes to, when the company has asked for that; and why, in words that stand on the ticket."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils import timezone

from portico import clock
from tenant_apps.tickets import access, settings, tally

ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class Choice:
    """The agent, and why it is them."""

    id: UUID
    name: str
    why: str


def choose(ticket: Any) -> Choice | None:
    """The agent for this ticket; None when distribution is off or nobody can take it now."""
    rules = settings.read("assignment")["assignment"]
    if rules.get("way", "off") == "off":
        return None
    people = [one for one in agents() if _can_take(one.profile, ticket, rules)]
    loads = tally.load_of(one.pk for one in people)
    free = [one for one in people if loads[one.pk] < (_capacity(one.profile, rules) or 10_000)]
    if not free:
        return None
    return _next(free, loads) if rules["way"] == "round_robin" else _least(free, loads, ticket, rules)


def agents() -> list[Any]:
    """Everybody who answers on the company's desk, by name."""
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    people = apps.get_model("accounts", "User")._default_manager.filter(is_active=True, role__in=access.COMPANY)
    return list(people.order_by("name", "id"))


def _can_take(profile: dict[str, Any], ticket: Any, rules: dict[str, Any]) -> bool:
    if profile.get("away"):
        return False
    mine = profile.get("departments")
    if rules.get("by_department") and ticket.department and mine and ticket.department not in mine:
        return False
    if ticket.team_id and str(ticket.team_id) not in profile.get("teams", ()):
        return False
    wanted = set(rules.get("skills", ())) & set(ticket.tags)
    return wanted <= set(profile.get("skills", ())) and _at_work(profile.get("hours"), clock.now())


def _at_work(hours: dict[str, Any] | None, now: datetime) -> bool:
    """Whether it is working time there: {"days": [0…6], "from": "09:00", "to": "17:00", "zone": "Europe/Oslo"}."""
    if not hours:
        return True
    try:
        here = timezone.localtime(now, zoneinfo.ZoneInfo(hours.get("zone", "UTC")))
        begins, ends = (time.fromisoformat(hours[end]) for end in ("from", "to"))
    except (KeyError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        return True
    return here.weekday() in hours.get("days", range(7)) and begins <= here.time() < ends


def _capacity(profile: dict[str, Any], rules: dict[str, Any]) -> int:
    return int(profile.get("capacity") or rules.get("capacity") or 0)


def _least(free: Iterable[Any], loads: dict[UUID, int], ticket: Any, rules: dict[str, Any]) -> Choice:
    chosen = min(free, key=lambda one: (loads[one.pk], one.name, str(one.pk)))
    place = ""
    if rules.get("by_department") and ticket.department:
        place = f" in {settings.departments(retired=True).get(ticket.department, ticket.department)}"
    return Choice(chosen.pk, chosen.name, f"{loads[chosen.pk]} open, the lowest{place}")


def _next(free: list[Any], loads: dict[UUID, int]) -> Choice:
    rows = apps.get_model("tickets", "Setting").objects
    row, _ = rows.select_for_update(no_key=True).get_or_create(key=ROTATION, defaults={"value": ""})
    order = sorted(free, key=lambda one: str(one.pk))
    chosen = next((one for one in order if str(one.pk) > str(row.value)), order[0])
    rows.filter(pk=row.pk).update(value=str(chosen.pk))
    return Choice(chosen.pk, chosen.name, f"next in turn, {loads[chosen.pk]} open")
