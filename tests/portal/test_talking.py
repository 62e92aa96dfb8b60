"""One request on the portal: reading, replying, closing, opening again, editing, following."""

from datetime import timedelta

import pytest

from portico import clock
from tenant_apps.tickets.models import Message, Ticket
from tests.portal.conftest import page_of


@pytest.fixture
def again(inside, acme):
    """`again(ticket)` = as it is now."""

    def read(ticket):
        with inside(acme):
            return Ticket.objects.get(pk=ticket.pk)

    return read


def test_a_customer_replies_and_wakes_what_waited(client_for, wish, act, again, ada):
    ticket = wish()
    act("reply", ticket, "Which lamp?", by=ada, status="pending_customer")

    answer = client_for("cleo").post(f"/requests/{ticket.pk}/reply", {"body": "The blue one."}, follow=True)

    assert answer.redirect_chain[0][0].startswith(f"/requests/{ticket.pk}#message-")
    page = answer.content.decode()
    assert "The blue one." in page
    assert "Being worked on" in page
    now = again(ticket)
    assert (now.status, now.unread_by_agent, now.unread_by_customer) == ("open", 1, 0)


def test_what_is_solved_says_when_it_closes_by_itself(client_for, wish, act, settle, ada):
    ticket, cleo = wish(), client_for("cleo")
    assert "closes by itself" not in page_of(cleo, f"/requests/{ticket.pk}")
    act("change_status", ticket, "resolved", by=ada)
    day = clock.now() + timedelta(days=3)
    assert f"It closes by itself on {day:%-d %B}" in page_of(cleo, f"/requests/{ticket.pk}")
    settle(auto_close_days=0)
    assert "closes by itself" not in page_of(cleo, f"/requests/{ticket.pk}")


def test_unread_counters_follow_who_writes_and_who_reads(client_for, wish, act, again, ada):
    ticket, cleo = wish(), client_for("cleo")
    assert (again(ticket).unread_by_agent, again(ticket).unread_by_customer) == (1, 0)
    act("reply", ticket, "One", by=ada)
    act("reply", ticket, "Two", by=ada)
    assert (again(ticket).unread_by_agent, again(ticket).unread_by_customer) == (0, 2)
    page_of(cleo, f"/requests/{ticket.pk}")
    assert again(ticket).unread_by_customer == 0


def test_a_page_that_draws_itself_anew_in_a_hidden_tab_has_not_been_read(client_for, wish, act, again, ada):
    ticket = wish()
    act("reply", ticket, "One", by=ada)
    client_for("cleo").get(f"/requests/{ticket.pk}", headers={"HX-Request": "true"})
    assert again(ticket).unread_by_customer == 1


def test_the_customers_view_has_customer_words_and_none_of_the_agents_work(client_for, wish, act, ada):
    ticket = wish()
    act("change", ticket, {"importance": "critical", "tags": ["whiner"]}, by=ada)
    act("reply", ticket, "He always says that.", by=ada, internal=True)
    act("snooze", ticket, None, by=ada)
    act("reply", ticket, "Which lamp?", by=ada, status="pending_customer")

    page = page_of(client_for("cleo"), f"/requests/{ticket.pk}")

    for hidden in ("always says", "whiner", "importance", "rest until", "Waiting for customer", "pending_customer"):
        assert hidden not in page
    assert "Waiting for you" in page


def test_a_held_answer_is_not_shown_until_it_is_sent(client_for, wish, act, ada):
    ticket = wish()
    act("reply", ticket, "Wait, wrong person", by=ada, can_undo=True)
    assert "wrong person" not in page_of(client_for("cleo"), f"/requests/{ticket.pk}")


