"""Cleo tells on her page how it went, and Acme's people read it on theirs."""

import re

import pytest

from tenant_apps.tickets.models import Ticket
from tests.portal.conftest import page_of


@pytest.fixture
def solved(wish, act, ada):
    ticket = wish()
    act("change_status", ticket, "resolved", by=ada)
    return ticket


def rate(client, ticket, **said):
    return client.post(f"/requests/{ticket.pk}/rate", said)


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_once_it_is_solved_she_is_asked_and_thanked(client_for, wish, solved):
    cleo, path = client_for("cleo"), f"/requests/{solved.pk}"
    assert "How did we do?" not in page_of(cleo, f"/requests/{wish().pk}")
    assert "How did we do?" in page_of(cleo, path)

    answer = rate(cleo, solved, rating="bad", comment="Too <slow>.")

    assert (answer.status_code, answer["Location"]) == (302, f"{path}#rating")
    page = page_of(cleo, path)
    assert "Thank you for telling us" in page
    assert "Too &lt;slow&gt;." in page
    assert "Change it" in page
    assert "rated this" not in page, "how it is told to the desk"


def test_colleagues_who_follow_are_neither_asked_nor_told(client_for, act, solved, ada, mia, cleo):
    act("watch", solved, mia.id, True, by=ada)
    act("rate", solved, "bad", "Too slow.", by=cleo)
    page = page_of(client_for("mia"), f"/requests/{solved.pk}")
    assert "Too slow." not in page
    assert 'id="rating"' not in page
    assert rate(client_for("mia"), solved, rating="good").status_code == 403


def test_too_long_a_word_stays_beside_its_field(client_for, solved):
    answer = rate(client_for("cleo"), solved, rating="good", comment="x" * 1001)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This has 1,001 characters, at most 1,000 fit." in page
    assert "x" * 1001 in page


def test_what_was_opened_again_meanwhile_says_so_and_the_words_become_a_reply(client_for, act, solved, cleo):
    act("reply", solved, "It is back.", by=cleo)
    answer = rate(client_for("cleo"), solved, rating="good", comment="Nice.")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You can say how it went once this is solved." in page
    assert re.search(r"<textarea[^>]*>\s*Nice\.</textarea>", page)


def test_a_company_that_does_not_ask_still_shows_what_was_said(client_for, act, settle, solved, cleo):
    act("rate", solved, "good", by=cleo)
    settle(ask_rating=False)
    page = page_of(client_for("cleo"), f"/requests/{solved.pk}")
    assert "Thank you for telling us" in page
    assert "Change it" not in page
    assert rate(client_for("cleo"), solved, rating="bad").status_code == 409


def test_the_desk_reads_it_beside_the_request_in_its_history_and_in_a_view(client_for, act, solved, cleo):
    view = "/manager/inbox?view=rated:bad"
    assert solved.number not in page_of(client_for("ada"), view)
    act("rate", solved, "bad", "Too slow.", by=cleo)

    page = words_of(page_of(client_for("ada"), f"/manager/inbox/{solved.pk}"))
    assert "Cleo Marsh rated this not good: “Too slow.”" in page
    assert re.search(r"Rating Not good .* Too slow\. Assignee", page)
    page = page_of(client_for("ada"), view)
    assert solved.number in page
    assert re.search(r'Rated bad</span><span class="count">1<', page)
    assert "<b>0<small> %" in page_of(client_for("ada"), "/manager/settings/")


def test_a_company_says_how_portico_did(client_for, inside, acme, ada, sam):
    from tenant_apps.tickets import actions

    with inside(acme):
        ticket = actions.open_ticket(subject="website", description="Down.", by=ada)
        actions.change_status(ticket, "solved", by=sam)
    path = f"/manager/tickets/{ticket.pk}"
    assert "How did we do?" not in page_of(client_for("olga"), path), "Ada asked it"
    assert "How did we do?" in page_of(client_for("ada"), path)
    assert client_for("ada").post(f"{path}/rate", {"rating": "good"}).status_code == 302
    page = words_of(page_of(client_for("ada"), path))
    assert "Thank you for telling us how it went" in page
    assert "Ada Lind rated this good" in page
    assert client_for("ada").post(f"{path}/rate", {"rating": "great"}).status_code == 422
    with inside(acme):
        assert Ticket.objects.get(pk=ticket.pk).rating == "good"
