"""Replies and notes as they are written: sent, stopped, taken back, changed."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from portico import clock
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Seat


@pytest.fixture
def write(client_for):
    """`write("ben", ticket, "Hello")` = what Ben's page answers to his reply."""

    def send(name, ticket, body, client=None, **more):
        headers = more.pop("headers", {})
        words = {"body": body, "mode": "reply"} | more
        return (client or client_for(name)).post(f"/manager/inbox/{ticket.pk}/reply", words, headers=headers)

    return send


@pytest.fixture
def page_of(client_for):
    return lambda name, ticket: client_for(name).get(f"/manager/inbox/{ticket.pk}").content.decode()


def test_a_reply_is_said_by_staff_and_may_be_taken_back(write, wish, said_in, ben, page_of):
    ticket = wish()
    answer = write("ben", ticket, "A new lamp is on its way.")
    message = said_in(ticket)[-1]

    assert answer["Location"] == f"/manager/inbox/{ticket.pk}#message-{message.pk}"
    assert (message.is_staff_reply, message.is_internal, message.is_held()) == (True, False, True)
    assert "Goes out" in page_of("ben", ticket)


def test_a_note_is_for_agents_alone(write, wish, said_in, page_of, client_for):
    ticket = wish()
    write("ben", ticket, "He always says that.", mode="note")

    note = said_in(ticket)[-1]
    assert (note.is_internal, note.sends_at) == (True, None)
    assert "Internal note" in page_of("ben", ticket)
    assert "always says" not in client_for("cleo").get("/").content.decode()


def test_in_doubt_words_stay_inside(write, wish, said_in):
    ticket = wish()
    write("ben", ticket, "Which was it?", mode="reply", send="note")
    assert said_in(ticket)[-1].is_internal


def test_a_reply_moves_the_request_on(write, wish, taken, now, ben):
    ticket = taken(wish(), ben)
    write("ben", ticket, "Which lamp?", status="pending_customer")
    assert now(ticket).status == "pending_customer"


def test_a_step_that_is_not_allowed_keeps_the_words(write, wish):
    answer = write("ben", wish(), "Done.", status="resolved")
    assert answer.status_code == 403


def test_the_same_form_sent_twice_speaks_once(write, wish, said_in, client_for):
    ticket, ben = wish(), client_for("ben")
    for _ in range(2):
        write("ben", ticket, "Once.", client=ben, key="a" * 32)
    assert [one.body for one in said_in(ticket)][1:] == ["Once."]


def test_a_reply_stops_for_what_its_writer_has_not_seen(write, wish, said_in, inside, acme, cleo):
    from tenant_apps.tickets import actions

    ticket = wish()
    seen = said_in(ticket)[-1].pk
    with inside(acme):
        newer = actions.reply(ticket, "It works again!", by=cleo)

    stopped = write("ben", ticket, "Dear Cleo, a lamp comes.", seen=str(seen), headers={"HX-Request": "true"})
    page = stopped.content.decode()
    assert (stopped.status_code, stopped["HX-Retarget"]) == (409, "#talk")
    assert "It works again!" in page.split('class="stop"')[1].split("</form>")[0]
    assert "Dear Cleo, a lamp comes." in page
    assert f'value="{newer.pk}"' in page
    assert "Send anyway" in page
    assert write("ben", ticket, "Dear Cleo, a lamp comes.", seen=str(newer.pk)).status_code == 302


def test_taken_back_words_stand_in_the_field_again(write, wish, said_in, client_for, page_of):
    ticket, ben = wish(), client_for("ben")
    write("ben", ticket, "Oh dear.", client=ben)
    message = said_in(ticket)[-1]

    ben.post(f"/manager/inbox/{ticket.pk}/said", {"do": "take_back", "message": str(message.pk)})

    assert said_in(ticket)[-1].withdrawn_at
    page = page_of("ben", ticket)
    assert ">Oh dear.</textarea>" in page
    assert page.count("Oh dear.") == 1


def test_what_was_sent_is_not_taken_back(write, wish, said_in, client_for):
    ticket, ben = wish(), client_for("ben")
    write("ben", ticket, "Oh dear.", client=ben)
    with clock.at(clock.now() + timedelta(seconds=11)):
        form = {"do": "take_back", "message": str(said_in(ticket)[-1].pk)}
        assert ben.post(f"/manager/inbox/{ticket.pk}/said", form).status_code == 409


