"""Several things changed at once: what went, what did not and why, and the way back, which is kept for a while."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest

from portico.actor import Actor
from portico.errors import Invalid, Refusal

UNDO_SECONDS = 600
TOO_LATE = "It is too late to undo this, or it was undone already."
_MOST_NAMED = 50

Step = dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What became of them: `steps` lead back, `refused` says of each that did not go why."""

    done: int = 0
    refused: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def attempt(self, key: object, name: str, do: Callable[[], Step | None]) -> None:
        """Do this with one of them, which is called `name`: a refusal holds up nothing but this one."""
        try:
            step = do()
        except Refusal as no:
            self.refused.append(f"{name}: {words_of(no)}")
            return
        self.done += 1
        if step:
            self.steps.append({"ticket": str(key)} | step)


def words_of(no: Refusal) -> str:
    """Why something was refused, in one line."""
    fields = no.fields.values() if isinstance(no, Invalid) else ()
    return " ".join(text for texts in fields for text in texts) or no.message


def remember(steps: list[Step], by: Actor) -> str:
    """Keep the way back for ten minutes; its name. Empty when there is none."""
    if not steps:
        return ""
    name = secrets.token_urlsafe(12)
    cache.set(_key(name, by), steps, UNDO_SECONDS)
    return name


def recall(name: str, by: Actor) -> list[Step]:
    """The way back that was kept under this name: once, and for the one who kept it; else none."""
    steps: list[Step] = cache.get(_key(name, by)) or []
    cache.delete(_key(name, by))
    return steps


def with_undo(place: str, name: str, **more: str) -> str:
    """The address of a list that offers the way back of this name."""
    query = urlencode({key: value for key, value in ({"undo": name} | more).items() if name and value})
    return f"{place}{'&' if '?' in place else '?'}{query}" if query else place


def tell(request: HttpRequest, outcome: Outcome, undo: str = "") -> None:
    """Say on the next page what went and what did not; `undo` is the address of the way back."""
    if outcome.done:
        words = f"{outcome.done} {'request' if outcome.done == 1 else 'requests'} changed."
        messages.success(request, words, extra_tags=undo)
    if outcome.refused:
        named = " ".join(outcome.refused[:_MOST_NAMED])
        messages.warning(request, f"Not done for {len(outcome.refused)}: {named}")


def _key(name: str, by: Actor) -> str:
    return f"undo:{by.id}:{name[:40]}"
