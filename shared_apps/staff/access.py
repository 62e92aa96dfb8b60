"""Who may do what with the platform's team."""

from portico import actor as kernel
from portico.actor import SEES_ALL, Actor

STAFF = frozenset({"platform_support", "platform_engineer", "platform_account_manager"}) | SEES_ALL

MAY: dict[str, frozenset[str]] = {
    "see_team": STAFF,
    "see_coverage": SEES_ALL,  # one's own coverage everybody may see
    "set_coverage": SEES_ALL,
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor's role may do this; buttons ask it too."""
    return kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY)
