"""Files of a reply, a note or a new request: whatever a page says to it, nothing that was given is lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Attachment

HTMX = {"HX-Request": "true"}


def some_file(name="lamp.txt", content=b"It flickers."):
    return SimpleUploadedFile(name, content)


def keys_in(answer):
    return re.findall(r'name="attachments" value="([^"]+)"', answer.content.decode())


@pytest.fixture
def write(client_for):
    def send(name, ticket, body, **more):
        headers = more.pop("headers", {})
        return client_for(name).post(
            f"/manager/inbox/{ticket.pk}/reply", {"body": body, "mode": "reply"} | more, headers=headers
        )

    return send


@pytest.fixture
def files_of(inside, acme):
    def read(message):
        with inside(acme):
            return [one.name for one in Attachment.objects.filter(message=message.pk)]

    return read


def test_what_waits_for_a_second_look_keeps_its_files_and_its_step(
    write, wish, taken, said_in, now, files_of, inside, acme, ben, cleo
):
    ticket = taken(wish(), ben)
    seen = said_in(ticket)[-1].pk
    with inside(acme):
        actions.reply(ticket, "It smokes!", by=cleo)
    stopped = write("ben", ticket, "Unplug it.", status="resolved", seen=str(seen), files=some_file())
    page = stopped.content.decode()
    assert stopped.status_code == 409
    assert '<input type="hidden" name="status" value="resolved">' in page
    assert "Send anyway" in page

    again = {"seen": str(said_in(ticket)[-1].pk), "status": "resolved", "attachments": keys_in(stopped)}
    assert write("ben", ticket, "Unplug it.", **again).status_code == 302
    assert files_of(said_in(ticket)[-1]) == ["lamp.txt"]
    assert now(ticket).status == "resolved"


@pytest.mark.parametrize(("body", "more", "status"), [("", {}, 422), ("See here.", {"look": "1"}, 200)])
def test_a_page_that_is_drawn_again_has_the_files(write, wish, body, more, status):
    answer = write("ben", wish(), body, files=some_file(), **more)
    assert (answer.status_code, len(keys_in(answer))) == (status, 1)
    assert "lamp.txt" in answer.content.decode()


def test_files_come_back_with_the_words_that_are_taken_back(write, wish, said_in, files_of, client_for):
    ticket = wish()
    write("ben", ticket, "See here.", files=some_file())
    sent = said_in(ticket)[-1]
    back = client_for("ben").post(
        f"/manager/inbox/{ticket.pk}/said", {"message": str(sent.pk), "do": "take_back"}, headers=HTMX
    )
    assert files_of(sent) == []
    write("ben", ticket, "See here!", attachments=keys_in(back))
    assert files_of(said_in(ticket)[-1]) == ["lamp.txt"]


def test_nobody_else_gets_a_file_that_was_taken_back(write, wish, said_in, client_for, inside, acme):
    ticket = wish()
    write("ben", ticket, "See here.", files=some_file())
    with inside(acme):
        kept = Attachment.objects.get()
    said = {"message": str(said_in(ticket)[-1].pk), "do": "take_back"}
    client_for("ben").post(f"/manager/inbox/{ticket.pk}/said", said)
    assert {name: client_for(name).get(f"/files/{kept.pk}").status_code for name in ("ben", "ada", "cleo")} == {
        "ben": 302,
        "ada": 404,
        "cleo": 404,
    }


@pytest.mark.parametrize(("more", "status"), [({"choose": "1"}, 200), ({"subject": ""}, 422)])
def test_a_new_request_keeps_its_files(client_for, more, status):
    typed = {"email": "pal@elsewhere.example", "subject": "Lamp", "description": "Dark.", "type": "customer_service"}
    answer = client_for("ben").post("/manager/inbox/new", typed | more | {"files": some_file()})
    assert (answer.status_code, len(keys_in(answer))) == (status, 1)
    sent = typed | {"urgency": "normal", "importance": "normal", "channel": "portal", "attachments": keys_in(answer)}
    done = client_for("ben").post("/manager/inbox/new", sent, follow=True)
    assert "lamp.txt" in done.content.decode()
