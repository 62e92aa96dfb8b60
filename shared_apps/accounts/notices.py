"""Whoever's account changes hears of it by mail, so that a change by somebody else does not go unseen."""

from django.http import HttpRequest

from portico.mailing import Letter, post
from portico.throttle import place_of
from shared_apps.accounts.browsers import name_of
from shared_apps.accounts.models import User


def tell(request: HttpRequest, user: User, what: str, *, to: str = "") -> None:
    """What happened to the account, in a sentence; to its address, or to the one that it had before."""
    browser = name_of(request.headers.get("User-Agent", ""))
    facts = {"what": what, "name": user.name, "browser": browser, "place": place_of(request)}
    post(Letter(to=to or user.email, name=user.name, template="account_changed", facts=facts, person=user.pk))
