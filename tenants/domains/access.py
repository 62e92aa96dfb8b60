"""Who may say which domains are the company's."""

from portico import actor as kernel
from portico.actor import KEY, Actor

MAY: dict[str, frozenset[str]] = {"keep_domains": frozenset({"owner", "manager"})}


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may; a key for programs never."""
    kernel.require(actor, verb, MAY if KEY not in actor.capabilities else dict.fromkeys(MAY, frozenset()))
