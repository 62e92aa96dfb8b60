"""Browsers by name, and those that a person has signed in with before.

A known browser carries a mark of its own beside the session. Guesses from elsewhere, however many, do not keep it out.
"""

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shared_apps.accounts.models import User

MOST = 10
_YEAR = 365 * 24 * 3600
# The first that fits; others name these as well.
_NAMES = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"))


def name_of(agent: str) -> str:
    """“Firefox on Windows”, as far as the browser says."""
    name = next((name for mark, name in _NAMES if mark in agent), "")
    system = next((name for mark, name in (*_SYSTEMS, ("Linux", "Linux")) if mark in agent), "")
    return " on ".join(one for one in (name, system) if one) or "An unknown browser"


def mark_of(request: HttpRequest) -> str:
    """The digest of the mark that this browser carries; empty without one."""
    return _digest(request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""))


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether this person signed in with this browser before."""
    return bool(mark_of(request)) and mark_of(request) in user.security.get("known", ())


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Give the browser its mark, if it has none that the account knows. The oldest is forgotten."""
    if is_known(request, user):
        return
    mark = secrets.token_urlsafe(24)
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME, mark, max_age=_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    user.security = user.security | {"known": [*user.security.get("known", ()), _digest(mark)][-MOST:]}
    user.save(update_fields=["security"])


def _digest(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()[:32] if mark else ""
