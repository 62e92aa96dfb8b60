"""Whose time of the processor it was: figures that a busy machine leaves as they are, where seconds grow."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def used(into: Counter[str]) -> Iterator[None]:
    """Add the seconds that this process, its children that live on, and its connection to the database used.

    On another system than Linux, or with the database on another machine, those that cannot be seen are left out.
    """
    before = _now()
    yield
    for name, seconds in _now().items():
        into[name] += seconds - before.get(name, 0.0)


def _now() -> dict[str, float]:
    found = {"worker": time.process_time()}
    for name, pids in {"reader": _children(), "database": _backend()}.items():
        if seconds := sum(map(_of, pids)):
            found[name] = seconds
    return found


def _children() -> list[int]:
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(one) for path in lists for one in path.read_text().split()]


def _backend() -> list[int]:
    known = connection.connection
    return [known.info.backend_pid] if known is not None and not known.closed else []


def _of(pid: int) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / _TICKS
