"""Signing in and out. A session row lies in its company's schema and names company and generation besides."""

from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portico.database import current_scope
from portico.database.kept import Asking, Kept
from shared_apps.accounts.models import User

_PERSON, _PROOF, _DOOR = "person", "proof", "door"
_MOST_REMEMBERED = 5_000


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


def end_all(user: User) -> None:
    """End every session of this person. It looks into all living ones of this scope: for staff, who are few."""
    living = Session.objects.filter(expire_date__gt=timezone.now())
    ended = [row.pk for row in living if row.get_decoded().get(_PERSON) == str(user.pk)]
    living.filter(pk__in=ended).delete()


def person_of(session: Any) -> User | None:
    """Who is signed in with a session, or None: it must be of this door, and the password unchanged since."""
    get = session.get
    if not get(_PERSON) or get(_DOOR) != _door():
        return None
    key, beside = UUID(get(_PERSON)), vars(session).pop("beside", None)  # once: later it may have changed
    user: User | None = beside if beside and beside.pk == key else _ACTIVE.first(person=key)
    if user is None or not constant_time_compare(get(_PROOF, ""), user.get_session_auth_hash()):
        return None
    _remember(session.session_key, key)
    return user


def asking_for_last(session_key: str) -> Asking | None:
    """The statement for whoever a session was of when it was last seen here, to leave beside the session's own.

    A guess at which account to read and nothing more: whose the session is, the session says.
    """
    key = _last.get(session_key)
    return _ACTIVE.asking(person=key) if key else None


def _remember(session_key: str, person: UUID) -> None:
    if len(_last) >= _MOST_REMEMBERED:
        _last.clear()
    _last[session_key] = person


def _active(person: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=person, is_active=True)


_ACTIVE = Kept(_active)
_last: dict[str, UUID] = {}
