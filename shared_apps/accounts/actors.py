"""From an account to the actor that actions take."""

from typing import Any

from portico import wiring
from portico.actor import Actor
from portico.database import current_scope
from shared_apps.accounts.models import User


def actor_of(user: User) -> Actor:
    """The person as an actor of this scope. Staff carry their coverage, read anew at every request."""
    scope = current_scope()
    if scope is not None and scope.company is not None:
        return Actor(
            kind="company", id=user.pk, role=user.role, label=user.name, capabilities=_capabilities(user.profile)
        )
    subjects = wiring.coverage_of(user.pk)
    return Actor(
        kind="staff",
        id=user.pk,
        role=user.role,
        label=user.name,
        capabilities=frozenset(f"subject:{subject}" for subject in subjects),
    )


def _capabilities(profile: dict[str, Any]) -> frozenset[str]:
    """Teams, and which tickets beside their own a member sees, so that no request has to ask for them."""
    sees = profile.get("sees", "own")
    return frozenset(
        {f"team:{team}" for team in profile.get("teams", ())} | ({f"tickets:{sees}"} if sees != "own" else set())
    )
