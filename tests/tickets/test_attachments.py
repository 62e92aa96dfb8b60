"""Files: what is taken and what is not, who gets them, and what becomes of those that nobody sends."""

import io
import socket
import struct
import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portico import clock, jobs
from portico.errors import Invalid
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, attachments
from tenant_apps.tickets.attachments import links
from tenant_apps.tickets.models import Attachment, Message
from tests.support.clients import Client

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/storage"


@pytest.fixture
def wish(inside, acme, cleo):
    with inside(acme):
        return actions.open_ticket(subject="The lamp", description="It flickers.", desk="company", by=cleo)


def picture(width=60, height=40, kind="PNG"):
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(kept, kind)
    return kept.getvalue()


def given(name="lamp.png", content=None):
    return SimpleUploadedFile(name, picture() if content is None else content)


def follow(link):
    """What somebody without any session gets behind a link."""
    parts = urlsplit(link)
    return Client(headers={"Host": parts.netloc}).get(parts.path)


@pytest.fixture
def sent(inside, acme, wish, cleo):
    """A picture that Cleo sent with a message."""
    with inside(acme):
        kept = attachments.receive(given(), by=cleo)
        actions.reply(wish, "See here.", by=cleo, files=[kept.pk])
        return Attachment.objects.get()


def test_a_picture_is_kept_with_two_copies_drawn_anew(inside, acme, cleo):
    with inside(acme):
        kept = attachments.receive(given(content=picture(2400, 1200)), by=cleo)
        assert (kept.content_type, kept.width, kept.height, kept.name) == ("image/png", 2400, 1200, "lamp.png")
        from portico.storage import CompanyStorage

        with Image.open(CompanyStorage().open(kept.thumbnail)) as small:
            assert (small.format, max(small.size)) == ("WEBP", 480)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("setup.exe", b"hello", "kind"),
        ("holiday.jpg", b"MZ\x90\x00 a program", "kind"),
        ("run", b"#!/bin/sh\nrm -rf /", "kind"),
        ("nothing.txt", b"", "empty"),
        ("large.txt", b"x" * (20 * 1024 * 1024 + 1), "at most 20 MB"),
    ],
)
def test_what_is_not_taken(inside, acme, cleo, name, content, words):
    with inside(acme):
        with pytest.raises(Invalid) as refused:
            attachments.receive(given(name, content), by=cleo)
        assert words in refused.value.fields["files"][0]
        assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("page.png", b"<html><script>alert(1)</script></html>", "application/octet-stream"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream"),
        ("notes.txt", b"Hello, Ben.", "text/plain"),
        ("half.png", picture()[:40], "application/octet-stream"),
    ],
)
def test_a_file_is_called_what_it_is(inside, acme, cleo, name, content, kind):
    with inside(acme):
        kept = attachments.receive(given(name, content), by=cleo)
        assert (kept.content_type, kept.is_image) == (kind, False)


def test_a_picture_that_would_fill_the_memory_is_a_file_like_any_other(inside, acme, cleo):
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    with inside(acme):
        kept = attachments.receive(given("bomb.png", bomb.getvalue()), by=cleo)
        assert not kept.is_image


def test_a_name_leads_nowhere(inside, acme, cleo):
    with inside(acme):
        for name in ("../../etc/passwd", "C:\\temp\\passwd", "\u202epasswd", "a" * 400 + ".txt"):
            kept = attachments.receive(given("x", b"x"), by=cleo)
            file = given("x", b"x")
            file._name = name
            kept = attachments.receive(file, by=cleo)
            assert "/" not in kept.name
            assert len(kept.name) <= 255
            assert kept.kept_as == f"attachments/{kept.pk.hex}"


def test_only_ones_own_uploads_are_sent_along(inside, acme, wish, cleo, mia, ben):
    with inside(acme):
        kept = attachments.receive(given(), by=mia)
        with pytest.raises(Invalid):
            actions.reply(wish, "Look", by=cleo, files=[kept.pk])
        assert Message.objects.count() == 1
        own = attachments.receive(given(), by=cleo)
        actions.reply(wish, "Look", by=cleo, files=[own.pk])
        with pytest.raises(Invalid):
            actions.reply(wish, "Again", by=cleo, files=[own.pk])


def test_who_sees_the_message_gets_the_file_by_a_link_of_a_few_minutes(client_for, sent):
    page = client_for("ben").get(f"/files/{sent.pk}")
    assert page.status_code == 302

    file = follow(page["Location"])

    assert file.status_code == 200
    assert b"".join(file.streaming_content) == picture()
    assert file["Content-Disposition"] == 'attachment; filename="lamp.png"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_each_download_is_written_down(client_for, inside, acme, sent, ben):
    client_for("ben").get(f"/files/{sent.pk}")
    with inside(acme):
        event = Event.objects.get(verb="attachment.download")
        assert (event.actor_id, event.subject_id, event.facts["name"]) == (ben.id, sent.ticket_id, "lamp.png")


