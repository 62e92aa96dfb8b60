"""What a mail service tells becomes a letter's state: only with its password, only of its own; twice is once."""

import base64
import json

import pytest

from shared_apps.mail import actions, senders
from shared_apps.mail.models import Outgoing, Sender, Suppressed
from tests.mailroom import posting

PATH, OF_ALL = "/mail/events/postmark", "portico:of-all"


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


MAILGUN_EVENT = {"event": "delivered", "timestamp": 1.5, "user-variables": {}, "message": {"headers": {}}, "tags": []}
MAILGUN_EVENT |= {"id": "1", "recipient": "cleo@client.example"}


@pytest.fixture
def by_mailgun(inside, acme, ada):
    """What Mailgun shows of Acme; its events are signed with a key that was given."""
    with inside(acme):
        told = {"address": "", "provider": "mailgun", "key": "x", "signing_key": posting.MAILGUN_KEY}
        actions.set_sender(**told, tracks_opens=False, by=ada)
        return senders.secrets_of(Sender.objects.get())["told_with"]


def _of_mailgun(browser, password, letter, signed):
    head = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}
    event = MAILGUN_EVENT | {"user-variables": {"letter": letter.hex}}
    body = json.dumps({"signature": signed, "event-data": event})
    answer = browser.post("/mail/events/mailgun", body, content_type="application/json", headers=head)
    return answer.status_code


def test_mailgun_is_heard_when_it_signs_and_shows_its_password(visitor, by_mailgun, sent, letter_of):
    browser = visitor("acme")
    for signed in (posting.mailgun_signed("another"), posting.mailgun_signed(at=1), {}, "x"):
        assert _of_mailgun(browser, by_mailgun, sent, signed) == 401
    assert _of_mailgun(browser, "portico:guess", sent, posting.mailgun_signed()) == 401
    assert letter_of(sent).state == "sent"
    good = posting.mailgun_signed()
    assert _of_mailgun(browser, by_mailgun, sent, good) == 200
    assert letter_of(sent).state == "delivered"


def test_a_signature_of_mailgun_is_not_used_for_another_event(visitor, by_mailgun, sent, posted, letter_of):
    good, other = posting.mailgun_signed(), posted(to="mia@client.example")
    assert _of_mailgun(visitor("acme"), by_mailgun, sent, good) == 200
    assert _of_mailgun(visitor("acme"), by_mailgun, other, good) == 401


def test_resend_is_heard_when_it_signs(visitor, sent, letter_of, inside, acme, ada):
    with inside(acme):
        told = {"address": "", "provider": "resend", "key": "x", "signing_key": posting.SVIX_SECRET}
        actions.set_sender(**told, tracks_opens=False, by=ada)
        password = senders.secrets_of(Sender.objects.get())["told_with"]
        Outgoing.objects.filter(pk=sent).update(provider_id="re-1")
    head = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}
    event = {"type": "email.delivered", "created_at": AT, "data": {"email_id": "re-1", "to": ["cleo@client.example"]}}
    body, heard = json.dumps(event), []
    for secret in ("whsec_YW5vdGhlcg==", posting.SVIX_SECRET):
        headers = head | posting.svix(body, secret)
        answer = visitor("acme").post("/mail/events/resend", body, content_type="application/json", headers=headers)
        heard.append((answer.status_code, letter_of(sent).state))
    assert heard == [(401, "sent"), (200, "delivered")]


@pytest.fixture
def by_amazon(settings, inside, acme, sent):
    """`by_amazon(browser, **event)` = how the base answers Amazon, which knows the letter by its metadata."""
    settings.EMAIL_URL, settings.MAIL_EVENTS_SECRET = "ses://", OF_ALL
    posting.keep_certificate()
    metadata = json.dumps({"letter": sent.hex, "company": acme.key})
    mail = {"messageId": "ses-1", "destination": ["cleo@client.example"]}
    mail |= {"headers": [{"name": "X-Metadata", "value": metadata}]}

    def told(browser, password=OF_ALL, changed=None, **event):
        body = json.dumps(posting.sns_notice({"mail": mail} | event) | (changed or {}))
        head = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}
        return browser.post("/mail/events/ses", body, content_type="text/plain; charset=UTF-8", headers=head)

    return told


def bounced(kind):
    people = [{"emailAddress": "cleo@client.example", "diagnosticCode": "smtp; 550 5.1.1 no such user"}]
    said = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": people}
    return {"notificationType": "Bounce", "bounce": said}


COMPLAINT = {"complainedRecipients": [{"emailAddress": "cleo@client.example"}], "complaintFeedbackType": "abuse"}
DELIVERED = {"recipients": ["cleo@client.example"], "smtpResponse": "250 ok"}


@pytest.mark.parametrize(
    ("event", "state", "reasons"),
    [
        ({"notificationType": "Delivery", "delivery": DELIVERED}, "delivered", []),
        ({"eventType": "Delivery", "delivery": DELIVERED}, "delivered", []),  # as a configuration set tells it
        ({"eventType": "Send", "send": {}}, "sent", []),
        (bounced("Permanent"), "bounced", ["bounce"]),
        (bounced("Transient"), "bounced", []),
        ({"notificationType": "Complaint", "complaint": COMPLAINT}, "sent", ["complaint"]),
    ],
)
def test_what_amazon_tells_is_heard(visitor, by_amazon, sent, letter_of, inside, acme, event, state, reasons):
    assert by_amazon(visitor(), **event).status_code == 200
    assert letter_of(sent).state == state
    with inside(acme):
        assert list(Suppressed.objects.values_list("reason", flat=True)) == reasons


def test_amazon_is_heard_only_with_its_signature_and_the_password(visitor, by_amazon, sent, letter_of):
    event, browser = bounced("Permanent"), visitor()
    refused = [by_amazon(browser, changed={"Signature": ""}, **event), by_amazon(browser, "portico:guess", **event)]
    refused.append(browser.post("/mail/events/ses", "{", content_type="text/plain"))
    assert [one.status_code for one in refused] == [401, 401, 401]
    assert all("realm=" in one["WWW-Authenticate"] for one in refused)  # without one, Amazon shows no password
    assert visitor("acme").post("/mail/events/ses", "{}", content_type="text/plain").status_code == 404
    assert letter_of(sent).state == "sent"


def test_amazons_own_question_alone_is_answered(visitor, by_amazon):
    question = {"Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t", "TopicArn": posting.TOPIC}
    question |= {"Message": "x", "Timestamp": "2026-11-30T00:00:00.000Z"}
    heard = []
    for address in ("https://evil.example/yes", "https://sns.zz-nowhere-1.amazonaws.com/?Action=ConfirmSubscription"):
        said = posting.sns_signed(question | {"SubscribeURL": address})
        heard.append(by_amazon(visitor(), changed=said).status_code)
    assert heard == [200, 429]  # there is no such server, so that Amazon is to ask again


@pytest.mark.parametrize("message", ["{", "[]", '{"notificationType": "Received"}', '{"eventType": "Bounce"}', '"x"'])
def test_what_is_no_event_of_amazons_breaks_nothing(visitor, by_amazon, sent, letter_of, message):
    said = posting.sns_signed(posting.sns_notice({}) | {"Message": message})
    assert by_amazon(visitor(), changed=said).status_code in {200, 422}
    assert letter_of(sent).state == "sent"
