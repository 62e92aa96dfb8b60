"""Signing in and out. A session row lies in its company's schema and names company and generation besides."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portico.database import current_scope
from portico.database.kept import Kept
from shared_apps.accounts.models import User

_PERSON, _PROOF, _DOOR = "person", "proof", "door"


def _door() -> str:
    scope = current_scope()
    return scope.company.key if scope and scope.company else "platform"


def sign_in(request: HttpRequest, user: User) -> None:
    """Begin a fresh session for this person at this door."""
    request.session.flush()
    request.session[_PERSON] = str(user.pk)
    request.session[_PROOF] = user.get_session_auth_hash()
    request.session[_DOOR] = _door()
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())


def sign_out(request: HttpRequest) -> None:
    """End the session; its row is deleted."""
    request.session.flush()


def person_of(session: object) -> User | None:
    """Who is signed in with a session, or None: it must be of this door, and the password unchanged since."""
    get = session.get  # type: ignore[attr-defined]
    if not get(_PERSON) or get(_DOOR) != _door():
        return None
    user: User | None = _ACTIVE.first(person=UUID(get(_PERSON)))
    if user is None or not constant_time_compare(get(_PROOF, ""), user.get_session_auth_hash()):
        return None
    return user


def _active(person: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=person, is_active=True)


_ACTIVE = Kept(_active)
