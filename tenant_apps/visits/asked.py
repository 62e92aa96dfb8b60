"""How many questions wait for a manager's word, kept in the cache for a while: every page of theirs shows it.

A process asks the cache every few seconds and not for every page.
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache
from django.db import transaction

from portico.actor import Actor
from portico.database import company_scope, current_company
from tenant_apps.visits import access
from tenant_apps.visits.models import Visit

_KEY, _KEPT = "visits-asked", 600
_WARM, _MOST = 5.0, 10_000  # seconds, and companies, for which a process knows it itself
_warm: dict[str, tuple[float, int]] = {}

log = structlog.get_logger("portico.visits")


def number(actor: Actor) -> int:
    """How many; none for those who do not decide about them. Counted now and then, and not while the cache is away."""
    if actor.kind != "company" or not access.may(actor, "decide"):
        return 0
    until, found = _warm.get(current_company().key, (0.0, 0))
    if time.monotonic() < until:
        return found
    known = _try(lambda: cache.get(_KEY, -1))
    if known == -1:
        known = Visit.objects.asked().count()
        _try(lambda: cache.set(_KEY, known, _KEPT))
    if len(_warm) >= _MOST:
        _warm.clear()
    _warm[current_company().key] = time.monotonic() + _WARM, known or 0
    return known or 0


def forget() -> None:
    """Know nothing any more: for tests, which take the same companies back to where they began."""
    _warm.clear()


def count_anew() -> None:
    """Forget the number, once it is another one. Whoever asks comes from the console, whose keys are not these."""
    company = current_company()

    def let_go() -> None:
        _warm.pop(company.key, None)
        with company_scope(company):
            _try(lambda: cache.delete(_KEY))

    transaction.on_commit(let_go, robust=True)


def _try(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as trouble:  # the client's own errors and the library's differ by version
        log.warning("visits.cache_away", error=type(trouble).__name__)
        return None
