"""Roles of the company's own making: one of the five, and more. Nobody makes one that allows more than they may."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import access, roles
from tenant_apps.people.models import Invitation
from tenant_apps.tickets.drafts import key_of
from tenant_apps.tickets.models import Setting
from tenant_apps.tickets.text import clean_text

MOST, NAME = 30, 40


@transaction.atomic
def save_role(key: str, name: str, base: str, may: Iterable[str], *, by: Actor) -> tuple[roles.Role, Event | None]:
    """Make a role (without a key), or change one. Whoever has it may so much from their next request on."""
    access.require(by, "keep_roles")
    row = _lock()
    known = roles.with_own(row.value)
    before = known.get(key)
    if key and (before is None or not before.is_own):
        raise Missing
    if not key and len(row.value) >= MOST:
        raise Refused("too_many_roles", f"There are {MOST} roles of your own already.")
    wanted = frozenset(may)
    if base not in roles.BASES or (before and before.base != base):
        raise Invalid({"base": ["Please choose what it is made of. It stays that."]})
    if wanted - roles.BASES[base]:
        raise Invalid({"may": [f"What {roles.GIVEN[base].name.lower()}s can be allowed besides stands in the list."]})
    name = _free_name(name, known, but=key)
    role = roles.Role(key or _key(name, known), name, base, wanted)
    if not access.reaches(by, role) or (before and not access.reaches(by, before)):
        raise Forbidden("above_you", "You can give no more than you may yourself.")
    if role == before:
        return role, None
    _write(row, [one.kept for one in known.values() if one.is_own and one.key != role.key] + [role.kept])
    _tell_holders(role)
    return role, _told("role.save", row, by, before, role)


@transaction.atomic
def drop_role(key: str, *, by: Actor) -> Event:
    """Take a role away. Refused while somebody has it or is invited with it."""
    access.require(by, "keep_roles")
    row = _lock()
    known = roles.with_own(row.value)
    role = known.get(key)
    if role is None or not role.is_own:
        raise Missing
    if not access.reaches(by, role):
        raise Forbidden("above_you", "This role allows more than your own.")
    if User.objects.filter(profile__role__key=key).exists() or Invitation.objects.waiting().filter(role=key).exists():
        raise Refused("role_in_use", f"Somebody is {role.name}, or is invited as that. Give them another role first.")
    _write(row, [one.kept for one in known.values() if one.is_own and one.key != key])
    return _told("role.drop", row, by, role, None)


def undo(event: Event, *, by: Actor) -> Event | None:
    """The role as it was before; one that was made is taken away, one that was taken away is made again."""
    before, after = event.facts["before"], event.facts["after"]
    now = roles.known().get((after or before)["key"])
    if (now.kept if now else None) != after:
        raise Refused("changed_meanwhile", "This was changed again since. Please look at it.")
    if before is None:
        return drop_role(after["key"], by=by)
    return save_role(after["key"] if after else "", before["name"], before["base"], before["may"], by=by)[1]


def _lock() -> Setting:
    rows = Setting.objects.select_for_update(no_key=True)
    found, _ = rows.get_or_create(key=roles.KEY, defaults={"value": [], "version": 1})
    return found


def _write(row: Setting, value: list[dict[str, Any]]) -> None:
    row.value, row.version = sorted(value, key=lambda one: str(one["name"]).casefold()), row.version + 1
    row.save(update_fields=["value", "version"])


def _tell_holders(role: roles.Role) -> None:
    """What a role allows stands with each who has it, so that no request has to ask."""
    holders = list(User.objects.filter(profile__role__key=role.key).order_by("pk").select_for_update(no_key=True))
    for one in holders:
        role.written_to(one)
    User.objects.bulk_update(holders, ["role", "profile"], batch_size=500)


def _free_name(name: str, known: dict[str, roles.Role], but: str) -> str:
    name = " ".join(clean_text("name", name, limit=NAME).split())
    if any(one.name.casefold() == name.casefold() for one in known.values() if one.key != but):
        raise Invalid({"name": ["Another role is called that already."]})
    return name


def _key(name: str, known: dict[str, roles.Role]) -> str:
    return key_of(name, known, 30)


def _told(verb: str, row: Setting, by: Actor, before: roles.Role | None, after: roles.Role | None) -> Event:
    facts = {"before": before.kept if before else None, "after": after.kept if after else None}
    name = (after or before or roles.GIVEN["agent"]).name
    event: Event = record(verb, row, by=by, desk="company", name=name, **facts)
    return event
