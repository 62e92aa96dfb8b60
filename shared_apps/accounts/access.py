"""Who may have which keys for programs, and whom they may help into their account."""

from portico import actor as kernel
from portico.actor import KEY, Actor
from shared_apps.accounts.models import COMPANY_ROLES, STAFF_ROLES, User

MANAGERS = frozenset({"owner", "manager"})
MAY: dict[str, frozenset[str]] = {
    "have_keys": frozenset(COMPANY_ROLES) | frozenset(STAFF_ROLES),
    "keep_company_keys": MANAGERS,
    "see_everybodys_keys": frozenset({"owner"}),  # and end them
    "rescue": MANAGERS | {"platform_owner", "platform_admin"},  # those who lost their second step, below themselves
}
_ABOVE = ("platform_owner", "platform_admin", "owner", "manager")
# What a company's key may be, each no more than the managers who make it.
KEY_ROLES = {"agent": "Agent: reads every request, opens and answers", "manager": "Manager: changes everything, too"}


def may(actor: Actor, verb: str) -> bool:
    """Whether this actor may do this; a key makes no keys, so that a stolen one ends with itself."""
    return KEY not in actor.capabilities and kernel.may(actor, verb, MAY)


def reaches(actor: Actor, person: User) -> bool:
    """Whether this person is another one, and not above the actor. Owners reach owners, who would have nobody else."""
    own, theirs = (_ABOVE.index(role) if role in _ABOVE else len(_ABOVE) for role in (actor.role, person.role))
    return person.pk != actor.id and may(actor, "rescue") and own <= theirs


def require(actor: Actor, verb: str) -> None:
    """Forbidden (or SignInNeeded) unless the actor may."""
    kernel.require(actor, verb, MAY if KEY not in actor.capabilities else dict.fromkeys(MAY, frozenset()))
