"""What managers say about their people: teams and who is in them, and how each of them works."""

import hashlib
import json
import zoneinfo
from collections.abc import Callable, Iterable
from datetime import time
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, settings
from tenant_apps.tickets.text import clean_tags, clean_text

TEAM_NAME, MOST_TEAMS, MOST_CAPACITY = 60, 100, 1_000
_MOST_PUT_AWAY = 20
_OWN = frozenset({"columns", "put_away", "photo", "language", "signature", "zone"})
SEES = ("none", "own", "team", "all")


@transaction.atomic
def add_team(name: str, *, by: Actor) -> tuple[Team, Event]:
    """A new team with nobody in it."""
    access.require(by, "configure", access.COMPANY_DESK)
    if Team.objects.count() >= MOST_TEAMS:
        raise Refused("too_many_teams", f"There are {MOST_TEAMS} teams already.")
    team = Team(name=_free_name(name))
    _save(team)
    return team, record("team.create", team, by=by, desk="company", name=team.name, before=None, after=facts_of(team))


@transaction.atomic
def change_team(team: Team, *, by: Actor, name: str | None = None, is_active: bool | None = None) -> Event | None:
    """Rename a team, retire it or bring it back. Requests that a retired team has stay with it."""
    access.require(by, "configure", access.COMPANY_DESK)
    team = lock_team(team.pk)
    before = facts_of(team)
    team.name = _free_name(name, besides=team.pk) if name is not None else team.name
    team.is_active = team.is_active if is_active is None else is_active
    if facts_of(team) == before:
        return None
    _save(team)
    return _told(
        record("team.update", team, by=by, desk="company", name=team.name, before=before, after=facts_of(team))
    )


@transaction.atomic
def set_members(team: Team, members: Iterable[UUID], *, by: Actor) -> Event | None:
    """Who is in the team, all of them. It holds from everybody's next click on."""
    access.require(by, "configure", access.COMPANY_DESK)
    team = lock_team(team.pk)
    wanted, key = set(members), str(team.pk)
    everybody = list(people().order_by("pk").select_for_update(no_key=True))
    if wanted - {one.pk for one in everybody}:
        raise Invalid({"members": ["Somebody in this list is not here any more."]})
    before = [one for one in everybody if key in one.profile.get("teams", ())]
    for one in everybody:
        teams = [other for other in one.profile.get("teams", ()) if other != key]
        teams += [key] if one.pk in wanted else []
        if teams != one.profile.get("teams", []) and (one in before) != (one.pk in wanted):
            one.profile = one.profile | {"teams": teams}
            one.save(update_fields=["profile"])
    after = [one for one in everybody if one.pk in wanted]
    if before == after:
        return None
    ids = {"before": [str(one.pk) for one in before], "after": [str(one.pk) for one in after]}
    return _told(record("team.members.update", team, by=by, desk="company", name=team.name, **ids))


@transaction.atomic
def set_profile(person_id: UUID, given: dict[str, Any], *, by: Actor, seen: str = "") -> Event | None:
    """Change how somebody works: `departments`, `skills`, `capacity`, `hours`, `away`, `sees`.

    `seen` is the mark of the profile that the caller looked at (`mark_of`); one that is no longer true is refused.
    """
    access.require(by, "configure", access.COMPANY_DESK)
    person = people().select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise Missing
    if seen and seen != mark_of(person.profile):
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    if given.get("sees", "own") != "own" and person.role != "member":
        raise Invalid({"sees": ["Only members, who work for the company, can see more or less than their own."]})
    changed = {name: value for name, value in _read(given).items() if person.profile.get(name, _EMPTY[name]) != value}
    if not changed:
        return None
    before = {name: person.profile.get(name, _EMPTY[name]) for name in changed}
    person.profile = person.profile | changed
    person.save(update_fields=["profile"])
    facts = {"name": person.name, "before": before, "after": changed}
    return _told(record("person.profile.update", person, by=by, desk="company", **facts))


@transaction.atomic
def choose_columns(names: Iterable[str], *, by: Actor) -> None:
    """Which details somebody's list of requests shows. Nobody else sees it, so nothing is recorded."""
    access.require(by, "work", access.COMPANY_DESK)
    person = people().select_for_update(no_key=True).filter(pk__in=[by.id]).first()
    if person is None:
        raise Missing
    person.profile = person.profile | {"columns": sorted(set(names))}
    person.save(update_fields=["profile"])


