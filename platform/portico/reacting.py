"""What follows an event, done: all reactions in one go, and each alone when one of them fails."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from portico import jobs, wiring

log = structlog.get_logger("portico.tasks")

MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


def react_to(event_id: str) -> None:
    """One reaction that fails is logged, and does not stop its neighbours.

    The due row goes first: a second delivery of the same message finds nothing left to do. After a failure all of them
    are due again later, since reactions may run twice.
    """
    attempts = jobs.take_due("react", event_id)
    if attempts is None:
        return
    event = apps.get_model("journal", "Event").objects.get(pk=event_id)
    reactions = wiring.reactions_to(event.verb)
    if not _all(reactions, event) and not _each(reactions, event):
        _again_later(event_id, attempts)


def _all(reactions: list[Callable[[Any], None]], event: Any) -> bool:
    """All of them in one go, as nearly always. When one fails nothing of it has happened, and each goes alone."""
    try:
        with transaction.atomic():
            for reaction in reactions:
                reaction(event)
    except Exception:  # it is told of by the one that fails alone
        return False
    return True


def _each(reactions: list[Callable[[Any], None]], event: Any) -> bool:
    done = [_alone(reaction, event) for reaction in reactions]
    return all(done)


def _alone(reaction: Callable[[Any], None], event: Any) -> bool:
    try:
        with transaction.atomic():
            reaction(event)
    except Exception:  # one reaction's trouble is its own
        log.exception("reaction.failed", reaction=reaction.__name__, verb=event.verb, event_id=str(event.pk))
        return False
    return True


def _again_later(event_id: str, attempts: int) -> None:
    if attempts + 1 >= MOST_ATTEMPTS:
        log.error("reaction.given_up", job="react", event_id=event_id, attempts=attempts + 1)
        return
    jobs.due_again("react", event_id, timezone.now() + pause(attempts), attempts + 1)


def pause(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to an hour."""
    return min(FIRST_PAUSE * (1 << min(attempts, 10)), LONGEST_PAUSE)
