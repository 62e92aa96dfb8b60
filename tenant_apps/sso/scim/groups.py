"""What a directory does with groups: each is a team of the company."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Missing
from portico.events import record
from tenant_apps.people.models import Team
from tenant_apps.sso import access, mapping
from tenant_apps.sso.models import Link
from tenant_apps.sso.scim import finding
from tenant_apps.sso.scim.patching import patched, replaced
from tenant_apps.sso.scim.shapes import GROUP, ScimRefused

_MOST, _LONGEST = 100, 60


def all_shown(teams: Iterable[Team], base: str, *, with_members: bool = True) -> list[dict[str, Any]]:
    """Teams as the directory knows them, with who is in them now."""
    rows = list(teams)
    kept = {one.target: one for one in Link.objects.of_directory("team").filter(target__in=[one.pk for one in rows])}
    members: dict[str, list[UUID]] = {}
    if with_members:
        keys = {str(one.pk) for one in rows}
        for person, profile in finding.people("").values_list("pk", "profile"):
            for key in keys.intersection(profile.get("teams", ())):
                members.setdefault(key, []).append(person)
    return [_shown(one, kept.get(one.pk), members.get(str(one.pk), []), base) for one in rows]


@transaction.atomic
def create(sent: Any, *, by: Actor) -> Team:
    """Another team."""
    access.require(by, "keep_directory")
    said = replaced({}, sent)
    if Team.objects.count() >= _MOST:
        raise ScimRefused(409, "tooMany", f"There are {_MOST} teams already.")
    team = Team(name=_name(said))
    _saved(team)
    record("team.create", team, by=by, desk="company", name=team.name, before=None, after=_facts(team))
    return _kept(team, said, by, is_whole=True)


@transaction.atomic
def replace(team_id: UUID, sent: Any, *, by: Actor) -> Team:
    """A team as the directory has it now, all of it."""
    access.require(by, "keep_directory")
    team = _lock(team_id)
    return _kept(team, {"members": []} | replaced({}, sent), by, is_whole=True)


@transaction.atomic
def change(team_id: UUID, sent: Any, *, by: Actor) -> Team:
    """Some of what the directory has of a team."""
    access.require(by, "keep_directory")
    team = _lock(team_id)
    row = all_shown([team], "")[0]
    before = {name: value for name, value in row.items() if name not in {"schemas", "id", "meta"}}
    after = patched(before, sent)
    return _kept(team, after | {"members": after.get("members", [])}, by, is_whole=False)


@transaction.atomic
def delete(team_id: UUID, *, by: Actor) -> None:
    """The directory does not know the team any more: it is retired, and its requests stay with it."""
    access.require(by, "keep_directory")
    team = _lock(team_id)
    before = _facts(team)
    team.is_active = False
    # Its name is free for another one: the directory thinks that this one is gone.
    team.name = f"{team.name[: _LONGEST - 10]} {str(team.pk)[-8:]}"
    _saved(team)
    Link.objects.of_directory("team").filter(target=team.pk).delete()
    record("team.update", team, by=by, desk="company", name=team.name, before=before, after=_facts(team))
    for one in mapping.said_of(team.pk):
        mapping.in_directory(one, team.pk, is_in=False)
        mapping.follow(one, by=by)


def _kept(team: Team, said: dict[str, Any], by: Actor, *, is_whole: bool) -> Team:
    """Follow what the directory says of a group; `is_whole` when it said all of it, not a change to what is here."""
    before = _facts(team)
    is_named = is_whole or _name(said) != team.name
    team.name = _name(said)
    if _facts(team) != before:
        _saved(team)
        record("team.update", team, by=by, desk="company", name=team.name, before=before, after=_facts(team))
    is_renamed = _keep_row(team, said, is_named=is_named)
    news = _set_members(team, said["members"], by, is_whole=is_whole) if "members" in said else []
    if is_renamed:
        news = mapping.said_of(team.pk)
    for one in news:
        mapping.follow(one, by=by)
    return team


def _keep_row(team: Team, said: dict[str, Any], *, is_named: bool) -> bool:
    """Keep what the directory has of a team; whether it gave it another name, which is not what people call it."""
    row = Link.objects.of_directory("team").filter(target=team.pk).first()
    row = row or Link(id=uuid5(team.pk, "scim"), kind="team", target=team.pk, subject=str(team.pk))
    before = row.facts.get("_name", "")
    row.facts = {"externalId": said["externalId"]} if said.get("externalId") else {}
    row.facts["_name"] = team.name if is_named else before
    row.changed_at = clock.now()
    row.save()
    return bool(row.facts["_name"] != before)


def _set_members(team: Team, members: list[dict[str, Any]], by: Actor, *, is_whole: bool) -> list[Any]:
    """Who is in the team, all of them; those who are kept out for now as well, for they may come back. Of whom the
    directory itself says something new is returned: whom people here put in, it never named."""
    key = str(team.pk)
    try:
        wanted = {UUID(one["value"]) for one in members}
    except ValueError:
        raise ScimRefused(400, "invalidValue", "A member is named by the id of a person.") from None
    people = {one.pk: one for one in finding.people("").order_by("pk").select_for_update(no_key=True)}
    if wanted - people.keys():
        raise ScimRefused(400, "invalidValue", "There is no such person among those named as members.")
    before = {pk for pk, one in people.items() if key in one.profile.get("teams", ())}
    for pk in before ^ wanted:
        person = people[pk]
        teams = [other for other in person.profile.get("teams", ()) if other != key]
        person.profile = person.profile | {"teams": teams + ([key] if pk in wanted else [])}
        person.save(update_fields=["profile"])
    if before != wanted:
        ids = {"before": sorted(map(str, before)), "after": sorted(map(str, wanted))}
        record("team.members.update", team, by=by, desk="company", name=team.name, **ids)
    named = people.keys() if is_whole else before ^ wanted
    return [people[pk] for pk in named if mapping.in_directory(people[pk], team.pk, is_in=pk in wanted)]


def _shown(team: Team, kept: Link | None, members: list[UUID], base: str) -> dict[str, Any]:
    meta = {"resourceType": "Group", "location": f"{base}/Groups/{team.pk}"}
    found = {"schemas": [GROUP], "id": str(team.pk), "displayName": team.name, "meta": meta}
    found |= {name: value for name, value in (kept.facts if kept else {}).items() if not name.startswith("_")}
    listed = [{"value": str(one), "$ref": f"{base}/Users/{one}", "type": "User"} for one in members]
    return found | ({"members": listed} if listed else {})


def _lock(team_id: UUID) -> Team:
    team = Team.objects.select_for_update(no_key=True).filter(pk=team_id, is_active=True).first()
    if team is None:
        raise Missing
    return team


def _name(said: dict[str, Any]) -> str:
    name = " ".join(str(said.get("displayName", "")).split())
    if not name or len(name) > _LONGEST:
        raise ScimRefused(400, "invalidValue", f"A group needs a displayName of at most {_LONGEST} characters.")
    return name


def _facts(team: Team) -> dict[str, Any]:
    return {"name": team.name, "is_active": team.is_active}


def _saved(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise ScimRefused(409, "uniqueness", "Another team is called that already.") from None
