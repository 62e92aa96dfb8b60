"""The way in: who somebody is was proven once, by password, code, passkey or identity provider; what else it takes.

Between the steps nobody is signed in: what is known waits in a session of its own kind, for ten minutes.
"""

import time
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from portico import asks
from portico.events import record
from portico.throttle import place_of
from shared_apps.accounts import browsers, factors, notices, rules, sessions
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User

SECOND, RENEW, PROVIDER = "second", "renew", "provider"
AT_THE_DESK = frozenset({"owner", "manager", "agent"})
_WAITS, _LASTS = "arriving", 600
_PAGES = {SECOND: "accounts:second", RENEW: "accounts:renew"}


class Arriving(NamedTuple):
    """Somebody who is not in yet: who, how they came, where they want to go, and the steps that are left."""

    user: User
    how: str
    wanted: str
    steps: list[str]


def arrive(
    request: HttpRequest, user: User, *, how: str, is_strong: bool = False, wanted: str | None = None
) -> HttpResponse:
    """Somebody has proven who they are: to the next step, or in; or to the one provider that they have to come through.

    `is_strong` says that it was two steps in one (a passkey, or an identity provider whose second step counts).
    """
    wanted = next_of(request) if wanted is None else wanted
    elsewhere = asks.sign_in_elsewhere(user) if how != PROVIDER and request.door.company else ""
    if elsewhere:
        return HttpResponseRedirect(f"{elsewhere}?{urlencode({'next': wanted})}")
    steps = [SECOND] if user.security.get("factors") and not is_strong else []
    steps += [RENEW] if how == "password" and rules.is_old(user, rules.of(request.door)) else []
    return _go_on(request, Arriving(user, how, wanted, steps))


def waiting(request: HttpRequest, step: str) -> Arriving | None:
    """Who waits for this step in this browser, or None."""
    kept = request.session.get(_WAITS)
    if not kept or kept["until"] < time.time() or kept["door"] != sessions.door() or kept["steps"][:1] != [step]:
        return None
    user = User.objects.filter(pk=UUID(kept["person"]), is_active=True).first()
    if user is None or not constant_time_compare(kept["proof"], user.get_session_auth_hash()):
        return None
    return Arriving(user, kept["how"], kept["wanted"], kept["steps"])


def passed(request: HttpRequest, one: Arriving) -> HttpResponse:
    """The step is taken: to the next, or in."""
    return _go_on(request, one._replace(steps=one.steps[1:]))


def _go_on(request: HttpRequest, one: Arriving) -> HttpResponse:
    if not one.steps:
        return let_in(request, one.user, how=one.how, wanted=one.wanted)
    request.session.flush()  # a key that somebody knew before is worth nothing after
    request.session[_WAITS] = {
        "person": str(one.user.pk),
        "proof": one.user.get_session_auth_hash(),
        "door": sessions.door(),
        "until": int(time.time()) + _LASTS,
        **{"how": one.how, "wanted": one.wanted, "steps": one.steps},
    }
    return HttpResponseRedirect(reverse(_PAGES[one.steps[0]]))


@transaction.atomic
def let_in(request: HttpRequest, user: User, *, how: str, wanted: str = "") -> HttpResponse:
    """Begin the session, and lead on. A browser that the account does not know yet is told of by mail."""
    user = factors.lock(user)
    asked = rules.of(request.door)
    lacks = rules.lacks_second_step(user, asked)
    home = wanted or home_of(user.role)
    to = f"{reverse('accounts:begin')}?{urlencode({'next': home})}" if lacks else home
    is_new = bool(user.security.get("known")) and not browsers.is_known(request, user)
    sessions.sign_in(request, user)
    record("session.begin", user, by=actor_of(user), place=place_of(request), how=how)
    response = HttpResponseRedirect(to)
    browsers.remember(request, response, user)
    if is_new:
        notices.tell(
            request, user, "Somebody signed in to your account with a browser that was not used for it before."
        )
    return response


def home_of(role: str) -> str:
    """Where somebody of this role works; for the owner of a new desk that is what there is to do first."""
    if role.startswith("platform_"):
        return reverse("console:queue")
    if role == "owner" and asks.first_steps_left():
        return reverse("setup:start")
    return reverse("desk:inbox" if role in AT_THE_DESK else "portal:home")


def next_of(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is a page of this very host."""
    return here(request, request.POST.get("next") or request.GET.get("next") or "")


def here(request: HttpRequest, wanted: str) -> str:
    """The address, if it is one of this very host; else nothing."""
    is_here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_here and wanted.isprintable() else ""


def face_of(role: str) -> str:
    """In which face somebody of this role sees pages."""
    return "console" if role.startswith("platform_") else "desk" if role in AT_THE_DESK else "portal"
