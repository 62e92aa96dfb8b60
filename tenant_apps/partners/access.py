"""Who may register partners' applications, and let them act."""

from portico import actor as kernel
from portico.actor import KEY, Actor
from shared_apps.accounts.access import MANAGERS
from shared_apps.accounts.models import COMPANY_ROLES

MAY: dict[str, frozenset[str]] = {
    "keep_apps": MANAGERS,
    "let_apps_act": frozenset(COMPANY_ROLES),
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor may do this; neither a key nor somebody of the staff on a visit lets anything else in."""
    return _is_oneself(actor) and kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY if _is_oneself(actor) else dict.fromkeys(MAY, frozenset()))


def _is_oneself(actor: Actor) -> bool:
    return KEY not in actor.capabilities and actor.behind is None
