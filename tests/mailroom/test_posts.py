"""What providers post: whose secret fits is kept as it came, read in the reader's process, and led to a request."""

import hashlib
import hmac
import json
from base64 import b64encode

import pytest

from tests.mailroom.letters import STRANGER, letter

KEY = "key-of-mailgun"


@pytest.fixture
def channel(inside, acme, ada):
    """`channel("postmark")` = where that provider posts to."""
    from tenant_apps.mailroom.actions import channels

    def made(provider):
        given = {"name": provider, "address": "help@acme.example", "way": "webhook", "provider": provider}
        with inside(acme):
            row = channels.keep(None, given | {"secrets": {"signing_key": KEY}}, by=ada)
        return f"/mail/in/{row.pk}/{row.code}"

    return made


@pytest.fixture
def dealt_with(inside, acme):
    """`dealt_with()` = what came in, after the worker."""
    from portico import tasks
    from tenant_apps.mailroom.models import Incoming

    def rows():
        with inside(acme):
            keys = list(Incoming.objects.values_list("pk", flat=True))
        for key in keys:
            tasks.ingest_inbound_email(acme.id, acme.generation, key.hex)
        with inside(acme):
            return list(Incoming.objects.order_by("pk"))

    return rows


def postmark(raw):
    return json.dumps({"From": STRANGER, "Subject": "x", "RawEmail": raw.decode()}), "application/json"


def postmark_in_parts(raw):
    said = {"From": STRANGER, "FromFull": {"Email": STRANGER, "Name": "Zoe"}, "TextBody": "It flickers."}
    said |= {"Subject": "The lamp"} | dict.fromkeys(("To", "Cc", "Bcc", "OriginalRecipient"), "")
    said |= {name: [] for name in ("Headers", "ToFull", "CcFull", "Attachments")}
    return json.dumps(said), "application/json"


def ses(raw):
    inner = {"content": b64encode(raw).decode(), "receipt": {"action": {"encoding": "BASE64"}}}
    return json.dumps({"Type": "Notification", "Message": json.dumps(inner)}), "application/json"


def form(fields):
    lines = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()]
    return "".join(lines) + "--b--\r\n", "multipart/form-data; boundary=b"


def sendgrid(raw):
    return form({"email": raw.decode(), "envelope": json.dumps({"to": ["x@y.example"], "from": STRANGER})})


def mailgun(raw, key=KEY):
    signature = hmac.new(key.encode(), b"1700000000token", hashlib.sha256).hexdigest()
    return form({"body-mime": raw.decode(), "timestamp": "1700000000", "token": "token", "signature": signature})


POSTS = {
    "postmark": postmark,
    "postmark parts": postmark_in_parts,
    "ses": ses,
    "sendgrid": sendgrid,
    "mailgun": mailgun,
}


@pytest.mark.parametrize("way", POSTS)
def test_what_a_provider_posts_becomes_a_request(visitor, channel, dealt_with, way):
    body, kind = POSTS[way](letter(STRANGER))
    path = channel(way.split()[0])
    for _ in range(2):  # providers post again when they are not sure
        assert visitor("acme").post(path, body, content_type=kind).status_code == 200
    assert [(one.state, one.sender, one.subject) for one in dealt_with()] == [("filed", STRANGER, "The lamp")]


def test_a_wrong_secret_or_signature_is_refused(visitor, channel, dealt_with):
    body, kind = mailgun(letter(STRANGER), key="another")
    path = channel("mailgun")
    assert visitor("acme").post(path, body, content_type=kind).status_code == 403
    assert visitor("acme").post(path[:-1] + "x", body, content_type=kind).status_code == 404
    assert visitor("borealis").post(path, body, content_type=kind).status_code == 404
    assert dealt_with() == []


def test_a_large_mail_fits_and_what_is_no_mail_is_held(visitor, channel, dealt_with):
    body, kind = postmark(letter(STRANGER, text="words " * 500_000))
    assert visitor("acme").post(channel("postmark"), body, content_type=kind).status_code == 200
    assert dealt_with()[0].state == "filed"


def test_a_post_that_nobody_understands_is_held(visitor, channel, dealt_with):
    assert visitor("acme").post(channel("postmark"), "{", content_type="application/json").status_code == 200
    assert (dealt_with()[0].state, dealt_with()[0].why["why"]) == ("held", "trouble")
