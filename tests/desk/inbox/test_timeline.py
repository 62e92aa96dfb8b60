"""What of a conversation is shown: all of it, or one kind, and further back step by step."""

from html import unescape

import pytest

from tenant_apps.tickets import actions

HTMX = {"HX-Request": "true"}


@pytest.fixture
def talk(client_for):
    """`talk(ticket, only="notes")` = the timeline as it comes for itself."""

    def read(ticket, **more):
        place = f"/manager/inbox/{ticket.pk}"
        return unescape(client_for("ben").get(place, {"part": "live"} | more, headers=HTMX).content.decode())

    return read


def test_mails_stand_alone(wish, inside, acme, cleo, ben, talk):
    ticket = wish()
    with inside(acme):
        actions.reply(ticket, "I wrote this as a mail.", by=cleo, channel="email")
        actions.reply(ticket, "He wrote a mail.", by=ben, internal=True)
    page = talk(ticket, only="mails")
    assert "I wrote this as a mail." in page
    assert "He wrote a mail." not in page
    assert "Since Monday." not in page


def test_what_was_chosen_holds_further_back_and_when_something_comes(wish, inside, acme, ben, talk, monkeypatch):
    from tenant_apps.desk.inbox import thread

    monkeypatch.setattr(thread, "STEP", 2)
    ticket = wish()
    with inside(acme):
        for number in range(7):
            actions.reply(ticket, f"Note {number}", by=ben, internal=True)
    page = talk(ticket, only="notes", steps="2")
    live, older = page.split("hx-trigger")[0], page.split('id="older"')[1].partition(">")[0]
    assert "only=notes" in live
    assert "steps=2" in live
    assert older.count("steps=3&only=notes") == 2
