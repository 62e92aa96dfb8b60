"""Files and marks in a company's requests to Portico."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.tickets.models import Attachment


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/storage"


def some_file(name="screen.txt", content=b"Error 17"):
    return SimpleUploadedFile(name, content)


TYPED = {"subject": "website", "sub_subject": "", "description": "It does not send."}


def test_a_file_goes_along_with_a_request_and_with_a_reply(client_for):
    ada = client_for("ada")
    answer = ada.post("/manager/tickets/new", TYPED | {"files": some_file()}, follow=True)
    assert "screen.txt" in answer.content.decode()
    path = answer.redirect_chain[0][0]

    ada.post(f"{path}/reply", {"body": "And **this**.", "files": some_file("second.txt")})

    page = ada.get(path).content.decode()
    assert all(words in page for words in ("screen.txt", "second.txt", "<strong>this</strong>"))


@pytest.mark.parametrize("place", ["new", "reply"])
def test_what_a_refused_form_brought_stands_ready_in_it(client_for, inside, acme, asked, place):
    address = "/manager/tickets/new" if place == "new" else f"/manager/tickets/{asked().pk}/reply"
    answer = client_for("ben").post(address, {"body": "", "files": some_file()})
    assert answer.status_code == 422
    with inside(acme):
        kept = Attachment.objects.get()
    assert f'name="attachments" value="{kept.pk}"' in answer.content.decode()


def test_what_is_not_taken_is_named_and_the_words_stay(client_for, asked):
    typed = {"body": "See here.", "files": some_file("tool.exe", b"MZ\x90\x00")}
    answer = client_for("ada").post(f"/manager/tickets/{asked().pk}/reply", typed)
    assert answer.status_code == 422
    assert all(words in answer.content.decode() for words in ("tool.exe", "See here."))


def test_files_go_on_into_a_new_request_when_this_one_was_closed(client_for, asked, outside, sam):
    from shared_apps.console import desk

    ticket = asked()
    with outside():
        desk.change_status(ticket.index_id, "closed", by=sam)
    ada = client_for("ada")
    refused = ada.post(f"/manager/tickets/{ticket.pk}/reply", {"body": "Wait.", "files": some_file()})
    assert refused.status_code == 409
    key = refused.content.decode().split('name="attachments" value="')[1].partition('"')[0]
    again = f"/manager/tickets/new?after={ticket.pk}"
    drawn = ada.post(again, {"draft": "1", "body": "Wait.", "attachments": key}).content.decode()
    assert key in drawn
    assert "screen.txt" in ada.post(again, TYPED | {"attachments": key}, follow=True).content.decode()


def test_customers_have_no_part_in_what_is_asked_of_portico(client_for, inside, acme):
    client_for("ada").post("/manager/tickets/new", TYPED | {"files": some_file()})
    with inside(acme):
        kept = Attachment.objects.get()
    for name, status in {"cleo": 404, "mia": 404, "bo": 404, "ben": 302}.items():
        assert client_for(name).get(f"/files/{kept.pk}").status_code == status


def test_the_preview_comes_with_the_page_and_alone(client_for, asked):
    ada, place = client_for("ada"), f"/manager/tickets/{asked().pk}"
    said = {"body": "It is **urgent**.", "look": "1"}
    for headers in ({}, {"HX-Request": "true"}):
        assert "<strong>urgent</strong>" in ada.post(f"{place}/reply", said, headers=headers).content.decode()
    assert "<strong>urgent</strong>" not in ada.get(place).content.decode()
