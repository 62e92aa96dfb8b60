"""What a page missed between its drawing and the opening of its socket, when there was nobody to signal to."""

import time
from collections.abc import Iterable
from datetime import datetime

from django.core.cache import cache

from portico.cache import PlatformKey, platform_key

# How long a change is remembered; a page that takes longer to open its socket looks again in any case.
MEMORY = 60


def note(groups: Iterable[str], at: datetime) -> None:
    """These groups are about to be signalled what happened then. It comes first: who joins between the two hears both.

    What counts is when it happened, not when it is told: a page that was asked for after one's own change shows it.
    """
    cache.set_many({_key(group): at.timestamp() for group in groups}, MEMORY)


def anything(groups: Iterable[str], seconds: float) -> bool:
    """Whether something happened for any of these groups in the last `seconds`. Rather yes than no."""
    if seconds >= MEMORY:
        return True
    since = time.time() - seconds
    return any(at >= since for at in cache.get_many([_key(group) for group in groups]).values())


def _key(group: str) -> PlatformKey:
    return platform_key(f"live:{group}")
