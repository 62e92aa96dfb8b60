"""Who may visit a company as one of its people, as whom, how, and who decides about it (DESIGN section 6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portico import actor as kernel
from portico.actor import SEES_ALL, Actor

MANAGERS = frozenset({"owner", "manager"})
VISITORS = frozenset({"platform_engineer", "platform_supervisor"})

MAY: dict[str, frozenset[str]] = {
    "visit": VISITORS,  # and ask for it
    "see_own_visits": VISITORS | SEES_ALL,
    "see_all_visits": SEES_ALL,
    "decide": MANAGERS,  # give, limit and withdraw consent, and see every look and visit
}
# As whom. A list of who may be, not of who may not: a role that is thought of later is nobody's to put on.
PEOPLE = frozenset({"agent", "member", "customer"})
READ, ACT = "read", "act"
MODES = (READ, ACT)

# What a company's managers can agree to. Only the last two let anybody in without being asked.
OFF, ASK = "off", "ask"
CONSENTS = (OFF, ASK, READ, ACT)
NO_CONSENT: Mapping[str, Any] = {"mode": OFF, "until": None, "ticket": ""}
_COVERS: Mapping[str, frozenset[str]] = {
    OFF: frozenset(),
    ASK: frozenset(),
    READ: frozenset({READ}),
    ACT: frozenset({READ, ACT}),
}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor's role may do this; buttons ask it too. Nobody may while they act as somebody else."""
    return actor.behind is None and kernel.may(actor, verb, MAY)


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor if actor.behind is None else kernel.NOBODY, verb, MAY)


def covers(consent: Mapping[str, Any], mode: str, number: str, now: datetime) -> bool:
    """Whether this consent lets a visit of this mode for the ticket of this number begin, and go on, by itself."""
    if mode not in _COVERS[consent["mode"]]:
        return False
    if consent["ticket"] and consent["ticket"] != number:
        return False
    until = consent["until"]
    return until is not None and now < datetime.fromisoformat(until)
