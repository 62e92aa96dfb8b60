"""Roles that groups of a provider or a directory give, as owners have said for a connection; never to or from an owner.

What a provider says of somebody at a sign-in, and a directory with each push, is kept in `profile["groups"]`:
`{"<connection>": [names], "scim": [ids of teams], "gave": the role that came of it}`. Teams that people put somebody
in, and names that people give a team, count for nothing here: whoever keeps teams does not thereby make managers.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico.actor import SYSTEM, Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from tenant_apps.people import actions as people
from tenant_apps.people import roles
from tenant_apps.sso import access
from tenant_apps.sso.models import Connection, Link
from tenant_apps.sso.trust import Claim

KINDS = ("oidc", "saml", "ldap", "microsoft")
MOST, LONGEST = 50, 255
DIRECTORY = "scim"
_KEY, _GAVE = "groups", "gave"
_OTHERWISE = "member"

Rows = list[list[str]]  # [[group, role]], the first that fits counts


@transaction.atomic
def map_groups(connection_id: UUID, rows: Iterable[tuple[str, str]], *, by: Actor) -> Connection:
    """From the next sign-in or push on these groups give these roles. Without any, nothing about roles is followed."""
    access.require(by, "keep_connections")
    found = Connection.objects.select_for_update(no_key=True).filter(pk=connection_id, kind__in=KINDS).first()
    if found is None:
        raise Missing
    before, after = found.options.get("roles", []), _clean(rows)
    if after and found.kind == "microsoft" and not found.options.get("directory"):
        raise Invalid({"groups": ["Name the directory first: groups of any other one could be called the same."]})
    if before != after:
        found.options = {name: value for name, value in found.options.items() if name != "roles"}
        found.options |= {"roles": after} if after else {}
        found.save(update_fields=["options"])
        record("connection.groups", found, by=by, desk="company", name=found.name, before=before, after=after)
    return found


def given_by(connection: Connection) -> Rows:
    """Which group gives which role at this connection, the first that fits; none where groups could be anybody's."""
    is_anybodys = connection.kind == "microsoft" and not connection.options.get("directory")
    return [] if is_anybodys else list(connection.options.get("roles", []))


def at_sign_in(connection: Connection, claim: Claim, person: Any) -> Any:
    """Somebody came in, and the provider said which groups they are in; the person as they are from now on."""
    rows = given_by(connection)
    if not rows or claim.groups is None or person.role == "owner":
        return person
    known = {_folded(group) for group, _ in rows}
    said = sorted(known.intersection(map(_folded, claim.groups)))
    person = people.hold({person.pk})[person.pk]
    if person.profile.get(_KEY, {}).get(str(connection.pk), []) != said:
        _note(person, str(connection.pk), said)
    follow(person, by=_speaking(connection.name), otherwise=connection.default_role or _OTHERWISE)
    return person


def in_directory(person: Any, team: UUID, *, is_in: bool) -> bool:
    """The directory says that somebody is, or is no longer, in this group; whether that is news."""
    before = list(person.profile.get(_KEY, {}).get(DIRECTORY, ()))
    after = [one for one in before if one != str(team)] + ([str(team)] if is_in else [])
    return set(before) != set(after) and _note(person, DIRECTORY, after)


def follow(person: Any, *, by: Actor, otherwise: str = _OTHERWISE) -> None:
    """Give somebody the role of their groups. Whoever left the group that gave theirs is what others become here."""
    rows = _all_rows()
    if person.role == "owner" or not rows:
        return
    now, gave, wanted = roles.key_of(person), person.profile.get(_KEY, {}).get(_GAVE, ""), _first(person, rows)
    to = wanted or (otherwise if gave == now else now)
    if to != now and not _become(person, to, by):
        return
    if gave != wanted:
        _note(person, _GAVE, wanted)


def decides(person: Any) -> bool:
    """Whether groups say which role somebody has, whatever else a directory has about it."""
    rows = _all_rows()
    return bool(rows and _first(person, rows))


def said_of(team: UUID) -> list[Any]:
    """Whom the directory has in this group, held."""
    everybody: Any = apps.get_model("accounts", "User")._default_manager
    named = everybody.filter(**{f"profile__{_KEY}__{DIRECTORY}__contains": str(team)}).values_list("pk", flat=True)
    found = people.hold(set(named))
    return [found[pk] for pk in named]


def _become(person: Any, role: str, by: Actor) -> bool:
    try:
        people.change_role(person.pk, role, by=_speaking(by.label))
    except Refused as no:  # the plan is full: nobody is kept out for that
        record("sso.role.full", person, by=SYSTEM, desk="company", name=person.name, role=role, why=no.message)
        return False
    person.refresh_from_db()
    return True


def _first(person: Any, rows: dict[str, Rows]) -> str:
    """The role of the first row that fits; empty when none does."""
    said, known = person.profile.get(_KEY, {}), roles.known()
    teams = Link.objects.of_directory("team").filter(target__in=said.get(DIRECTORY, ()))
    pushed = {_folded(str(one.facts.get("_name", ""))) for one in teams}
    for connection, mapped in rows.items():
        here = pushed | set(said.get(connection, ()))
        fitting = [role for group, role in mapped if _folded(group) in here and role in known and role != "owner"]
        if fitting:
            return str(fitting[0])
    return ""


def _all_rows() -> dict[str, Rows]:
    working = Connection.objects.working().filter(kind__in=KINDS).order_by("name", "pk")
    return {str(one.pk): rows for one in working if (rows := given_by(one))}


def _note(person: Any, name: str, value: Any) -> bool:
    person.profile = person.profile | {_KEY: person.profile.get(_KEY, {}) | {name: value}}
    person.save(update_fields=["profile"])
    return True


def _clean(rows: Iterable[tuple[str, str]]) -> Rows:
    known, found, seen = roles.known(), [], set()
    for group, role in rows:
        group = " ".join(group.split())
        if not group:
            continue
        if len(group) > LONGEST or not group.isprintable() or _folded(group) in seen:
            raise Invalid({"groups": [f"Name each group once, with at most {LONGEST} characters: {group[:60]}"]})
        if role not in known or role == "owner":
            raise Invalid({"groups": [f"Please choose a role from the list for {group[:60]}."]})
        seen.add(_folded(group))
        found.append([group, role])
    if len(found) > MOST:
        raise Invalid({"groups": [f"At most {MOST} groups fit."]})
    return found


def _folded(group: str) -> str:
    return " ".join(group.split()).casefold()


def _speaking(label: str) -> Actor:
    """The product follows what was said there, under the name of who said it."""
    return Actor(kind=SYSTEM.kind, role=SYSTEM.role, label=label)
