"""Who may do what with the people of a company. Nobody gives more than they have, or touches who stands above them."""

from collections.abc import Mapping

from portico import actor as kernel
from portico.actor import KEY, Actor
from shared_apps.accounts.models import COMPANY_ROLES
from tenant_apps.people.roles import CAPABILITIES, Role

MANAGERS = frozenset({"owner", "manager"})
EVERYBODY = frozenset(COMPANY_ROLES)
MAY: dict[str, frozenset[str]] = {
    "manage_people": MANAGERS,  # invite, import, deactivate, change a role: never above one's own (`reaches`)
    "keep_roles": MANAGERS,
    "have_profile": EVERYBODY,
    "leave": EVERYBODY - {"owner"},
    "pass_ownership": frozenset({"owner"}),
}
# Whose word counts for more. A key of the company acts for nobody, so that a stolen one makes no managers.
_RANKS: Mapping[str, int] = {"agent": 1, "manager": 2, "owner": 3}
_OF_A_KEY = 1


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor may do this; buttons ask it too."""
    return kernel.may(actor, verb, MAY) or _is_given(actor, verb)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    if not _is_given(actor, verb):
        kernel.require(actor, verb, MAY)


def reaches(actor: Actor, role: Role) -> bool:
    """Whether this actor may give this role, or change somebody who has it: it allows nothing that they may not."""
    if actor.kind == "system":
        return True
    rank = _RANKS.get(actor.role, 0)
    rank = min(rank, _OF_A_KEY) if KEY in actor.capabilities else rank
    return _RANKS.get(role.base, 0) <= rank and role.may <= held(actor)


def held(actor: Actor) -> frozenset[str]:
    """The capabilities that this actor has and could give on."""
    if actor.role in MANAGERS:
        return frozenset(CAPABILITIES)
    return frozenset(one for one in CAPABILITIES if f"may:{one}" in actor.capabilities)


def _is_given(actor: Actor, verb: str) -> bool:
    return verb == "manage_people" and actor.kind == "company" and "may:manage_people" in actor.capabilities
