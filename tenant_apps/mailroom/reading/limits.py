"""What of a mail is read at all. Beyond that its bytes are kept, and somebody looks at it by hand."""

import signal
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MEGABYTE = 1024 * 1024
# A header block, one field of it, and what a field that is taken apart further may hold.
HEADERS, HEADER, PARAMETERS = 256 * 1024, 16 * 1024, 4 * 1024
PEOPLE, REFERENCES = 200, 50
PARTS, DEPTH, FILES = 500, 30, 100
DECODED, NESTED = 60 * MEGABYTE, 64 * 1024
TEXT, HTML, LOOK = 100_000, MEGABYTE, 2 * MEGABYTE
# Seconds of the processor for a mail, and for each megabyte of it; of the clock; and memory beside the reader's own.
SECONDS, SECONDS_EACH, PATIENCE = 0.7, 0.06, 20.0
# Of these, what may go into looking for a signature: a mail is read without, too.
SIGNATURE = 0.15
MEMORY, MEMORY_EACH = 96 * MEGABYTE, 5
# A reader that has grown so large, or read so many, makes room for a new one.
GROWN, MANY = 60 * MEGABYTE, 5_000


class TooMuch(Exception):
    """The mail has more of something than is read; the first argument says of what."""


class _TooLong(Exception):
    pass


def in_time(seconds: float, do: Callable[[], T]) -> T | None:
    """What `do` returns; None when that takes the processor longer. For the reader's own process, in its one thread."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            return do()
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except _TooLong:
        return None
    finally:
        signal.signal(signal.SIGVTALRM, before)


def _stop(*_: object) -> None:
    raise _TooLong
