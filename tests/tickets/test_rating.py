"""Cleo says how it went: once it is solved, for a while, and as often as her mind changes."""

from datetime import timedelta

import pytest

from portico import clock
from portico.errors import Forbidden, Invalid, Refused
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.tickets import actions, tally
from tenant_apps.tickets.models import Ticket

KEYS = ["rated:good", "rated:bad"]


@pytest.fixture(autouse=True)
def here(inside, acme, ada, ben, cleo, mia, olga, sam, asked):
    """Everything happens at Acme, whose people are there."""
    with inside(acme):
        yield


@pytest.fixture
def solved(here, wish, ada):
    return actions.change_status(wish(), "resolved", by=ada)


def now(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def told(ticket):
    return [words(one) for one in Event.objects.about(ticket.pk).filter(verb="ticket.rate")]


def test_it_stands_on_the_request_with_why_and_in_its_history(solved, cleo):
    actions.rate(solved, "bad", " Too slow. ", by=cleo)

    ticket = now(solved)
    assert (ticket.rating, ticket.rating_comment) == ("bad", "Too slow.")
    assert ticket.rated_at is not None
    assert told(solved) == ["Cleo Marsh rated this not good: “Too slow.”"]


def test_whoever_answers_has_it_unread(solved, ada, cleo):
    actions.mark_read(solved, by=ada)
    actions.rate(solved, "good", by=cleo)
    assert now(solved).unread_by_agent == 1
    actions.rate(solved, "bad", by=cleo)
    assert now(solved).unread_by_agent == 1


def test_the_same_twice_is_once_and_another_mind_is_counted_once(solved, cleo):
    for rating in ("good", "good", "bad", "bad"):
        actions.rate(solved, rating, by=cleo)

    assert told(solved) == ["Cleo Marsh rated this good", "Cleo Marsh rated this not good now"]
    assert tally.read(KEYS) == dict(zip(KEYS, (0, 1), strict=True))
    assert {key: tally.counted().get(key, 0) for key in KEYS} == tally.read(KEYS)


def test_opening_it_again_takes_the_rating_away_and_leaves_it_in_history(solved, ada, cleo):
    actions.rate(solved, "good", "Quick!", by=cleo)
    actions.reply(solved, "It flickers again.", by=cleo)

    ticket = now(solved)
    assert (ticket.rating, ticket.rating_comment, ticket.rated_at) == (None, "", None)
    assert told(solved) == ["Cleo Marsh rated this good: “Quick!”"]
    assert tally.read(KEYS) == dict.fromkeys(KEYS, 0)


def test_another_type_that_knows_no_solved_takes_it_away_too(solved, ada, cleo):
    actions.rate(solved, "good", by=cleo)
    actions.change(solved, {"type": "simple"}, by=ada)
    assert now(solved).rating is None


def test_closing_keeps_it_and_what_is_closed_can_be_rated(solved, wish, cleo):
    actions.rate(solved, "good", by=cleo)
    actions.change_status(solved, "closed", by=cleo)
    assert now(solved).rating == "good"
    closed = actions.change_status(wish(), "closed", by=cleo)
    assert actions.rate(closed, "bad", by=cleo).rating == "bad"


def test_nobody_rates_but_who_asked(solved, ada, ben, mia):
    actions.watch(solved, mia.id, True, by=ada)
    for somebody in (ada, ben, mia):
        with pytest.raises(Forbidden, match="Cleo Marsh asked this"):
            actions.rate(solved, "good", by=somebody)


def test_what_is_open_is_not_rated(wish, cleo):
    with pytest.raises(Refused, match="once this is solved"):
        actions.rate(wish(), "good", by=cleo)


def test_thirty_days_later_it_is_too_late(solved, cleo):
    solved_at = clock.now()
    with clock.at(solved_at + timedelta(days=29)):
        actions.rate(solved, "good", by=cleo)
    with clock.at(solved_at + timedelta(days=31)), pytest.raises(Refused, match="more than 30 days ago"):
        actions.rate(solved, "bad", by=cleo)
    assert now(solved).rating == "good"


def test_where_nobody_is_asked_nobody_rates(solved, ada, cleo):
    actions.set_to("ask_rating", False, by=ada)
    with pytest.raises(Refused, match="not asked"):
        actions.rate(solved, "good", by=cleo)


def test_what_was_merged_is_rated_where_it_goes_on(solved, wish, ada, cleo):
    stays = wish()
    actions.merge(solved, stays, by=ada)
    with pytest.raises(Refused, match="merged"):
        actions.rate(solved, "good", by=cleo)


@pytest.mark.parametrize(
    ("rating", "comment", "wrong"),
    [("superb", "", "rating"), ("", "", "rating"), ("good", "x" * 1001, "comment"), ("bad", "\x00", "comment")],
)
def test_what_cannot_be_kept_is_named(solved, cleo, rating, comment, wrong):
    with pytest.raises(Invalid) as no:
        actions.rate(solved, rating, comment, by=cleo)
    assert list(no.value.fields) == [wrong]


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_whether_to_ask_is_yes_or_no(ada, value):
    with pytest.raises(Invalid):
        actions.set_to("ask_rating", value, by=ada)


def test_the_company_says_how_portico_did(asked, ada, olga, sam):
    actions.change_status(asked, "solved", by=sam)
    with pytest.raises(Forbidden, match="Ada Lind asked this"):
        actions.rate(asked, "good", by=olga)
    actions.rate(asked, "bad", "Three days!", by=ada)
    assert (now(asked).rating, told(asked)) == ("bad", ["Ada Lind rated this not good: “Three days!”"])
    assert tally.read(KEYS) == dict.fromkeys(KEYS, 0), "a company counts its own desk"
