"""How many questions wait for a manager's word, kept in the cache for a while: every page of theirs shows it."""

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

log = structlog.get_logger("portico.visits")


def number(actor: Actor) -> int:
    """How many; none for those who do not decide about them. Counted now and then, and not while the cache is away."""
    if actor.kind != "company" or not access.may(actor, "decide"):
        return 0
    known = _try(lambda: cache.get(_KEY, -1))
    if known == -1:
        known = Visit.objects.asked().count()
        _try(lambda: cache.set(_KEY, known, _KEPT))
    return known or 0


def count_anew() -> None:
    """Forget the number, once it is another one. Whoever asks comes from the console, whose keys are not these."""
    company = current_company()

    def forget() -> None:
        with company_scope(company):
            _try(lambda: cache.delete(_KEY))

    transaction.on_commit(forget, robust=True)


def _try(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as trouble:  # the client's own errors and the library's differ by version
        log.warning("visits.cache_away", error=type(trouble).__name__)
        return None
