"""From an account to the actor that actions take."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from portico import asks
from portico.actor import KEY, Actor
from portico.database import current_scope
from shared_apps.accounts.models import Token, User


def actor_of(user: User) -> Actor:
    """The person as an actor of this scope. Staff carry their coverage, read anew at every request."""
    scope = current_scope()
    if scope is not None and scope.company is not None:
        return Actor(
            kind="company", id=user.pk, role=user.role, label=user.name, capabilities=_capabilities(user.profile)
        )
    subjects = asks.coverage_of(user.pk)
    return Actor(
        kind="staff",
        id=user.pk,
        role=user.role,
        label=user.name,
        capabilities=frozenset(f"subject:{subject}" for subject in subjects),
    )


def actor_of_token(token: Token) -> Actor:
    """Whom a key speaks for: its person, or the company under the name of the key or of the partner's application."""
    if token.user is not None:
        return actor_of(token.user)
    seen = {KEY} | ({"tickets:all"} if token.role == "agent" else set())
    name = f"{token.label} ({'app' if token.app_id else 'key'})"
    return Actor(kind="company", id=token.app_id or token.pk, role=token.role, label=name, capabilities=frozenset(seen))


def by_id(id: UUID) -> Actor | None:
    """The person with this id who may sign in, or the company's living key, or an application's; else None."""
    user = User.objects.filter(pk=id, is_active=True).first()
    if user is not None:
        return actor_of(user)
    key = Token.objects.living().filter(Q(pk=id, app_id=None) | Q(app_id=id), user=None).first()
    return actor_of_token(key) if key else None


def _capabilities(profile: dict[str, Any]) -> frozenset[str]:
    """Teams, which tickets beside their own somebody sees, and what their role of the company's own making allows
    besides, so that no request has to ask for them."""
    given = set((profile.get("role") or {}).get("may", ()))
    sees = "all" if "see_all" in given else profile.get("sees", "own")
    return frozenset(
        {f"team:{team}" for team in profile.get("teams", ())}
        | ({f"tickets:{sees}"} if sees != "own" else set())
        | {f"may:{one}" for one in given}
    )
