"""The cache: every key carries whose it is. A key without a scope is an error, never a guess."""

import json
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from portico.database import NoScope, current_scope


class PlatformKey(str):
    """A key that belongs to the installation and not to a company. Made by `platform_key` alone, never from a string
    that happens to look like one.
    """

    __slots__ = ()


def platform_key(name: str) -> PlatformKey:
    """A key for what is the same for all companies, usable inside and outside of scopes."""
    return PlatformKey(name)


def make_key(key: object, prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: company and generation from the scope stand before every key.

    A restored or re-made company has another generation and so an empty cache.
    """
    return f"portico:{prefix}:{_whose(key)}:{version}:{key}"


def _whose(key: object) -> str:
    if isinstance(key, PlatformKey):
        return "all"
    scope = current_scope()
    if scope is None:
        raise NoScope("A cache key needs a scope, or platform_key().")
    return scope.company.key if scope.company else "platform"


def forget_company(company_id: int) -> int:
    """Drop every entry of a company, of all its generations; how many there were."""
    store = caches["default"]._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    found = list(store.scan_iter(match=f"portico:{caches['default'].key_prefix}:{company_id}.*", count=1_000))
    return sum(store.delete(*found[start : start + 500]) for start in range(0, len(found), 500))


class Cache(RedisCache):
    """Django's, which makes a client for every word that is asked; here one speaks for as long as its thread lives."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client


class _Client(RedisCacheClient):
    _kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client of the one server there is (`VALKEY_URL`)."""
        self._kept = self._kept or super().get_client(key, write=True)
        return self._kept


class JsonSerializer:
    """Values as JSON: who can write to the cache cannot run code here, as with Django's pickles."""

    def dumps(self, value: Any) -> int | bytes:
        """Whole numbers stay bare, so that the server can count with them."""
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, stored: bytes) -> Any:
        return json.loads(stored)
