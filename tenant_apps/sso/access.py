"""Who decides who may vouch for a company's people."""

from portico import actor as kernel
from portico.actor import KEY, Actor

MAY: dict[str, frozenset[str]] = {
    "see_connections": frozenset({"owner", "manager"}),
    # Whoever vouches for people can speak as them: no manager becomes another one with a provider of their own.
    "keep_connections": frozenset({"owner"}),
    "link_oneself": frozenset({"owner", "manager", "agent", "member", "customer"}),
    "keep_directory": frozenset({"manager"}),  # a key of the company that acts as a manager
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor may do this. A directory is a key of the company; all else are people."""
    return (KEY in actor.capabilities) == (verb == "keep_directory") and kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    fits = actor.kind == "system" or (KEY in actor.capabilities) == (verb == "keep_directory")
    kernel.require(actor, verb, MAY if fits else dict.fromkeys(MAY, frozenset()))