def test_a_draft_waits_on_every_machine_until_it_is_sent(write, wish, client_for, page_of):
    ticket, ben = wish(), client_for("ben")
    kept = ben.post(
        f"/manager/inbox/{ticket.pk}/draft", {"body": "Half a th", "mode": "note"}, headers={"HX-Request": "true"}
    )
    assert "Draft saved" in kept.content.decode()
    assert ">Half a th</textarea>" in page_of("ben", ticket)
    assert "Half a th" not in page_of("ada", ticket)
    write("ben", ticket, "Half a thought.", mode="note")
    assert ">Half a th</textarea>" not in page_of("ben", ticket)


def test_a_draft_on_its_way_while_the_reply_is_sent_comes_too_late(wish, client_for, page_of):
    ticket, ben, htmx = wish(), client_for("ben"), {"HX-Request": "true"}
    form = {"body": "Half a thought.", "mode": "reply", "key": "0123456789abcdef"}
    ben.post(f"/manager/inbox/{ticket.pk}/reply", form, headers=htmx)

    late = ben.post(f"/manager/inbox/{ticket.pk}/draft", form | {"body": "Half a th"}, headers=htmx)

    assert "Draft saved" not in late.content.decode()
    assert ">Half a th</textarea>" not in page_of("ben", ticket)
    ben.post(f"/manager/inbox/{ticket.pk}/draft", {"body": "And then", "mode": "reply", "key": "fedc"}, headers=htmx)
    assert ">And then</textarea>" in page_of("ben", ticket)


def test_a_draft_that_waits_for_the_sending_comes_too_late_as_well(inside, acme, wish, ben):
    """Two at once: the sending has its row first, and commits while the draft waits for it."""
    ticket, kept = wish(), []

    def save():
        with inside(acme):
            kept.append(actions.keep_draft(ticket, "Half a th", by=ben, form="k"))
        connection.close()

    saving = threading.Thread(target=save)
    with inside(acme):
        actions.forget_draft(ticket, "k", by=ben)
        saving.start()
        time.sleep(0.3)
        assert not kept
    saving.join()
    assert kept == [False]
    with inside(acme):
        assert Seat.objects.get(ticket=ticket, person_id=ben.id).draft == {"sent": "k"}


def test_a_colleague_is_called_by_first_name(write, wish, said_in, ada, page_of):
    ticket = wish()
    write("ben", ticket, "@Ada what do you think? ben@acme.example", mode="note")
    assert said_in(ticket)[-1].mentions == [ada.id]
    assert '<span class="mention">@Ada</span>' in page_of("ben", ticket)


def test_a_name_inside_of_a_link_stays_an_address(write, wish, page_of):
    ticket = wish()
    write("ben", ticket, "@Ada see https://x.example/?a=@ada>@ada", mode="note")
    page = page_of("ben", ticket)
    assert 'href="https://x.example/?a=' in page
    assert all("<span" not in link.split('"')[0] for link in page.split('href="')[1:])


def test_a_change_keeps_what_stood_there_behind_a_badge(write, wish, said_in, client_for, page_of):
    ticket, ben = wish(), client_for("ben")
    write("ben", ticket, "Tomorow", client=ben)
    place, message = f"/manager/inbox/{ticket.pk}/said", str(said_in(ticket)[-1].pk)
    ben.post(place, {"do": "edit", "message": message, "body": "Tomorrow"})
    ben.post(place, {"do": "react", "message": message, "sign": "🎉"})

    page = page_of("ben", ticket)
    assert "Changed" in page
    assert "🎉 1" in page
    assert "Tomorow" in ben.get(place, {"message": message}).content.decode()


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)"])
def test_words_stay_words(write, wish, page_of, words):
    ticket = wish(subject=words, description=words)
    write("ben", ticket, words)
    page = page_of("ada", ticket)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_a_closed_request_takes_notes_and_offers_a_follow_up(write, wish, do, page_of):
    ticket = wish()
    do("ada", ticket, "status", value="closed")
    page = page_of("ada", ticket)
    assert f"/manager/inbox/new?follows={ticket.pk}" in page
    assert write("ada", ticket, "One more thing").status_code == 409
    assert write("ada", ticket, "For us: paid.", mode="note").status_code == 302


def test_an_empty_reply_is_refused_beside_the_field(write, wish):
    page = write("ben", wish(), " ")
    assert page.status_code == 422
    assert "Please write something." in page.content.decode()


def test_colleagues_see_each_other(wish, client_for):
    ticket = wish()
    place = f"/manager/inbox/{ticket.pk}/here"
    client_for("ben").post(place, {"typing": "1"}, headers={"HX-Request": "true"})
    page = client_for("ada").post(place, {"typing": "0"}, headers={"HX-Request": "true"})
    assert "Ben is writing" in page.content.decode()
