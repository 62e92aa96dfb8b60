"""What stays out of a web process: libraries that frameworks try for, and pages and API never use."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import Never

# Who tries: REST framework for its test client and its browsable pages, structlog for a terminal and for
# green threads, Django for tests.
UNUSED = frozenset({"coreapi", "greenlet", "jinja2", "pygments", "requests", "rich"})


class _Closed(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> None:
        if name.partition(".")[0] in UNUSED:
            _refuse(name)


def _refuse(name: str) -> Never:
    raise ModuleNotFoundError(f"{name} is not loaded while a web process starts.", name=name)


@contextmanager
def without_unused() -> Iterator[None]:
    """Start as where none of them is installed, which all who try are ready for; afterwards they can be imported."""
    closed = _Closed()
    sys.meta_path.insert(0, closed)
    try:
        yield
    finally:
        sys.meta_path.remove(closed)
