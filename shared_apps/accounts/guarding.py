"""What changes how an account is guarded: in the browser that it is done in one stays signed in, elsewhere not."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portico.events import record
from shared_apps.accounts import factors, notices, proofs, sessions
from shared_apps.accounts.actions import HISTORY, history_of
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User


@transaction.atomic
def choose_password(request: HttpRequest, user: User, password: str) -> User:
    """Another password: links, codes and sessions of before end, but for the session that it is chosen in."""
    user = factors.lock(user)
    before = [user.password] if user.has_usable_password() else []
    user.set_password(password)
    proofs.forget(user, proofs.RESET, "code", "tries")
    user.security |= {
        "history": [*before, *history_of(user)][:HISTORY],
        "password_at": timezone.now().isoformat(),
    }
    user.save(update_fields=["password", "security"])
    # Whoever is signed in as somebody else opens a link of this person's: their session is not made this person's.
    if user.pk in {request.actor.id, request.held and request.held.pk}:
        sessions.end_others(request, user)
    else:
        sessions.end_all(user)
    record("account.password", user, by=actor_of(user), desk="company")
    notices.tell(request, user, "The password of your account was changed.")
    return user


@transaction.atomic
def sign_out_elsewhere(request: HttpRequest, user: User) -> None:
    """End every session but this one."""
    user = factors.lock(user)
    sessions.end_others(request, user)
    record("session.end_others", user, by=actor_of(user), desk="company")
