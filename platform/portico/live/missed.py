"""What a page missed between its drawing and the opening of its socket, when there was nobody to signal to."""

import time
from collections.abc import Iterable

from django.core.cache import cache

from portico.cache import PlatformKey, platform_key

# How long a change is remembered; a page that takes longer to open its socket looks again in any case.
MEMORY = 60
# Clocks of several machines, and the way from the page to here.
_SLACK = 1.0


def note(groups: Iterable[str]) -> None:
    """These groups are about to be signalled. It comes first: who joins between the two hears both."""
    cache.set_many({_key(group): time.time() for group in groups}, MEMORY)


def anything(groups: Iterable[str], seconds: float) -> bool:
    """Whether any of these groups was signalled in the last `seconds`. Rather yes than no."""
    if seconds + _SLACK >= MEMORY:
        return True
    since = time.time() - seconds - _SLACK
    return any(at >= since for at in cache.get_many([_key(group) for group in groups]).values())


def _key(group: str) -> PlatformKey:
    return platform_key(f"live:{group}")
