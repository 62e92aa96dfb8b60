"""Who may see what a company pays, and who decides about it."""

from portico import actor as kernel
from portico.actor import KEY, Actor

MAY: dict[str, frozenset[str]] = {
    "see": frozenset({"owner", "manager"}),
    "decide": frozenset({"owner"}),
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor may do this. A key of the company reads, and spends no money."""
    return not (verb == "decide" and KEY in actor.capabilities) and kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY if may(actor, verb) else dict.fromkeys(MAY, frozenset()))
