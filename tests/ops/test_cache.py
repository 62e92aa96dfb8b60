"""The cache: whose a key is."""

import pytest
from django.core.cache import cache

from portico.cache import platform_key
from portico.database import CompanyRef, NoScope, company_scope, platform_scope


def test_two_companies_never_share_a_key(acme, borealis):
    with company_scope(acme):
        cache.set("colour", "blue")
    with company_scope(borealis):
        assert cache.get("colour") is None
        cache.set("colour", "red")
    with platform_scope():
        assert cache.get("colour") is None
    with company_scope(acme):
        assert cache.get_many(["colour"]) == {"colour": "blue"}


def test_a_restored_company_begins_with_an_empty_cache(acme):
    with company_scope(acme):
        cache.set("colour", "blue")
    with company_scope(CompanyRef(acme.id, acme.schema, acme.generation + 1, acme.slug, acme.name)):
        assert cache.get("colour") is None


def test_a_key_without_a_scope_is_refused(acme):
    for attempt in (lambda: cache.get("x"), lambda: cache.set("x", 1), lambda: cache.delete("x")):
        with pytest.raises(NoScope):
            attempt()


def test_a_platform_key_is_the_same_everywhere(acme):
    cache.set(platform_key("seen"), 7)
    with company_scope(acme):
        assert cache.get(platform_key("seen")) == 7
        assert cache.get("seen") is None


def test_a_name_cannot_reach_another_prefix(acme, borealis):
    with company_scope(acme):
        cache.set("x", "acme's")
    with company_scope(borealis):
        for name in (f"{acme.key}:1:x", "all:1:seen", f"../{acme.key}:1:x"):
            assert cache.get(name) is None


def test_values_are_json_and_never_code(acme):
    with company_scope(acme):
        cache.set("things", {"a": [1, "é", None, True]})
        assert cache.get("things") == {"a": [1, "é", None, True]}
        with pytest.raises(TypeError):
            cache.set("things", object())
