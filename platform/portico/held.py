"""What stays as it was first found while a batch of work goes on: settings, the brand, where a company's mail goes.

A batch is over in seconds (`batches`). Outside of one everything is asked for each time.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from portico.database import current_scope

T = TypeVar("T")
_held: ContextVar[dict[str, dict[Hashable, Any]] | None] = ContextVar("portico_held", default=None)


@contextmanager
def batch() -> Iterator[None]:
    """What is found inside is held until its end."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def here() -> dict[Hashable, Any] | None:
    """What is held for the scope of now, to be added to; None outside of a batch."""
    held, scope = _held.get(), current_scope()
    if held is None or scope is None:
        return None
    return held.setdefault(scope.company.key if scope.company else "platform", {})


def once(name: Hashable, find: Callable[[], T]) -> T:
    """What `find` says; within a batch it is asked once for each scope. Nobody may change what they get."""
    held = here()
    if held is None:
        return find()
    if name not in held:
        held[name] = find()
    return cast(T, held[name])
