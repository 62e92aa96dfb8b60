"""Who may do what with a ticket of the platform desk. Which tickets: `Ticket.objects.visible_to`."""

from portico import actor as kernel
from portico.actor import SEES_ALL, Actor

COMPANY = frozenset({"owner", "manager", "agent"})
STAFF = frozenset({"platform_support", "platform_engineer", "platform_account_manager"}) | SEES_ALL

MAY: dict[str, frozenset[str]] = {
    "see": COMPANY | STAFF,
    "open": COMPANY,
    "reply": COMPANY | STAFF,
    "change_status": STAFF,
    "reopen_closed": SEES_ALL,
    "assign": STAFF,  # to oneself or to nobody
    "assign_others": SEES_ALL,
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor's role may do this at all; buttons ask it too."""
    return kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY)
