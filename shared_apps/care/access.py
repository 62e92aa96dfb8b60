"""Who may do what about a company, apart from its life (`tenants.life.access`).

The figures of a company concern those who lead, keep the installation running, or look after accounts (seed `003_…`:
account managers "view customer org health", engineers have diagnostics); support agents get "basic customer info".
"""

from portico import actor as kernel
from portico.actor import CONFIDED, SEES_ALL, Actor
from shared_apps.staff.access import STAFF

_ACCOUNTS = SEES_ALL | {"platform_account_manager"}

MAY: dict[str, frozenset[str]] = {
    "see": STAFF,
    "see_every": _ACCOUNTS | {"platform_engineer"},
    "see_health": _ACCOUNTS | {"platform_engineer"},
    "note": STAFF,
    "confide": CONFIDED,  # mark a note as one for engineers and those who lead
    "delete_notes_of_others": SEES_ALL,
    "set_tier": SEES_ALL,
    "set_white_label": SEES_ALL,
    "designate": _ACCOUNTS,
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor's role may do this; buttons ask it too."""
    return kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY)
