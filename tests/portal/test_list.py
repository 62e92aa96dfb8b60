"""The list of one's requests: tabs, counts, what is new, searching, and going on to older ones."""

from datetime import timedelta

import pytest

from portico import clock
from tests.portal.conftest import page_of


@pytest.fixture
def five(wish, act, ada):
    """One request in each place."""
    found = {name: wish(subject=f"It is {name}") for name in ("fresh", "begun", "asked", "solved", "closed")}
    for name, status in {
        "begun": "open",
        "asked": "pending_customer",
        "solved": "resolved",
        "closed": "closed",
    }.items():
        act("change_status", found[name], status, by=ada)
    return found


BEHIND = {
    "open": {"fresh", "begun", "asked"},
    "waiting": {"asked"},
    "solved": {"solved"},
    "closed": {"closed"},
    "all": {"fresh", "begun", "asked", "solved", "closed"},
    "nonsense": {"fresh", "begun", "asked"},
}


@pytest.mark.parametrize(("tab", "names"), BEHIND.items())
def test_a_tab_shows_what_stands_there(client_for, five, tab, names):
    page = page_of(client_for("cleo"), f"/requests?show={tab}")

    assert {name for name in five if f"It is {name}" in page} == names


def test_the_tabs_say_how_many(client_for, five):
    page = page_of(client_for("cleo"), "/requests")

    for words in ("Open <span", "Waiting for you <span", "Solved <span", "Closed <span", "All <span"):
        assert words in page
    assert 'All <span class="hush">5</span>' in page


def test_what_an_agent_said_is_marked_until_it_is_read(client_for, wish, act, ada):
    ticket, cleo = wish(), client_for("cleo")
    assert "data-unread" not in page_of(cleo, "/requests")
    act("reply", ticket, "Which lamp?", by=ada)

    assert "something new to read" in page_of(cleo, "/requests")
    page_of(cleo, f"/requests/{ticket.pk}")
    assert "data-unread" not in page_of(cleo, "/requests")


def test_a_note_marks_nothing(client_for, wish, act, ada):
    ticket = wish()
    act("reply", ticket, "He always says that.", by=ada, internal=True)

    assert "data-unread" not in page_of(client_for("cleo"), "/requests")


@pytest.mark.parametrize(("words", "found"), [("lam", True), ("TICK-", True), ("0001", True), ("chair", False)])
def test_searching_by_number_and_subject(client_for, wish, words, found):
    wish()
    page = page_of(client_for("cleo"), f"/requests?q={words}")

    assert ("The lamp flickers" in page) is found
    assert ("Nothing found" in page) is not found


def test_until_when_an_answer_is_meant_to_come(client_for, wish, settle):
    with clock.at(clock.now() - timedelta(hours=3)):
        wish()
    cleo = client_for("cleo")
    assert "answer by" in page_of(cleo, "/requests")
    settle(expected_reply_hours=2)
    assert "the answer is late" in page_of(cleo, "/requests")
    settle(expected_reply_hours=0)
    page = page_of(cleo, "/requests")
    assert "answer by" not in page
    assert "is late" not in page


def test_older_requests_stand_on_the_next_page(client_for, wish):
    for place in range(27):
        wish(subject=f"Number {place:02}")
    cleo = client_for("cleo")
    page = page_of(cleo, "/requests")
    older = page.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")

    assert "Number 26" in page
    assert "Number 01" not in page
    rest = page_of(cleo, older)
    assert "Number 01" in rest
    assert "Number 26" not in rest
    assert "Newest" in rest


def test_a_spoilt_cursor_leads_to_the_beginning(client_for):
    assert client_for("cleo").get("/requests?cursor=nonsense")["Location"] == "/requests"


def test_what_was_merged_stands_in_no_list_and_leads_on(client_for, wish, act, ada):
    gone, stays = wish(subject="Twice asked"), wish()
    act("reply", gone, "A word of the first", by=ada)
    act("merge", gone, stays, by=ada)
    cleo = client_for("cleo")

    assert "Twice asked" not in page_of(cleo, "/requests?show=all")
    answer = cleo.get(f"/requests/{gone.pk}", follow=True)
    assert answer.redirect_chain == [(f"/requests/{stays.pk}", 302)]
    assert "was merged into this request" in answer.content.decode()
    assert "A word of the first" in answer.content.decode()
