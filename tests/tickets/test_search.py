"""Requests are found by number, subject or requester, from the first letters on."""

import pytest

from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket


@pytest.fixture
def asked(inside, acme, cleo):
    with inside(acme):
        return [
            actions.open_ticket(subject=subject, description="Please.", desk="company", by=cleo)
            for subject in ("The lamp's flicker", "Invoice 4471 / C++ & <b>more</b>", "Müller’s chairs, a_b, 4e9a2e29")
        ]


FOUND = {
    "lam": [0],
    "LAMP flick": [0],
    "4471": [1],
    "0002": [1],
    "TICK-": [0, 1, 2],
    "müll": [2],
    "4e9a2": [2],
    "cleo": [0, 1, 2],
    "lamp 4471": [],
    "nothing": [],
}
STRANGE = [
    "'",
    "\\",
    "'; DROP TABLE x; --",
    "a & | !",
    "(((",
    ":*",
    "\x00",
    "_",
    "-",
    "''",
    "lamp' | 'x",
    "é" * 500,
]


@pytest.mark.parametrize(("words", "places"), FOUND.items())
def test_words_find_what_begins_with_them(inside, acme, asked, words, places):
    with inside(acme):
        found = Ticket.objects.matching(words).values_list("pk", flat=True)
        assert set(found) == {asked[place].pk for place in places}


def test_a_whole_number_finds_one(inside, acme, asked):
    with inside(acme):
        assert [one.pk for one in Ticket.objects.matching(asked[1].number.lower())] == [asked[1].pk]


@pytest.mark.parametrize("words", STRANGE)
def test_whatever_is_typed_is_searched_for_and_breaks_nothing(inside, acme, asked, words):
    with inside(acme):
        assert Ticket.objects.matching(words).count() in {0, 1, 3}
