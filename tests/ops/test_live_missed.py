"""A page whose socket opens asks whether it missed something since it was drawn."""

import json
import time

import pytest

from tests.ops.conftest import heard, open_ticket, react

LONG = 30_000  # milliseconds: longer than a test takes, shorter than what is remembered


def _catch_up(page, age, seconds=15):
    """What a page of this age is told when its socket opens."""
    page.send(json.dumps({"age": age}))
    return heard(page, seconds)


def test_a_page_that_was_drawn_before_a_change_is_told_when_its_socket_opens(acme, ada, inside, outside, dial):
    open_ticket(inside, acme, ada)
    react(outside)
    for name in ("ada", "ben", "lin", "omar"):
        assert _catch_up(dial(name), LONG) == {"changed": "anything"}, name
    for name in ("cleo", "bo", "una", "eli"):
        assert _catch_up(dial(name), LONG, 0.5) is None, name


def test_a_page_is_told_once_and_only_of_its_own_time(acme, ada, inside, outside, dial):
    open_ticket(inside, acme, ada)
    react(outside)
    time.sleep(2)
    page = dial("ada")
    assert _catch_up(page, 100, 0.5) is None  # it was drawn after that
    assert _catch_up(page, LONG, 0.5) is None  # and has asked already
    assert _catch_up(dial("ada"), LONG) == {"changed": "anything"}


def test_nobody_remembers_what_was_an_hour_ago(acme, dial):
    assert _catch_up(dial("ben"), 3_600_000) == {"changed": "anything"}


@pytest.mark.parametrize(
    "frame", ["", "age", "[]", "{}", '{"age": "1"}', '{"age": -1}', '{"age": true}', '{"age": 1e9}']
)
def test_what_is_no_age_is_overlooked(acme, ada, inside, outside, dial, frame):
    open_ticket(inside, acme, ada)
    react(outside)
    page = dial("ada")
    page.send(frame)
    assert heard(page, 0.3) is None
    assert _catch_up(page, LONG) == {"changed": "anything"}