@pytest.mark.parametrize("name", ["mia", "bo"])
def test_nobody_else_gets_it(client_for, sent, name):
    assert client_for(name).get(f"/files/{sent.pk}").status_code == 404


def test_a_link_ends_with_its_time_its_purpose_its_person_and_its_company(inside, outside, acme, sent, ben):
    with inside(acme):
        link = links.address(sent, ben)
        text = link.rpartition("/")[2]
        assert links.opened(text, "small") is None
        assert links.opened(text[:-2] + "xx", "download") is None
    assert follow(link).status_code == 200
    with outside():
        from tenants.models import Company

        Company.objects.filter(slug="acme").update(generation=2)
    assert follow(link).status_code == 404


def test_a_person_who_left_and_a_note_that_is_internal(inside, acme, wish, ben, cleo):
    from shared_apps.accounts.models import User

    with inside(acme):
        kept = attachments.receive(given("note.txt", b"secret"), by=ben)
        actions.reply(wish, "For us", by=ben, internal=True, files=[kept.pk])
        kept.refresh_from_db()
        for_cleo, for_ben = links.address(kept, cleo), links.address(kept, ben)
    assert (follow(for_cleo).status_code, follow(for_ben).status_code) == (404, 200)
    with inside(acme):
        User.objects.filter(pk=ben.id).update(is_active=False)
    assert follow(for_ben).status_code == 404


def test_the_host_of_files_knows_no_page_of_ours(sent):
    for path in ("/", "/manager/tickets", "/login", "/api/schema", "/brand.css"):
        assert Client(headers={"Host": "files.localhost:8000"}).get(path).status_code == 404


def test_uploading_over_the_page(client_for, inside, acme):
    answer = client_for("cleo").post("/files/upload", {"file": given()})
    assert answer.status_code == 201
    assert answer.json()["name"] == "lamp.png"
    bad = client_for("cleo").post("/files/upload", {"file": given("a.exe", b"x")})
    assert (bad.status_code, "kind" in bad.json()["problem"]) == (422, True)
    with inside(acme):
        assert Attachment.objects.count() == 1


def test_a_form_with_files_may_be_larger_than_others_and_not_endless(client_for, settings):
    ben = client_for("ben")
    assert ben.post("/files/upload", {"file": given("big.bin", b"\x01" * 3_000_000)}).status_code == 201
    settings.UPLOAD_MEGABYTES = 2
    assert ben.post("/files/upload", {"file": given("big.bin", b"\x01" * 3_000_000)}).status_code == 413


def test_what_nobody_sends_is_thrown_away(inside, acme, cleo, sent):
    with inside(acme):
        left = attachments.receive(given(), by=cleo)
        jobs.drop_upload(left.pk.hex)
        jobs.drop_upload(sent.pk.hex)
        assert Attachment.objects.get() == sent


@pytest.fixture
def scanner(settings):
    """A scanner that speaks clamd's protocol and knows one virus."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.SCANNER_URL = f"clamd://127.0.0.1:{server.getsockname()[1]}"
    threading.Thread(target=_answer_scans, args=(server,), daemon=True).start()
    yield server
    server.close()


def _answer_scans(server):
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line, line.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack(">I", said.read(4))[0]:
                content += said.read(length)
            line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


def test_what_the_scanner_finds_is_held_back_and_told(client_for, inside, acme, scanner, wish, cleo):
    answer = client_for("cleo").post("/files/upload", {"file": given("love.txt", EICAR)})

    assert answer.status_code == 422
    assert "Eicar-Test-Signature" in answer.json()["problem"]
    with inside(acme):
        held = Attachment.objects.get()
        assert held.state == "quarantined"
        with pytest.raises(Invalid):
            actions.reply(wish, "x", by=cleo, files=[held.pk])
        jobs.drop_upload(held.pk.hex)
        assert Attachment.objects.get().state == "quarantined"
    assert client_for("cleo").get(f"/files/{held.pk}").status_code == 409


def test_while_the_scanner_is_away_a_file_waits(client_for, inside, acme, settings, cleo):
    settings.SCANNER_URL = "clamd://127.0.0.1:1"
    answer = client_for("cleo").post("/files/upload", {"file": given()})
    assert answer.status_code == 201
    key = answer.json()["id"]
    assert client_for("cleo").get(f"/files/{key}").status_code == 409


def test_a_ticket_wakes_when_its_time_has_come(inside, outside, acme, wish, ada):
    from tenants.models import Due

    with inside(acme):
        actions.snooze(wish, clock.now() + timedelta(hours=1), by=ada)
        jobs.wake_ticket(wish.pk.hex)
        wish.refresh_from_db()
        assert wish.is_snoozed
    with outside():
        assert Due.objects.filter(job="wake", key=wish.pk.hex).count() == 1
    with clock.at(clock.now() + timedelta(hours=2)), inside(acme):
        jobs.wake_ticket(wish.pk.hex)
        wish.refresh_from_db()
        assert not wish.is_snoozed
