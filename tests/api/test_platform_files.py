"""Files between a company's programs and Portico's: uploaded, sent along, listed, led to."""

from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.tickets import actions
from tests.support.clients import Client

HERE = "/api/support/tickets"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/storage"


@pytest.fixture
def asked(inside, acme, ada):
    with inside(acme):
        return actions.open_ticket(subject="website", description="Look.", by=ada)


@pytest.fixture
def places(asked):
    """Where each side's programs find the ticket."""
    return {"ada": f"{HERE}/{asked.pk}", "lin": f"/platform-admin/tickets/{asked.index_id}"}


def file(name="log.txt", content=b"log"):
    return {"file": SimpleUploadedFile(name, content)}


def fetch(program, address):
    led = program.get(address)
    assert led.status_code == 302
    parts = urlsplit(led["Location"])
    return b"".join(Client(headers={"Host": parts.netloc}).get(parts.path).streaming_content)


@pytest.mark.parametrize("who", ["ada", "lin"])
def test_a_file_is_sent_and_both_sides_fetch_it(api_for, places, who):
    sent = api_for(who).post(f"{places[who]}/attachments", file() | {"body": "The log."})
    assert (sent.status_code, sent.json()["body"]) == (201, "The log.")
    for reader, place in places.items():
        program = api_for(reader)
        (row,) = program.get(f"{place}/attachments").json()["results"]
        assert (row["original_name"], row["message"]) == ("log.txt", sent.json()["id"])
        assert fetch(program, row["url"]) == b"log"


def test_uploads_go_along_with_a_new_ticket_and_with_messages(api_for, places):
    ada, lin = api_for("ada"), api_for("lin")
    first = ada.post("/api/support/attachments", file()).json()
    wish = {"subject": "website", "description": "See.", "files": [first["id"]]}
    opened = ada.post(HERE, wish, content_type="application/json")
    assert opened.status_code == 201
    assert ada.get(f"{HERE}/{opened.json()['id']}/attachments").json()["results"][0]["id"] == first["id"]
    second = lin.post(f"{places['lin']}/uploads", file("answer.txt")).json()
    answer = {"body": "Here.", "files": [second["id"]]}
    assert lin.post(f"{places['lin']}/messages", answer, content_type="application/json").status_code == 201
    assert ada.get(f"{places['ada']}/attachments").json()["results"][0]["id"] == second["id"]


@pytest.mark.parametrize(("who", "where"), [("ada", "attachments"), ("lin", "attachments"), ("lin", "uploads")])
def test_the_same_key_sends_once(api_for, places, who, where):
    program, key = api_for(who), {"Idempotency-Key": "one"}
    answers = [program.post(f"{places[who]}/{where}", file(), headers=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    other = program.post(f"{places[who]}/{where}", file(content=b"other"), headers=key)
    assert other.status_code == 422


@pytest.mark.parametrize(("who", "where"), [("ada", "attachments"), ("lin", "attachments"), ("lin", "uploads")])
def test_what_is_not_taken_is_refused_in_words(api_for, places, who, where):
    program = api_for(who)
    refused = program.post(f"{places[who]}/{where}", file("tool.exe", b"MZ\x90"))
    assert refused.status_code == 422
    assert "tool.exe" in refused.content.decode()
    assert program.post(f"{places[who]}/{where}", {}).status_code == 422
    assert program.get(f"{places[who]}/attachments").json() == {"results": []}


def test_who_does_not_see_the_ticket_gets_nothing_of_it(api_for, places):
    api_for("ada").post(f"{places['ada']}/attachments", file())
    row = api_for("lin").get(f"{places['lin']}/attachments").json()["results"][0]
    una = api_for("una")
    assert una.get(row["url"]).status_code == 404
    assert una.get(f"{places['lin']}/attachments").status_code == 404
    assert una.post(f"{places['lin']}/attachments", file()).status_code == 404
    assert api_for("bo").get(f"{places['ada']}/attachments").status_code == 404
    assert api_for("cleo").post("/api/support/attachments", file()).status_code == 403


def test_a_file_of_another_ticket_is_not_led_to(api_for, inside, acme, ada, places):
    api_for("ada").post(f"{places['ada']}/attachments", file())
    key = api_for("ada").get(f"{places['ada']}/attachments").json()["results"][0]["id"]
    with inside(acme):
        other = actions.open_ticket(subject="website", description="Other.", by=ada)
    assert api_for("ada").get(f"{HERE}/{other.pk}/attachments/{key}").status_code == 404


def test_each_download_is_written_down(api_for, inside, acme, asked, places):
    from tenant_apps.journal.models import Event

    api_for("ada").post(f"{places['ada']}/attachments", file())
    for who, place in places.items():
        api_for(who).get(api_for(who).get(f"{place}/attachments").json()["results"][0]["url"])
    with inside(acme):
        read = Event.objects.filter(verb="attachment.download", subject_id=asked.pk).order_by("id")
        assert [one.actor_label for one in read] == ["Ada Lind", "Lin Haas"]
