"""What a mail service tells becomes a letter's state: only with its password, only of its own; twice is once."""

import base64
import json

import pytest

from shared_apps.mail import actions, senders
from shared_apps.mail.models import Outgoing, Sender, Suppressed

PATH = "/mail/events/postmark"


@pytest.fixture
def password(inside, acme, ada):
    with inside(acme):
        actions.set_sender(address="", provider="postmark", key="x", tracks_opens=True, by=ada)
        return senders.secrets_of(Sender.objects.get())["told_with"]


@pytest.fixture
def sent(posted, inside, acme):
    id = posted()
    with inside(acme):
        Outgoing.objects.filter(pk=id).update(state="sent", provider_id="pm-1")
    return id


def _tell(browser, password, **event):
    head = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}
    said = {"MessageID": "pm-1", "Recipient": "cleo@client.example", "Tag": "", "Metadata": {}} | event
    return browser.post(PATH, json.dumps(said), content_type="application/json", headers=head)


AT = "2026-11-30T00:00:00Z"
BOUNCE = {"RecordType": "Bounce", "Type": "HardBounce", "Description": "no such user", "BouncedAt": AT}
DELIVERY = {"RecordType": "Delivery", "DeliveredAt": AT}
OPEN = {"RecordType": "Open", "ReceivedAt": AT}


@pytest.mark.parametrize(
    ("event", "reasons"),
    [
        (BOUNCE, ["bounce"]),
        (BOUNCE | {"Type": "SoftBounce"}, []),
        ({"RecordType": "SpamComplaint", "BouncedAt": AT}, ["complaint"]),
    ],
)
def test_a_hard_bounce_and_a_complaint_stop_further_mail(visitor, password, sent, inside, acme, event, reasons):
    assert _tell(visitor("acme"), password, **event).status_code == 200
    with inside(acme):
        assert list(Suppressed.objects.values_list("reason", flat=True)) == reasons


def test_without_the_password_nothing_is_heard(visitor, password, sent, letter_of, settings):
    browser = visitor("acme")
    assert _tell(browser, "portico:guess", **BOUNCE).status_code == 401
    assert browser.post(PATH, "{}", content_type="application/json").status_code == 401
    assert _tell(visitor("borealis"), password, **BOUNCE).status_code == 404
    assert _tell(visitor(), password, **BOUNCE).status_code == 404
    assert letter_of(sent).state == "sent"


@pytest.mark.parametrize("body", ["", "{", "[]", '{"RecordType": "Delivery"}', "\x00", '{"RecordType": ["a"]}'])
def test_what_is_no_event_is_refused_and_breaks_nothing(visitor, password, sent, letter_of, body):
    head = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}
    answer = visitor("acme").post(PATH, body, content_type="application/json", headers=head)
    assert answer.status_code in {200, 422}
    assert letter_of(sent).state == "sent"


def test_the_installations_service_speaks_of_a_companys_letter(visitor, sent, letter_of, settings, acme, borealis):
    settings.EMAIL_URL, settings.MAIL_EVENTS_SECRET = "postmark://x@", "portico:of-all"  # noqa: S105
    for place in (borealis.key, f"{acme.id}.{acme.generation + 1}", "x", ""):
        told = {"Metadata": {"letter": sent.hex, "company": place}}
        assert _tell(visitor(), "portico:of-all", **DELIVERY | told).status_code == 200
        assert letter_of(sent).state == "sent"
    told = {"Metadata": {"letter": sent.hex, "company": acme.key}}
    assert _tell(visitor(), "portico:of-all", **DELIVERY | told).status_code == 200
    assert letter_of(sent).state == "delivered"
