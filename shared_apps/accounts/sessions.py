"""Signing in and out. A session row lies in its company's schema and names company and generation besides.

Beside each session stands where it was begun (allauth's `UserSession`), for the person to look at and to end.
"""

import secrets
import time
from datetime import timedelta
from ipaddress import ip_address
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

_PERSON, _PROOF, _DOOR, _SURE = "person", "proof", "door", "sure"
_MOST_REMEMBERED = 5_000
_SEEN_EVERY = 600  # seconds


def door() -> str:
    scope = current_scope()
    return scope.company.key if scope and scope.company else "platform"


def sign_in(request: HttpRequest, user: User) -> None:
    """Begin a fresh session for this person at this door. Who they are was proven this very moment."""
    request.session.flush()
    request.session[_PERSON] = str(user.pk)
    request.session[_PROOF] = user.get_session_auth_hash()
    request.session[_DOOR] = door()
    request.session[_SURE] = int(time.time())
    request.session.create()
    _stood().create(
        user_id=user.pk,
        session_key=request.session.session_key,
        ip=_address_of(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:200],
    )
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())


def sign_out(request: HttpRequest) -> None:
    """End the session; its row is deleted."""
    if request.session.session_key:
        _stood().filter(session_key=request.session.session_key).delete()
    request.session.flush()


def end_all(user: User) -> None:
    """End every session of this person (a locked row)."""
    user.security = user.security | {"epoch": secrets.token_hex(8)}
    user.save(update_fields=["security"])
    _delete(_stood().filter(user_id=user.pk))


def end_others(request: HttpRequest, user: User) -> None:
    """End every session of this person (a locked row) but this one, which goes on under a new key."""
    end_all(user)
    sure = request.session.get(_SURE, 0)
    sign_in(request, user)
    request.session[_SURE] = sure


def end_one(user_id: UUID, number: int) -> bool:
    """End one of this person's sessions; False when they have none of this number."""
    return bool(_delete(_stood().filter(user_id=user_id, pk=number)))


def open_ones(user_id: UUID) -> list[Any]:
    """This person's sessions that still hold, the last used first; what is left of others is cleared away."""
    rows = list(_stood().filter(user_id=user_id).order_by("-last_seen_at", "-pk"))
    living = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    _stood().filter(pk__in=[row.pk for row in rows if row.session_key not in living]).delete()
    return [row for row in rows if row.session_key in living]


def _delete(rows: Any) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    rows.filter(session_key__in=keys).delete()
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def is_sure(session: Any, within: timedelta) -> bool:
    """Whether this person proved within this time that it is really them."""
    return time.time() - session.get(_SURE, 0) < within.total_seconds()


def be_sure(session: Any) -> None:
    """They have just proven it again."""
    session[_SURE] = int(time.time())


def _stood() -> Any:
    from allauth.usersessions.models import UserSession

    return UserSession.objects


def _address_of(request: HttpRequest) -> str:
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return "::"  # a proxy that did not say


def note_seen(session: Any) -> None:
    """Write down now and then that the session is used: a statement in ten minutes, none for one that is young."""
    key, now = session.session_key, time.time()
    if now - _seen.get(key, session.get(_SURE, 0)) < _SEEN_EVERY:
        return
    if len(_seen) >= _MOST_REMEMBERED:
        _seen.clear()
    _seen[key] = now
    _stood().filter(session_key=key).update(last_seen_at=timezone.now())


def person_of(session: Any) -> User | None:
    """Who is signed in with a session, or None: it must be of this door, and the password unchanged since."""
    get = session.get
    if not get(_PERSON) or get(_DOOR) != door():
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


_ACTIVE = Kept(_active, is_steady=True)
_last: dict[str, UUID] = {}
_seen: dict[str, float] = {}
