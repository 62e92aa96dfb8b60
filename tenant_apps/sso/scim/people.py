"""What a directory does with people. What it sent of each is kept as it was sent, and followed here."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from django.apps import apps
from django.db import IntegrityError, transaction

from portico import asks, clock
from portico.actor import Actor
from portico.errors import Missing, Refused
from portico.events import record
from shared_apps.accounts import seats, sessions
from tenant_apps.people import roles
from tenant_apps.people.actions import hand_on, hold
from tenant_apps.people.models import Team
from tenant_apps.sso import access, mapping
from tenant_apps.sso.models import Link
from tenant_apps.sso.scim import finding
from tenant_apps.sso.scim.patching import patched, replaced
from tenant_apps.sso.scim.shapes import ROLES, USER, ScimRefused
from tenant_apps.sso.trust import clean_name, email_of

_TAKEN = "Somebody here is called that, or has this address, already."
_LONGEST = 255


def shown(person: Any, kept: Link | None, base: str, teams: dict[str, str]) -> dict[str, Any]:
    """Somebody as the directory knows them, with what is true here."""
    said = {name: value for name, value in (kept.facts if kept else {}).items() if not name.startswith("_")}
    if not kept:
        said = {
            "userName": person.email,
            "displayName": person.name,
            "emails": [{"value": person.email, "type": "work", "primary": True}],
            "roles": [{"value": person.role, "primary": True}],
            "active": person.is_active,
        }
    if "active" in said or not person.is_active:
        said["active"] = person.is_active
    if said.get("roles") and person.role not in {one["value"].lower() for one in said["roles"]}:
        said["roles"] = [{"value": person.role, "primary": True}]
    groups = [
        {"value": key, "$ref": f"{base}/Groups/{key}", "display": teams[key]}
        for key in person.profile.get("teams", ())
        if key in teams
    ]
    meta = {
        "resourceType": "User",
        "created": person.created_at.isoformat(),
        "lastModified": (kept.changed_at if kept else person.created_at).isoformat(),
        "location": f"{base}/Users/{person.pk}",
    }
    return {"schemas": [USER], "id": str(person.pk), **said, "meta": meta} | ({"groups": groups} if groups else {})


def all_shown(people: Iterable[Any], base: str) -> list[dict[str, Any]]:
    """Several, with as many statements as for one."""
    rows = list(people)
    kept = {one.target: one for one in Link.objects.of_directory("person").filter(target__in=[one.pk for one in rows])}
    teams = {str(key): name for key, name in Team.objects.filter(is_active=True).values_list("pk", "name")}
    return [shown(one, kept.get(one.pk), base, teams) for one in rows]


@transaction.atomic
def create(sent: Any, *, by: Actor) -> Any:
    """Somebody new; or somebody whom the directory had deleted comes back, with all that is theirs."""
    access.require(by, "keep_directory")
    said = replaced({}, sent)
    email, name = _email(said, ""), _name(said)
    if not email:
        raise ScimRefused(400, "invalidValue", "Somebody needs an address: in emails, or as userName.")
    person = _person_gone(said, email)
    if person is None:
        person = _users()(email=email, name=name, role=_role(said, "member"), is_active=said.get("active", True))
        person.set_unusable_password()
        if _answers(person.role, person.is_active):
            _require_room()
        said["_made"] = True
        _saved(person, force_insert=True)
        record("directory.create", person, by=by, desk="company", name=name, email=email, role=person.role)
    return _kept(person, said, by)


@transaction.atomic
def replace(person_id: UUID, sent: Any, *, by: Actor) -> Any:
    """Somebody as the directory has them now, all of it."""
    access.require(by, "keep_directory")
    person = _lock(person_id)
    return _kept(person, replaced(_said(person), sent), by)


@transaction.atomic
def change(person_id: UUID, sent: Any, *, by: Actor) -> Any:
    """Some of what the directory has of somebody."""
    access.require(by, "keep_directory")
    person = _lock(person_id)
    return _kept(person, patched(_said(person), sent), by)


@transaction.atomic
def delete(person_id: UUID, *, by: Actor) -> None:
    """The directory does not know somebody any more: they are kept out, and what they wrote stays theirs."""
    access.require(by, "keep_directory")
    person = _lock(person_id)
    _kept(person, _said(person) | {"active": False, "_gone": True}, by)


def _kept(person: Any, said: dict[str, Any], by: Actor) -> Any:
    """Follow what the directory says of somebody, and keep it."""
    _require_open(person)
    user_name = str(said.get("userName", "")).strip()
    if not user_name or len(user_name) > _LONGEST:
        raise ScimRefused(400, "invalidValue", "Somebody needs a userName.")
    before = {"name": person.name, "email": person.email, "role": person.role, "is_active": person.is_active}
    person.name = _name(said)
    email = _email(said, person.email)
    if email != person.email:
        _require_may_move(person, email, said)
        person.email = email
    # Managers are made, and unmade, by people; and whom groups give a role has that.
    is_theirs = person.role in ROLES and not mapping.decides(person)
    role = _role(said, person.role) if is_theirs else person.role
    if role != person.role:
        roles.GIVEN[role].written_to(person)  # and with it whatever a role of the company's own making allowed
    person.is_active = said.get("active", True)
    if _answers(person.role, person.is_active) and not _answers(before["role"], before["is_active"]):
        _require_room()
    after = {name: getattr(person, name) for name in before}
    if before != after:
        _saved(person, update_fields=[*before, "profile"])
        changed = {name: value for name, value in after.items() if value != before[name]}
        facts = {"before": {name: before[name] for name in changed}, "after": changed}
        record("directory.update", person, by=by, desk="company", name=person.name, **facts)
    if before["is_active"] and not person.is_active:
        _close(person)
    if _answers(before["role"], before["is_active"]) and not _answers(person.role, person.is_active):
        hand_on(person, None, by=by)
    _keep(person, user_name, said)
    mapping.follow(person, by=by)
    return person


def _keep(person: Any, user_name: str, said: dict[str, Any]) -> None:
    row = Link.objects.of_directory("person").filter(target=person.pk).first()
    row = row or Link(id=uuid5(person.pk, "scim"), kind="person", target=person.pk)
    row.subject, row.facts, row.changed_at = user_name.lower(), said, clock.now()
    _saved(row)


def _close(person: Any) -> None:
    """Keep somebody out at once: sessions and keys end, and come not back when they do."""
    sessions.end_all(person)
    person.tokens.filter(revoked_at=None).update(revoked_at=clock.now())


def _saved(row: Any, **how: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError:
        raise ScimRefused(409, "uniqueness", _TAKEN) from None


def _lock(person_id: UUID) -> Any:
    hold({person_id})  # with the owners, in the order in which whoever changes people holds them
    person = finding.people("").filter(pk=person_id).first()
    if person is None:
        raise Missing
    _require_open(person)
    return person


def _require_open(person: Any) -> None:
    if person.role == "owner":
        raise ScimRefused(403, "", "An owner of the desk is not changed by a directory.")


def _require_may_move(person: Any, email: str, said: dict[str, Any]) -> None:
    """Whoever gets mail at an account's address gets into the account: it moves within what is proven the company's.

    Of somebody whom the directory made and who never came in, there is nothing to get into yet.
    """
    is_untouched = said.get("_made") and person.last_login is None and not person.has_usable_password()
    if email.rpartition("@")[2] not in asks.proven_domains() and not is_untouched:
        raise ScimRefused(403, "", "An address moves only to a domain that is proven to be the company’s.")


def _person_gone(said: dict[str, Any], email: str) -> Any:
    """Somebody of this name or address whom the directory had deleted."""
    names = {str(said.get("userName", "")).lower(), email}
    gone = Link.objects.of_directory("person").filter(facts___gone=True)
    people = _users()._default_manager.select_for_update(no_key=True).exclude(role="owner")
    found = people.filter(email=email, pk__in=gone.values("target")).first()
    return found or people.filter(pk__in=gone.filter(subject__in=names).values("target")).first()


def _said(person: Any) -> dict[str, Any]:
    """What the directory said of somebody last; of whom it never spoke, what it would read."""
    kept = Link.objects.of_directory("person").filter(target=person.pk).first()
    read = shown(person, kept, "", {})
    private = {name: value for name, value in (kept.facts if kept else {}).items() if name.startswith("_")}
    return {name: value for name, value in read.items() if name not in {"schemas", "id", "meta"}} | private


def _name(said: dict[str, Any]) -> str:
    parts = said.get("name", {})
    whole = " ".join(one for one in (parts.get("givenName", ""), parts.get("familyName", "")) if one)
    first = next((one for one in (said.get("displayName"), parts.get("formatted"), whole) if one), said.get("userName"))
    return clean_name(first) or "Somebody"


def _email(said: dict[str, Any], before: str) -> str:
    """The address that counts: the primary one, the first, the userName when it is one, or the one of before."""
    emails = said.get("emails", [])
    ordered = [*(one for one in emails if one.get("primary")), *emails]
    if ordered:
        found = email_of(ordered[0]["value"])
        if not found:
            raise ScimRefused(400, "invalidValue", "This is not an e-mail address.")
        return found
    return before or email_of(said.get("userName"))


def _answers(role: str, is_active: bool) -> bool:
    return is_active and role in seats.AGENTS


def _require_room() -> None:
    try:
        seats.require_room()
    except Refused as no:
        raise ScimRefused(403, "", no.message) from None


def _role(said: dict[str, Any], before: str) -> str:
    roles = said.get("roles", [])
    ordered = [*(one for one in roles if one.get("primary")), *roles]
    if not ordered:
        return before
    role = str(ordered[0]["value"]).lower()
    if role not in ROLES:
        raise ScimRefused(400, "invalidValue", f"A directory makes somebody one of: {', '.join(ROLES)}.")
    return role


def _users() -> Any:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")
