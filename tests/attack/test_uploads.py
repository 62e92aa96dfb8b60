"""Files that are two things at once, and files that are far too large."""

import io

import pytest
from PIL import Image

from portico.storage import CompanyStorage
from tenant_apps.tickets import actions, attachments
from tenant_apps.tickets.attachments import keeping
from tenant_apps.tickets.models import Attachment
from tests.portal.test_files import some_file
from tests.tickets.test_attachments import follow, given, picture, sent, storage, wish

__all__ = ["sent", "storage", "wish"]

SCRIPT = b"<script>alert('both')</script>"
JAR = b"PK\x03\x04" + b"\x00" * 26 + b"META-INF/MANIFEST.MF" + SCRIPT


def commented(kind):
    """A picture with a script where pictures keep remarks."""
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(kept, kind, comment=SCRIPT)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page-behind.png", picture() + SCRIPT),
        ("archive-behind.jpg", picture(kind="JPEG") + JAR),
        ("page-in-a-remark.jpg", commented("JPEG")),
        ("script-in-a-remark.gif", commented("GIF")),
    ],
)
def test_of_a_picture_that_is_something_else_too_only_the_picture_is_shown(inside, acme, cleo, name, content):
    assert SCRIPT in content
    with inside(acme):
        kept = attachments.receive(given(name, content), by=cleo)
        assert kept.is_image
        drawn = [CompanyStorage().open(copy).read() for copy in (kept.thumbnail, keeping.large_of(kept))]
    assert all(copy.startswith(b"RIFF") and SCRIPT not in copy for copy in drawn)


def test_what_it_is_besides_is_only_ever_saved_and_never_run(client_for, inside, acme, cleo, sent):
    with inside(acme):
        kept = attachments.receive(given("both.png", picture() + SCRIPT), by=cleo)
        actions.reply(sent.message.ticket, "And this one.", by=cleo, files=[kept.pk])
    file = follow(client_for("ben").get(f"/files/{kept.pk}")["Location"])
    assert file["Content-Disposition"].startswith("attachment;")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_a_hundred_megabytes_are_refused_in_words_and_nothing_is_kept(client_for, inside, acme):
    large = some_file("film.mp4", bytes(100 * 1024 * 1024))
    typed = {"subject": "The film", "description": "See here.", "files": large}
    answer = client_for("cleo").post("/requests/new", typed)
    assert answer.status_code == 413
    assert "MB" in answer.content.decode()
    with inside(acme):
        assert not Attachment.objects.exists()
