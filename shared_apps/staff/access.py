"""Who may do what with the platform's team."""

from portico import actor as kernel
from portico.actor import SEES_ALL, Actor

STAFF = frozenset({"platform_support", "platform_engineer", "platform_account_manager"}) | SEES_ALL
# Whose word counts for more; nobody reaches beyond their own. Who is not named stands below all of these.
_RANKS = {"platform_supervisor": 1, "platform_admin": 2, "platform_owner": 3}

MAY: dict[str, frozenset[str]] = {
    "see_team": STAFF,
    "see_coverage": SEES_ALL,  # one's own coverage everybody may see
    "set_coverage": SEES_ALL,
    "manage_team": SEES_ALL,  # invite, suspend, change a role: never above one's own (`reaches`)
    "keep_catalogue": SEES_ALL,
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor's role may do this; buttons ask it too."""
    return kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY)


def reaches(actor: Actor, role: str) -> bool:
    """Whether this actor may give this role, or change somebody who has it: it does not stand above their own."""
    return actor.kind == "system" or _RANKS.get(role, 0) <= _RANKS.get(actor.role, 0)
