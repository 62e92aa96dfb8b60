"""From samples to figures, and progress while there is something to wait for."""

import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


def p50(samples: Iterable[float]) -> float:
    """The median."""
    return statistics.median(samples)


def p95(samples: Iterable[float]) -> float:
    """The value that 95 of 100 samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def ms(seconds: float) -> float:
    """Milliseconds, as precise as they mean something."""
    return round(seconds * 1000, 3)


def line(bench: str, case: str, *, target: str = "", met: bool | None = None, **figures: Any) -> dict[str, Any]:
    """One case. `met` is None where nothing was promised, or where it cannot be measured on this machine."""
    return {"bench": bench, "case": case, **figures, "target": target, "met": met}


class Stopwatch:
    """Seconds between entering and leaving."""

    seconds = 0.0

    def __enter__(self) -> "Stopwatch":
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._began


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say on stderr what is going on and how long it took; figures go to stdout."""
    began = time.monotonic()
    _say(f"{words} ...")
    yield
    _say(f"{words}: {time.monotonic() - began:.1f} s\n")


def counted(items: Sequence[T], words: str) -> Iterator[T]:
    """The items, with their number told while they are worked off."""
    for number, item in enumerate(items, 1):
        yield item
        if number % 10 == 0 or number == len(items):
            _say(f"{words}: {number} of {len(items)}" + ("\n" if number == len(items) else ""))


def _say(text: str) -> None:
    # On a terminal one line is written over and over; in a file only what is finished is kept.
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
    elif text.endswith("\n"):
        sys.stderr.write(text)
    sys.stderr.flush()
