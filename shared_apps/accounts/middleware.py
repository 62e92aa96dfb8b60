"""Who asks: `request.actor`, found when it is first looked at, so that a page for everybody costs no statement.

In a visit (`tenant_apps.visits`) that is the person who is visited as, with the staff member behind them.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portico.actor import NOBODY, Actor
from portico.context import actor as actor_context
from shared_apps.accounts import sessions, tokens
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.profile = {}  # how this person works, as their account says; read with the actor
        request.actor = SimpleLazyObject(lambda: _actor(request))
        request.actor_now = partial(_actor_now, request)
        return self.get_response(request)


def bearer(request: HttpRequest) -> str | None:
    """The bearer token of a request (RFC 6750 §2.1), or None."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def _actor_now(request: HttpRequest) -> Actor:
    """Who asks, looked up anew in the middle of a long answer: nobody once session, token or account have ended."""
    user = _user(request, SessionStore(request.session.session_key))
    return actor_of(user) if user else NOBODY


def _actor(request: HttpRequest) -> Actor:
    if request.door.kind == "public":
        return NOBODY  # nobody has an account on the base host
    visit = getattr(request, "visit", None)
    user = visit.person if visit else _user(request, request.session)
    actor = actor_of(user) if user else NOBODY
    if visit:
        actor = replace(actor, behind=visit.staff, visit=visit.pk)
    request.profile = user.profile if user else {}
    actor_context.set(actor.behind or actor)
    return actor


def _user(request: HttpRequest, session: SessionBase) -> User | None:
    text = bearer(request)
    if text is not None:
        return tokens.find(text)
    return sessions.person_of(session) if request.COOKIES.get(settings.SESSION_COOKIE_NAME) else None