@transaction.atomic
def put_away(key: str, said_at: str, *, by: Actor) -> None:
    """Somebody has read what was said at that moment, and wants no banner for it. Nobody else sees it."""
    access.require(by, "see")
    person = people().select_for_update(no_key=True).filter(pk__in=[by.id]).first()
    if person is None:
        raise Missing
    others = {one: at for one, at in person.profile.get("put_away", {}).items() if one != key}
    person.profile = person.profile | {"put_away": dict(list(others.items())[-_MOST_PUT_AWAY:]) | {key: said_at}}
    person.save(update_fields=["profile"])


def facts_of(team: Team) -> dict[str, Any]:
    """A team as the journal keeps it."""
    return {"name": team.name, "is_active": team.is_active}


def mark_of(profile: dict[str, Any]) -> str:
    """What a form carries to `seen`. What somebody sees of pages is their own, and no change to others."""
    shared = {name: value for name, value in profile.items() if name not in _OWN}
    return hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).hexdigest()[:16]


def people() -> QuerySet[User]:
    """Everybody who may sign in."""
    return User.objects.filter(is_active=True)


def lock_team(key: Any) -> Team:
    """The team, held until commit; Missing when there is none."""
    team = Team.objects.select_for_update(no_key=True).filter(pk=key).first()
    if team is None:
        raise Missing
    return team


def _free_name(name: str, besides: UUID | None = None) -> str:
    name = " ".join(clean_text("name", name, limit=TEAM_NAME).split())
    if Team.objects.filter(name__iexact=name).exclude(pk__in=[besides] if besides else []).exists():
        raise Invalid({"name": ["Another team is called that already."]})
    return name


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:  # somebody gave this name to another team at the same moment
        raise Invalid({"name": ["Another team is called that already."]}) from None


def _told(event: Any) -> Event:
    found: Event = event
    return found


def _read(given: dict[str, Any]) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    values = {}
    for name, value in given.items():
        try:
            values[name] = _READERS[name](value) if name in _READERS else _refuse(name, "There is no such part.")
        except Invalid as no:
            wrong |= no.fields
    if wrong:
        raise Invalid(wrong)
    return values


def _refuse(name: str, words: str) -> Any:
    raise Invalid({name: [words]})


def _departments(value: Any) -> list[str]:
    known = settings.departments()
    if not isinstance(value, list) or any(one not in list(known) for one in value):
        _refuse("departments", f"Please choose from: {', '.join(known)}.")
    return [key for key in known if key in value]


def _skills(value: Any) -> list[str]:
    try:
        return clean_tags([str(one) for one in value])
    except Invalid as no:
        raise Invalid({"skills": no.fields["tags"]}) from None


def _capacity(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_CAPACITY:
        _refuse("capacity", f"Please write a whole number from 0 to {MOST_CAPACITY:,}.")
    return int(value)


def read_hours(value: Any) -> dict[str, Any] | None:
    """{"days": [0…6], "from": "09:00", "to": "17:00", "zone": "Europe/Oslo"}; None for all day, every day."""
    if not value:
        return None
    try:
        days = sorted({int(one) for one in value["days"]})
        begins, ends = (time.fromisoformat(value[end]) for end in ("from", "to"))
        zone = zoneinfo.ZoneInfo(value.get("zone") or "UTC").key
    except (KeyError, TypeError, ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        _refuse("hours", "Please give days, a time to begin and to end, and a time zone like Europe/Oslo.")
    if not days or not set(days) <= set(range(7)) or begins >= ends:
        _refuse("hours", "Please choose at least one day, and an end after the beginning.")
    return {"days": days, "from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}", "zone": zone}


def _sees(value: Any) -> str:
    if value not in SEES:
        _refuse("sees", f"Please choose one of: {', '.join(SEES)}.")
    return str(value)


_EMPTY: dict[str, Any] = {
    "departments": [],
    "skills": [],
    "capacity": 0,
    "hours": None,
    "away": False,
    "sees": "own",
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "departments": _departments,
    "skills": _skills,
    "capacity": _capacity,
    "hours": read_hours,
    "away": bool,
    "sees": _sees,
}
