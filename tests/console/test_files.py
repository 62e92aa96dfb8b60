"""Files between a company and the platform's staff: sent along, seen, handed out, and written down on both sides."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shared_apps.audit.models import PlatformAuditLog
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, attachments
from tenant_apps.tickets.models import Attachment
from tests.support.clients import Client
from tests.tickets.test_attachments import picture


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/storage"


@pytest.fixture
def asked(inside, acme, ada):
    """Ada's request about the website, with a picture of it."""
    with inside(acme):
        shot = attachments.receive(SimpleUploadedFile("page.png", picture()), by=ada, desk="platform")
        return actions.open_ticket(subject="website", description="Look.", files=[shot.pk], by=ada)


@pytest.fixture
def place(asked):
    return f"/admin/tickets/{asked.index_id}"


def file_in(page):
    """Where the page leads for its file."""
    return re.search(r'<a class="file" href="([^"]+)"', page.content.decode())[1]


def follow(answer):
    parts = urlsplit(answer["Location"])
    return Client(headers={"Host": parts.netloc}).get(parts.path)


def test_staff_see_the_picture_and_get_the_file_by_a_link_of_their_own(client_for, place):
    lin = client_for("lin")
    page = lin.get(place)
    assert f'<img src="{place}/files/' in page.content.decode()

    led = lin.get(file_in(page))

    assert led.status_code == 302
    assert led["Location"].startswith("http://files.localhost")
    assert b"".join(follow(led).streaming_content) == picture()


def test_each_download_stands_in_both_journals(client_for, inside, outside, acme, asked, place, lin):
    address = file_in(client_for("lin").get(place))
    client_for("lin").get(address)
    client_for("lin").get(f"{address}/large")
    client_for("ada").get(f"/files/{address.rpartition('/')[2]}")
    with inside(acme):
        read = Event.objects.filter(verb="attachment.download", subject_id=asked.pk)
        assert [one.actor_label for one in read.order_by("id")] == ["Lin Haas", "Lin Haas", "Ada Lind"]
    with outside():
        row = PlatformAuditLog.objects.filter(verb="attachment.download", subject_id=str(asked.pk)).first()
        assert (row.actor_id, row.company_id, row.facts["name"]) == (lin.id, acme.id, "page.png")
        assert PlatformAuditLog.objects.filter(verb="attachment.download").count() == 2


def test_who_does_not_see_the_ticket_gets_nothing_of_it(client_for, inside, borealis, bo, place):
    address = file_in(client_for("sam").get(place))
    with inside(borealis):
        other = actions.open_ticket(subject="website", description="Ours.", by=bo)
    una, lin = client_for("una"), client_for("lin")
    assert una.get(address).status_code == 404
    assert una.post(f"{place}/files/upload", {"file": SimpleUploadedFile("a.txt", b"a")}).status_code == 404
    elsewhere = address.replace(place, f"/admin/tickets/{other.index_id}")
    assert lin.get(elsewhere).status_code == 404


def test_a_link_ends_with_the_coverage_it_was_made_for(client_for, outside, place, lin):
    from shared_apps.staff.models import TicketCoverage

    led = client_for("lin").get(file_in(client_for("lin").get(place)))
    assert follow(led).status_code == 200
    with outside():
        TicketCoverage.objects.filter(platform_admin_id=lin.id).delete()
    assert follow(led).status_code == 404


def test_lin_answers_with_a_file_and_ada_opens_it(client_for, inside, outside, acme, asked, place):
    lin = client_for("lin")
    answer = lin.post(f"{place}/files/upload", {"file": SimpleUploadedFile("howto.txt", b"Do this.")})
    assert (answer.status_code, answer.json()["name"]) == (201, "howto.txt")

    lin.post(f"{place}/reply", {"body": "Read **this** please.", "attachments": answer.json()["id"]})

    ada = client_for("ada")
    page = ada.get(f"/manager/tickets/{asked.pk}").content.decode()
    assert "howto.txt" in page
    assert "<strong>this</strong>" in page
    assert "<strong>this</strong>" in lin.get(place).content.decode()
    assert b"".join(follow(ada.get(f"/files/{answer.json()['id']}")).streaming_content) == b"Do this."
    with outside():
        assert PlatformAuditLog.objects.filter(verb="attachment.add", actor_label="Lin Haas").exists()


def test_what_is_not_taken_is_said_and_the_words_stay(client_for, place):
    typed = {"body": "See the tool.", "files": SimpleUploadedFile("tool.exe", b"MZ\x90")}
    answer = client_for("lin").post(f"{place}/reply", typed)
    assert answer.status_code == 422
    assert all(words in answer.content.decode() for words in ("tool.exe", "See the tool."))


def test_files_of_a_refused_answer_wait_in_the_form(client_for, inside, acme, asked, ada, place):
    with inside(acme):
        actions.reply(asked, "One more thing.", by=ada)
    typed = {"body": "Done.", "seen": "1", "files": SimpleUploadedFile("log.txt", b"log")}
    answer = client_for("lin").post(f"{place}/reply", typed)
    assert answer.status_code == 409
    with inside(acme):
        kept = Attachment.objects.get(name="log.txt")
        assert kept.message_id is None
    assert f'name="attachments" value="{kept.pk}"' in answer.content.decode()


def test_the_preview_shows_the_look_and_keeps_nothing(client_for, place):
    lin = client_for("lin")
    part = lin.post(f"{place}/reply", {"body": "It is **done**.", "look": "1"}, headers={"HX-Request": "true"})
    page = lin.post(f"{place}/reply", {"body": "It is **done**.", "look": "1"})
    for answer in (part, page):
        assert answer.status_code == 200
        assert "<strong>done</strong>" in answer.content.decode()
    assert "<strong>done</strong>" not in lin.get(place).content.decode()


def test_staff_of_a_resting_company_still_read_its_files(client_for, outside, acme, place):
    from portico.actor import SYSTEM
    from tenants.life import actions as life
    from tenants.models import Company

    address = file_in(client_for("lin").get(place))
    with outside():
        life.suspend(Company.objects.get(pk=acme.id), by=SYSTEM)
    led = client_for("lin").get(address)
    assert led.status_code == 302
    assert follow(led).status_code == 200