def test_an_empty_reply_is_refused_beside_the_field(client_for, wish):
    answer = client_for("cleo").post(f"/requests/{wish().pk}/reply", {"body": "  "})
    assert answer.status_code == 422
    assert "Please write something." in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_a_reply_to_what_was_closed_meanwhile_keeps_the_words(client_for, wish, act, ada, headers):
    ticket, cleo = wish(), client_for("cleo")
    act("change_status", ticket, "closed", by=ada)

    answer = cleo.post(f"/requests/{ticket.pk}/reply", {"body": "One more thing."}, headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Your reply was not sent." in page
    assert "One more thing." in page
    assert f"/requests/new?after={ticket.pk}" in page


def test_a_reply_to_what_was_merged_meanwhile_stands_ready_where_it_goes_on(client_for, wish, act, ada):
    gone, stays = wish(subject="Twice"), wish()
    act("merge", gone, stays, by=ada)

    answer = client_for("cleo").post(f"/requests/{gone.pk}/reply", {"body": "One more thing."})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "One more thing." in page
    assert f"/requests/{stays.pk}/reply" in page


def test_a_reply_sent_twice_is_said_once(client_for, inside, acme, wish):
    ticket, cleo, typed = wish(), client_for("cleo"), {"body": "Once", "key": "0123456789abcdef"}
    cleo.post(f"/requests/{ticket.pk}/reply", typed)
    cleo.post(f"/requests/{ticket.pk}/reply", typed)
    with inside(acme):
        assert Message.objects.filter(ticket=ticket.pk, body="Once").count() == 1


def test_closing_twice_is_no_error(client_for, wish, again):
    ticket, cleo = wish(), client_for("cleo")
    for _ in range(2):
        answer = cleo.post(f"/requests/{ticket.pk}/close", follow=True)
        assert answer.status_code == 200
    assert again(ticket).status == "closed"
    assert "This request is closed" in answer.content.decode()


def test_what_is_solved_is_opened_again_and_what_is_closed_is_not(client_for, wish, act, again, ada):
    ticket, cleo = wish(), client_for("cleo")
    act("change_status", ticket, "resolved", by=ada)
    assert "It is not solved, open it again" in page_of(cleo, f"/requests/{ticket.pk}")
    for _ in range(2):
        assert cleo.post(f"/requests/{ticket.pk}/reopen").status_code == 302
    assert again(ticket).status == "open"

    act("change_status", ticket, "closed", by=ada)
    answer = cleo.post(f"/requests/{ticket.pk}/reopen")
    assert answer.status_code == 409
    assert "Please ask again" in answer.content.decode()


def test_an_agent_closes_what_they_asked_themselves(client_for, wish, again, ben):
    ticket = wish(by=ben)
    assert client_for("ben").post(f"/requests/{ticket.pk}/close").status_code == 302
    assert again(ticket).status == "closed"


def test_ones_own_words_are_edited_and_carry_a_badge(client_for, inside, acme, wish):
    ticket, cleo = wish(), client_for("cleo")
    with inside(acme):
        first = Message.objects.get(ticket=ticket.pk)
    path = f"/requests/{ticket.pk}/messages/{first.pk}"
    assert "Since Monday." in page_of(cleo, path)
    assert cleo.post(path, {"body": " "}).status_code == 422

    page = cleo.post(path, {"body": "Since Tuesday."}, follow=True).content.decode()

    assert "Since Tuesday." in page
    assert "Edited" in page
    assert "Since Monday." not in page


def test_nobody_edits_what_others_said(client_for, wish, act, ada):
    ticket = wish()
    said = act("reply", ticket, "Which lamp?", by=ada)
    answer = client_for("cleo").post(f"/requests/{ticket.pk}/messages/{said.pk}", {"body": "Mine now"})
    assert answer.status_code == 404


def test_a_known_problem_is_named_without_who_else_has_it(client_for, wish, act, ada, mia):
    mine, other = wish(), wish(by=mia, subject="Mia cannot sign in")
    act("make_incident", other, True, by=ada)
    act("place_under", mine, other, by=ada)
    cleo = client_for("cleo")

    page = page_of(cleo, f"/requests/{mine.pk}")
    assert "This is part of a known problem." in page
    act("change_status", other, "resolved", by=ada)
    page += page_of(cleo, f"/requests/{mine.pk}")
    assert "It has been solved." in page
    assert "Mia" not in page
    assert str(other.pk) not in page


def test_reactions_are_shown_without_names(client_for, wish, act, ada):
    ticket = wish()
    said = act("reply", ticket, "Which lamp?", by=ada)
    act("react", said, "👍", by=ada)
    assert "👍 1" in page_of(client_for("cleo"), f"/requests/{ticket.pk}")


def test_who_gets_a_copy_is_named_and_agents_who_follow_are_not(client_for, wish, act, ada, ben, mia):
    ticket = wish()
    act("change", ticket, {"cc": [{"name": "Tom Marsh", "email": "tom@school.example"}]}, by=ada)
    act("watch", ticket, mia.id, True, by=ada)
    act("watch", ticket, ben.id, True, by=ada)
    page = page_of(client_for("cleo"), f"/requests/{ticket.pk}")
    assert "Mia Holt" in page
    assert "Tom Marsh" in page
    assert "Ben Ode" not in page


def test_the_address_of_a_form_opened_by_hand_leads_to_the_request(client_for, wish):
    ticket, cleo = wish(), client_for("cleo")
    for form in ("reply", "draft", "react", "close", "reopen", "follow"):
        assert cleo.get(f"/requests/{ticket.pk}/{form}")["Location"] == f"/requests/{ticket.pk}"
