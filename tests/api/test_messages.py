"""Messages over the API: changed, signed, and files that are sent twice and kept once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Attachment, Message, Ticket
from tests.tickets.test_attachments import EICAR, scanner

__all__ = ["scanner"]

JSON = "application/json"
HERE = "/api/v1/support"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/storage"


@pytest.fixture
def said(inside, acme, wish, cleo, ben):
    """Cleo's request, with an answer of Ben's: the id of the request, of hers, and of his message."""
    ticket = wish()
    with inside(acme):
        answer = actions.reply(ticket, "Please try the other bulb.", by=ben)
        return ticket, ticket.messages.order_by("id").first().pk, answer.pk


def change(client, key, **body):
    return client.patch(f"{HERE}/messages/{key}", body, content_type=JSON)


def test_who_wrote_it_changes_it_and_agents_see_what_stood_there(api_for, inside, acme, said):
    ticket, hers, _ = said

    changed = change(api_for("cleo"), hers, body="Since Tuesday.")

    assert changed.status_code == 200
    assert (changed.json()["body"], changed.json()["is_edited"]) == ("Since Tuesday.", True)
    assert "edits" not in changed.json()
    for_ben = api_for("ben").get(f"{HERE}/messages/{hers}").json()
    assert [(one["body"], one["by"]) for one in for_ben["edits"]] == [("Since Monday.", "Cleo Marsh")]
    with inside(acme):
        assert Event.objects.filter(verb="ticket.message.edit", subject_id=ticket.pk).count() == 1


@pytest.mark.parametrize(
    ("name", "whose", "status"),
    [("ada", "his", 200), ("ben", "hers", 403), ("cleo", "his", 403), ("mia", "hers", 404), ("bo", "hers", 404)],
)
def test_nobody_else_but_a_manager_changes_it(api_for, inside, acme, said, name, whose, status):
    key = said[1] if whose == "hers" else said[2]
    answer = change(api_for(name), key, body="Something else")
    assert answer.status_code == status
    if status != 200:
        assert answer["Content-Type"] == "application/problem+json"
        with inside(acme):
            assert not Message.objects.get(pk=key).is_edited


@pytest.mark.parametrize("body", [{}, {"body": ""}, {"body": "a", "html": "<b>a</b>"}, {"subject": "no"}, {"body": 5}])
def test_what_is_no_change_is_refused_in_words(api_for, said, body):
    answer = api_for("cleo").patch(f"{HERE}/messages/{said[1]}", body, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_sign_is_put_on_once_and_taken_away_once(api_for, inside, acme, said):
    ticket, _, his = said
    cleo, where = api_for("cleo"), f"{HERE}/messages/{his}/reactions"
    for _ in range(2):
        assert cleo.post(where, {"sign": "👍"}, content_type=JSON).json()["reactions"] == {"👍": 1}
    assert api_for("ben").post(where, {"sign": "👍"}, content_type=JSON).json()["reactions"] == {"👍": 2}
    for _ in range(2):
        assert cleo.delete(f"{where}?sign=👍").json()["reactions"] == {"👍": 1}
    with inside(acme):
        assert Event.objects.filter(verb="ticket.message.react", subject_id=ticket.pk).count() == 3


def test_only_signs_there_are_on_messages_one_is_told(api_for, inside, acme, wish, ben):
    ticket = wish()
    with inside(acme):
        note = actions.reply(ticket, "Between us", by=ben, internal=True)
    where = f"{HERE}/messages/{note.pk}/reactions"
    assert api_for("cleo").post(where, {"sign": "👍"}, content_type=JSON).status_code == 404
    assert api_for("ben").post(where, {"sign": "🐙"}, content_type=JSON).status_code == 422
    assert api_for("ben").delete(where).status_code == 422


def upload(client, where="attachments", key="one", content=b"Paper jam.", **more):
    file = SimpleUploadedFile("jam.txt", content)
    return client.post(f"{HERE}/{where}", {"file": file} | more, headers={"Idempotency-Key": key})


def test_an_upload_that_is_sent_twice_is_kept_once(api_for, inside, acme):
    cleo = api_for("cleo")
    first, again = upload(cleo), upload(cleo)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    other = upload(cleo, content=b"Another.")
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])
    with inside(acme):
        assert Attachment.objects.count() == 1


def test_a_message_with_a_file_is_sent_once(api_for, inside, acme, said):
    where = f"tickets/{said[0].pk}/attachments"
    first, again = (upload(api_for("cleo"), where, message="See here") for _ in range(2))
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    with inside(acme):
        assert Message.objects.filter(body="See here").count() == 1


def test_what_the_scanner_finds_stays_in_quarantine_and_the_key_is_free(api_for, inside, acme, scanner):
    held = upload(api_for("cleo"), content=EICAR)
    assert (held.status_code, held["Content-Type"]) == (422, "application/problem+json")
    with inside(acme):
        assert Attachment.objects.get().state == "quarantined"
    assert upload(api_for("cleo"), content=b"Another.").status_code == 201


def test_a_deleted_ticket_is_listed_and_comes_back(api_for, inside, acme, wish):
    ticket, ada = wish(), api_for("ada")
    assert ada.delete(f"{HERE}/tickets/{ticket.pk}").status_code == 204
    (gone,) = ada.get(f"{HERE}/admin/deleted").json()["results"]
    assert (gone["id"], bool(gone["deleted_at"])) == (str(ticket.pk), True)
    where = f"{HERE}/tickets/{ticket.pk}/bring-back"
    for name, status in {"ben": 403, "cleo": 403, "bo": 404}.items():
        assert api_for(name).post(where, {}, content_type=JSON).status_code == status
    assert api_for("ben").get(f"{HERE}/admin/deleted").status_code == 403

    back = ada.post(where, {}, content_type=JSON)

    assert (back.status_code, back.json()["number"]) == (200, ticket.number)
    assert ada.post(where, {}, content_type=JSON).status_code == 404
    with inside(acme):
        assert Ticket.objects.get(pk=ticket.pk).deleted_at is None
