"""Who asks: `request.actor`, found when it is first looked at, so that a page for everybody costs no statement.

In a visit (`tenant_apps.visits`) that is the person who is visited as, with the staff member behind them. Whoever has
to set up a second step is nobody until then, but for the page where they do (`request.held`).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portico.actor import NOBODY, Actor
from portico.api import scopes
from portico.context import actor as actor_context
from portico.pages import is_api
from shared_apps.accounts import rules, sessions, tokens
from shared_apps.accounts.actors import actor_of, actor_of_token
from shared_apps.accounts.models import Token

_FILES = "/files/"
Answer = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.profile = {}  # how this person works, as their account says; read with the actor
        request.held = None  # who is signed in, and has to set up a second step before anything else
        request.key = None  # the token that a program came with; found with the actor
        request.actor = SimpleLazyObject(lambda: _looked_up(request))
        request.actor_now = partial(_actor_now, request)
        return self.get_response(request)


def bearer(request: HttpRequest) -> str | None:
    """The bearer token of a request (RFC 6750 §2.1), or None."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def _actor_now(request: HttpRequest) -> Actor:
    """Who asks, looked up anew in the middle of a long answer: nobody once session, token or account have ended."""
    return _who(request, SessionStore(request.session.session_key))[0]


def _looked_up(request: HttpRequest) -> Actor:
    """The actor, who from now on stands there without the detour: a page asks who it is some hundred times."""
    request.actor = actor = _actor(request)
    return actor


def _actor(request: HttpRequest) -> Actor:
    if request.door.kind == "public":
        return NOBODY  # nobody has an account on the base host
    visit = getattr(request, "visit", None)
    if visit:
        actor = replace(actor_of(visit.person), behind=visit.staff, visit=visit.pk)
        request.profile, request.key = visit.person.profile, None
    else:
        actor, request.profile, request.key = _who(request, request.session)
    actor_context.set(actor.behind or actor)
    return actor


def _who(request: HttpRequest, session: SessionBase) -> tuple[Actor, dict[str, Any], Token | None]:
    text = bearer(request)
    if text is not None:
        token = tokens.find(text, request.META.get("REMOTE_ADDR", ""))
        if token is None or not _opens(token, request):
            return NOBODY, {}, None
        return actor_of_token(token), token.user.profile if token.user else {}, token
    user = sessions.person_of(session) if request.COOKIES.get(settings.SESSION_COOKIE_NAME) else None
    if user is None:
        return NOBODY, {}, None
    if rules.is_held(user, rules.of(request.door)):
        request.held = user
        return NOBODY, {}, None
    sessions.note_seen(session)
    return actor_of(user), user.profile, None


def _opens(token: Token, request: HttpRequest) -> bool:
    """A key with scopes is for programs' addresses, which ask for them, and for files of requests: never for pages."""
    if scopes.EVERYTHING in token.scopes or is_api(request):
        return True
    return request.path.startswith(_FILES) and scopes.allows(token.scopes, scopes.needed("tickets", request.method))
