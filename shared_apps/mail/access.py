"""Who may say how a company's mail leaves."""

from portico import actor as kernel
from portico.actor import Actor

MAY: dict[str, frozenset[str]] = {
    "set_up_mail": frozenset({"owner", "manager"}),
}


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY)
