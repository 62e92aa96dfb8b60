"""Which agent a new ticket goes to, when the company has asked for that; and why, in words that stand on the ticket."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
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


@dataclass(frozen=True, slots=True)
class Prospect:
    """An agent, the requests they have open, and why a new one does not go to them (empty when it could)."""

    id: UUID
    name: str
    load: int
    why_not: str


def is_on() -> bool:
    """Whether the company has asked for that at all."""
    return bool(settings.read("assignment")["assignment"].get("way", "off") != "off")


def choose(ticket: Any) -> Choice | None:
    """The agent for this ticket; None when distribution is off or nobody can take it now."""
    rules = settings.read("assignment")["assignment"]
    if rules.get("way", "off") == "off":
        return None
    free = [one for one in _prospects(ticket, rules) if not one.why_not]
    if not free:
        return None
    return _next(free) if rules["way"] == "round_robin" else _least(free, ticket, rules)


def foresee(ticket: Any) -> tuple[Choice | None, list[Prospect]]:
    """What would happen to this ticket now, and where everybody stands; nothing is changed by asking."""
    rules = settings.read("assignment")["assignment"]
    everybody = _prospects(ticket, rules)
    free = [one for one in everybody if not one.why_not]
    if rules.get("way", "off") == "off" or not free:
        return None, everybody
    if rules["way"] != "round_robin":
        return _least(free, ticket, rules), everybody
    last = apps.get_model("tickets", "Setting").objects.filter(key=ROTATION).values_list("value", flat=True).first()
    return _after(free, str(last or "")), everybody


def agents() -> list[Any]:
    """Everybody who answers on the company's desk, by name."""
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    people = apps.get_model("accounts", "User")._default_manager.filter(is_active=True, role__in=access.COMPANY)
    return list(people.order_by("name", "id"))


def away(profile: dict[str, Any]) -> str:
    """Whether somebody is away now, in words: by their own word, or on the days that they named. Empty when not."""
    if profile.get("away"):
        return "away"
    out = profile.get("out") or {}
    try:
        begins, ends = (date.fromisoformat(out[end]) for end in ("from", "until"))
        zone = zoneinfo.ZoneInfo(profile.get("zone") or (profile.get("hours") or {}).get("zone") or "UTC")
    except (KeyError, TypeError, ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return ""
    is_out = begins <= timezone.localtime(clock.now(), zone).date() <= ends
    return f"out until {ends:%-d %b}" if is_out else ""


def _prospects(ticket: Any, rules: dict[str, Any]) -> list[Prospect]:
    people = agents()
    loads = tally.load_of(one.pk for one in people)
    return [
        Prospect(one.pk, one.name, loads[one.pk], _why_not(one.profile, loads[one.pk], ticket, rules)) for one in people
    ]


def _why_not(profile: dict[str, Any], load: int, ticket: Any, rules: dict[str, Any]) -> str:
    if words := away(profile):
        return words
    mine = profile.get("departments")
    if rules.get("by_department") and ticket.department and mine and ticket.department not in mine:
        return "works in other departments"
    if ticket.team_id and str(ticket.team_id) not in profile.get("teams", ()):
        return "not in the team"
    lacking = (set(rules.get("skills", ())) & _said_of(ticket)) - set(profile.get("skills", ()))
    if lacking:
        return f"does not know: {', '.join(sorted(lacking))}"
    if not _at_work(profile.get("hours"), clock.now()):
        return "not at work now"
    most = _capacity(profile, rules)
    return f"has {load} of at most {most}" if most and load >= most else ""


def _said_of(ticket: Any) -> set[str]:
    """Its tags, and what was chosen when it was asked: a customer gives no tags, but a department and answers."""
    answers = (one for value in ticket.fields.values() for one in (value if isinstance(value, list) else [value]))
    return {*ticket.tags, ticket.department, *(one.lower() for one in answers if isinstance(one, str))}


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


def _least(free: Iterable[Prospect], ticket: Any, rules: dict[str, Any]) -> Choice:
    chosen = min(free, key=lambda one: (one.load, one.name, str(one.id)))
    place = ""
    if rules.get("by_department") and ticket.department:
        place = f" in {settings.departments(retired=True).get(ticket.department, ticket.department)}"
    return Choice(chosen.id, chosen.name, f"{chosen.load} open, the lowest{place}")


def _next(free: list[Prospect]) -> Choice:
    rows = apps.get_model("tickets", "Setting").objects
    row, _ = rows.select_for_update(no_key=True).get_or_create(key=ROTATION, defaults={"value": ""})
    chosen = _after(free, str(row.value))
    rows.filter(pk=row.pk).update(value=str(chosen.id))
    return chosen


def _after(free: list[Prospect], last: str) -> Choice:
    order = sorted(free, key=lambda one: str(one.id))
    chosen = next((one for one in order if str(one.id) > last), order[0])
    return Choice(chosen.id, chosen.name, f"next in turn, {chosen.load} open")
