"""Addresses within this site. Django walks through all patterns for each; here a name is looked up once a process."""

from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

_behind: ContextVar[tuple[str, str] | None] = ContextVar("portico_behind", default=None)
_MARKS = tuple(UUID(int=0x5EA7_0000_7000_8000 << 64 | place) for place in range(1, 4))


def to(name: str, *args: object) -> str:
    """The address of a named view behind the door of this request; NoReverseMatch when there is none.

    Keys of rows are filled into an address that is known already.
    """
    at = place()
    if not args:
        return _found(*at, name)
    if len(args) <= len(_MARKS) and all(type(one) is UUID for one in args):
        address = _found(*at, name, *_MARKS[: len(args)])
        for mark, key in zip(_MARKS, args, strict=False):
            address = address.replace(str(mark), str(key), 1)
        return address
    if all(type(one) is str for one in args):
        return _found(*at, name, *args)
    return reverse(name, args=args)


def place() -> tuple[str, str]:
    """Behind which door, and below which path, addresses are made now."""
    return _behind.get() or (get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


def behind(urlconf: str) -> AbstractContextManager[None]:
    """Everything inside makes addresses of this door. A page makes a hundred, and Django is slow to say which it is."""
    return _Behind(urlconf)


class _Behind(AbstractContextManager[None]):
    """A class, for every request passes here and a generator costs twice as much."""

    __slots__ = ("at", "token")

    def __init__(self, urlconf: str) -> None:
        self.at = (urlconf, get_script_prefix())

    def __enter__(self) -> None:
        self.token = _behind.set(self.at)

    def __exit__(self, *_: object) -> None:
        _behind.reset(self.token)


@lru_cache(2_000)
def _found(urlconf: str, prefix: str, name: str, *args: object) -> str:
    return reverse(name, urlconf, args=args)
