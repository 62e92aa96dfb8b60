"""Who may decide about a company's life: the platform's owners and admins; what cannot be undone, owners alone."""

from portico import actor as kernel
from portico.actor import Actor

_OWNER = frozenset({"platform_owner"})
_ADMINS = _OWNER | {"platform_admin"}

MAY: dict[str, frozenset[str]] = {
    "suspend": _ADMINS,
    "resume": _ADMINS,
    "archive": _ADMINS,
    "export": _ADMINS,
    "restore": _OWNER,
    "erase": _OWNER,
    "move": _OWNER,
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor may do this with a company."""
    return kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY)
