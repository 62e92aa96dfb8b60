"""How often somebody may do something."""

import threading
import time

import pytest
from django.core.cache import caches

from portico.database import company_scope
from portico.errors import TooMany
from portico.throttle import allow


@pytest.fixture
def own_cache(queue, settings):
    """A cache that nobody else empties."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": queue.url}}
    return queue


def test_after_the_limit_one_has_to_wait(acme, own_cache):
    with company_scope(acme):
        for _ in range(3):
            allow("sign-in", "ada", 3, 60)
        with pytest.raises(TooMany) as refused:
            allow("sign-in", "ada", 3, 60)
        allow("sign-in", "ben", 3, 60)
        allow("reset", "ada", 3, 60)
    assert 1 <= refused.value.seconds <= 120


def test_another_company_counts_for_itself(acme, borealis):
    with company_scope(acme):
        allow("sign-in", "ada", 1, 60)
    with company_scope(borealis):
        allow("sign-in", "ada", 1, 60)


def test_waiting_as_long_as_was_said_helps_even_after_many_refusals(acme, own_cache):
    with company_scope(acme):
        for _ in range(2):
            allow("fast", "ada", 2, 1)
        for _ in range(20):
            with pytest.raises(TooMany) as refused:
                allow("fast", "ada", 2, 1)
        time.sleep(refused.value.seconds)
        allow("fast", "ada", 2, 1)


def test_many_at_once_get_exactly_as_many_as_there_are(acme, own_cache, log_lines):
    passed = []

    def attempt() -> None:
        with company_scope(acme):
            try:
                allow("guess", "ada", 5, 600)
            except TooMany:
                return
            passed.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log_lines() == []
    assert len(passed) == 5


def test_no_address_is_kept_in_the_clear(acme, own_cache):
    with company_scope(acme):
        allow("sign-in", "ada@acme.example", 5, 600)
    keys = caches["default"]._cache.get_client(None).keys("*throttle*")
    assert keys
    assert not any(b"ada" in key for key in keys)


def test_without_a_cache_everybody_is_let_through_with_a_line_in_the_log(acme, own_cache, log_lines):
    with company_scope(acme):
        allow("sign-in", "ada", 1, 60)
        with pytest.raises(TooMany):
            allow("sign-in", "ada", 1, 60)
        own_cache.stop()
        began = time.monotonic()
        allow("sign-in", "ada", 1, 60)
    assert time.monotonic() - began < 2
    assert [line["event"] for line in log_lines()] == ["throttle.open"]
