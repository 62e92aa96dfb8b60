"""The roles of a company: the five that every company has, and those of its own making: one of the five and more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared_apps.accounts.models import COMPANY_ROLES, User
from tenant_apps.tickets.models import Setting

KEY = "roles"  # of the row in which a company keeps those of its own making
# What a role can allow besides: the verbs of `tickets.access` and `people.access` that can be given, in plain words.
CAPABILITIES: Mapping[str, str] = {
    "see_all": "See every request of the company",
    "work_on_all": "Work on requests that others have",
    "assign_others": "Give requests to others",
    "delete": "Delete requests, and bring them back",
    "configure": "Change how the desk works: types, departments, teams, brand",
    "manage_people": "Invite people, change their role, deactivate them",
}
# The roles that others are made of. Whoever does not answer requests can be shown all, and no more.
BASES: Mapping[str, frozenset[str]] = {"agent": frozenset(CAPABILITIES), "member": frozenset({"see_all"})}


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody can be here: `base` is one of the five, `may` what it allows besides."""

    key: str
    name: str
    base: str
    may: frozenset[str] = field(default=frozenset())

    @property
    def is_own(self) -> bool:
        """Whether the company made it."""
        return self.key != self.base

    @property
    def kept(self) -> dict[str, Any]:
        """As it stands in the company's row."""
        return {"key": self.key, "name": self.name, "base": self.base, "may": sorted(self.may)}

    def written_to(self, person: User) -> None:
        """Make the person one of this role; the caller saves `role` and `profile`."""
        others = {name: value for name, value in person.profile.items() if name != "role"}
        own = {"role": {"key": self.key, "name": self.name, "may": sorted(self.may)}} if self.is_own else {}
        person.role, person.profile = self.base, others | own


GIVEN: Mapping[str, Role] = {key: Role(key, label, key) for key, label in COMPANY_ROLES.items()}


def known() -> dict[str, Role]:
    """Every role of the company by its key, the five first."""
    rows = Setting.objects.filter(key=KEY).values_list("value", flat=True).first()
    return with_own(rows or [])


def with_own(rows: list[dict[str, Any]]) -> dict[str, Role]:
    """The same of a row that has been read; what cannot be one any more is left away."""
    own = [
        Role(one["key"], one["name"], one["base"], frozenset(one["may"]) & BASES[one["base"]])
        for one in rows
        if one.get("base") in BASES and one.get("key") not in GIVEN
    ]
    return {**GIVEN, **{one.key: one for one in own}}


def key_of(person: User) -> str:
    """The key of somebody's role."""
    own = person.profile.get("role") or {}
    return str(own.get("key") or person.role)


def of(person: User) -> Role:
    """Somebody's role as their account has it: what it allows them today."""
    own = person.profile.get("role") or {}
    if not own:
        return GIVEN[person.role]
    return Role(str(own["key"]), str(own["name"]), person.role, frozenset(own["may"]))
