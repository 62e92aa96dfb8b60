"""Who else looks at a request, or writes: in the cache of the scope, for half a minute. Lost, it comes back by itself.

`place` names the request: an id that means nothing in another scope.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.cache import cache

from portico.actor import Actor

STAYS = 30

log = structlog.get_logger("portico.here")


@dataclass(frozen=True, slots=True)
class Other:
    """A colleague at the same request."""

    name: str
    is_typing: bool

    @property
    def first_name(self) -> str:
        """How a colleague is called."""
        return self.name.split(" ")[0]


def look(place: object, actor: Actor, *, is_typing: bool) -> bool:
    """Say that this person is here; whether that is news to the others."""
    now, known = time.time(), _known(place)
    before = known.get(str(actor.id))
    known[str(actor.id)] = [actor.label, is_typing, now]
    _try(lambda: cache.set(_key(place), known, STAYS))
    return before is None or bool(before[1]) != is_typing


def others(place: object, actor: Actor) -> list[Other]:
    """Everybody else who is here now."""
    return [Other(name, typing) for key, (name, typing, _) in sorted(_known(place).items()) if key != str(actor.id)]


def _known(place: object) -> dict[str, Any]:
    since = time.time() - STAYS
    return {key: one for key, one in (_try(lambda: cache.get(_key(place))) or {}).items() if one[2] > since}


def _key(place: object) -> str:
    return f"desk-here:{place}"


def _try(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as trouble:  # the client's own errors and the library's differ by version
        log.warning("here.cache_away", error=type(trouble).__name__)
        return None
