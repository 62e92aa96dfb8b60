"""Who may do what with an incident. Which incidents: `shared_apps.console.incidents.reading`, which knows the tickets.

Support agents and account managers link what they see, so that nobody answers the same trouble ten times; what all
companies are told, and that it is over, is for those who know the machine or lead.
"""

from portico import actor as kernel
from portico.actor import SEES_ALL, Actor
from shared_apps.staff.access import STAFF

_LEADS = SEES_ALL | {"platform_engineer"}

MAY: dict[str, frozenset[str]] = {
    "see": STAFF,
    "link": STAFF,  # and unlink: tickets that one sees
    "note": STAFF,
    "open": _LEADS,
    "lead": _LEADS,  # change it, tell the companies, solve it, open it again
    "count_all": _LEADS,  # how many there are, not which
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor's role may do this; buttons ask it too."""
    return kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY)
