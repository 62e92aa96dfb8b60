"""The time at which things happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("portico_moment", default=None)


def now() -> datetime:
    """The current time, or the moment that `at` holds."""
    return _moment.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let things happen at another moment: for what is told afterwards (imports, the demo's history)."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
