"""What providers post: whose secret and signature fit is kept as it came, read in the reader's process, and led to a
request. What is forged, played back, or somebody else's is not."""

import json
import time

import pytest

from tests.mailroom import posting
from tests.mailroom.letters import STRANGER, letter

POSTS = {
    "postmark": posting.postmark,
    "postmark parts": posting.postmark_in_parts,
    "ses": posting.ses,
    "sendgrid": posting.sendgrid,
    "mailgun": posting.mailgun,
    "brevo": lambda raw: posting.brevo(),
}


@pytest.fixture
def hooked(channel, visitor):
    """`hooked(provider, (body, kind, headers))` = the answer to what is posted to that provider's channel at Acme."""
    paths = {}

    def send(provider, post):
        if provider not in paths:
            paths[provider] = channel(provider)
        body, kind, headers = post
        return visitor("acme").post(paths[provider], body, content_type=kind, headers=headers)

    return send


@pytest.mark.parametrize("way", POSTS)
def test_what_a_provider_posts_becomes_a_request(hooked, dealt_with, way):
    posting.keep_certificate()
    post = POSTS[way](letter(STRANGER))
    for _ in range(2):  # providers post again when they are not sure
        assert hooked(way.split()[0], post).status_code == 200
    assert [(one.state, one.sender, one.subject) for one in dealt_with()] == [("filed", STRANGER, "The lamp")]


def test_a_wrong_secret_or_company_finds_nothing(visitor, channel, dealt_with):
    body, kind, _ = posting.mailgun(letter(STRANGER))
    path = channel("mailgun")
    assert visitor("acme").post(path[:-1] + "x", body, content_type=kind).status_code == 404
    assert visitor("borealis").post(path, body, content_type=kind).status_code == 404
    assert dealt_with() == []


HOUR = 3600
FORGED = {
    "mailgun, another key": ("mailgun", lambda: posting.mailgun(letter(), key="another")),
    "mailgun, of last week": ("mailgun", lambda: posting.mailgun(letter(), at=time.time() - 200 * HOUR)),
    "mailgun, no signature": ("mailgun", lambda: posting.form({"body-mime": letter().decode()})),
    "mailgun, no form": ("mailgun", lambda: ("[]", "application/json", {})),
    "resend, another key": ("resend", lambda: posting.resend(secret="whsec_YW5vdGhlcg==")),
    "resend, an hour old": ("resend", lambda: posting.resend(at=time.time() - HOUR)),
    "resend, an hour ahead": ("resend", lambda: posting.resend(at=time.time() + HOUR)),
    "resend, not signed": ("resend", lambda: (*posting.resend()[:2], {})),
    "resend, other words": ("resend", lambda: (posting.resend("em-2")[0], *posting.resend("em-1")[1:])),
    "ses, other words": ("ses", lambda: posting.ses(letter(), Message='{"content": "eA=="}')),
    "ses, another number": ("ses", lambda: posting.ses(letter(), MessageId="x")),
    "ses, another topic": ("ses", lambda: posting.ses(letter(), TopicArn="arn:aws:sns:x")),
    "ses, not signed": ("ses", lambda: posting.ses(letter(), Signature="")),
    "ses, no base 64": ("ses", lambda: posting.ses(letter(), Signature="é")),
    "ses, no text": ("ses", lambda: posting.ses(letter(), Message={"content": "x"})),
    "ses, unknown version": ("ses", lambda: posting.ses(letter(), SignatureVersion="3")),
    "ses, no JSON": ("ses", lambda: ("{", "application/json", {})),
    **{
        f"ses, certificate at {address}": ("ses", lambda address=address: posting.ses(letter(), SigningCertURL=address))
        for address in (
            "https://evil.example/x.pem",
            "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
            "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.evil.s3.amazonaws.com/x.pem",
            "https://bucket.s3.eu-west-1.amazonaws.com/x.pem",
            "http://sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
            "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem",
            "https://sns.eu-west-1.amazonaws.com/redirect?to=x.pem",
            "https://[::1]/x.pem",
            "",
        )
    },
}


@pytest.mark.parametrize("what", FORGED)
def test_what_is_forged_is_refused_and_said_on_the_channel(hooked, dealt_with, inside, acme, what):
    from tenant_apps.mailroom.models import Channel

    posting.keep_certificate()
    provider, made = FORGED[what]
    assert hooked(provider, made()).status_code == 403
    assert dealt_with() == []
    with inside(acme):
        assert "not signed as it should be" in Channel.objects.get().health["trouble"]


def test_a_certificate_that_has_expired_vouches_for_nothing(hooked, dealt_with):
    posting.keep_certificate(posting.amazon(expired=True)[1])
    assert hooked("ses", posting.ses(letter())).status_code == 403


def test_amazons_older_signature_holds_as_well(hooked, dealt_with):
    posting.keep_certificate()
    assert hooked("ses", posting.ses(letter(STRANGER), version="1")).status_code == 200
    assert [one.state for one in dealt_with()] == ["filed"]


def test_another_topic_is_not_heard_once_one_is_known(hooked, dealt_with, inside, acme):
    from tenant_apps.mailroom.models import Channel

    posting.keep_certificate()
    assert hooked("ses", posting.ses(letter(STRANGER))).status_code == 200
    with inside(acme):
        Channel.objects.update(options={"topic": "arn:aws:sns:eu-west-1:1:of-acme"})
    assert hooked("ses", posting.ses(letter(STRANGER, text="x"))).status_code == 403
    assert len(dealt_with()) == 1


def test_only_amazons_own_address_is_opened_to_say_yes(hooked, inside, acme):
    from tenant_apps.mailroom.models import Channel

    posting.keep_certificate()
    said = {"Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t", "TopicArn": posting.TOPIC}
    said |= {"Message": "x", "Timestamp": "2026-11-30T00:00:00.000Z", "SubscribeURL": "https://evil.example/yes"}
    signed = (json.dumps(posting.sns_signed(said)), "application/json", {})
    assert hooked("ses", signed).status_code == 200
    assert hooked("ses", (json.dumps(said), "application/json", {})).status_code == 403
    with inside(acme):
        assert "topic" not in Channel.objects.get().options


def test_a_signature_of_mailgun_stands_for_one_post(hooked, dealt_with):
    first = posting.mailgun(letter(STRANGER), token="once")
    assert hooked("mailgun", first).status_code == 200
    assert hooked("mailgun", first).status_code == 200  # Mailgun tries again when it is not sure
    stolen = posting.mailgun(letter(STRANGER, text="forged"), token="once")
    assert hooked("mailgun", stolen).status_code == 403
    assert len(dealt_with()) == 1


def test_without_a_key_no_signature_holds(hooked, dealt_with, inside, acme):
    from tenant_apps.mailroom.models import Channel

    assert hooked("mailgun", posting.mailgun(letter(STRANGER))).status_code == 200
    with inside(acme):
        Channel.objects.update(sealed="")  # as after a restore: what was sealed elsewhere opens nothing here
    assert hooked("mailgun", posting.mailgun(letter(STRANGER, text="x"), key="")).status_code == 403
    assert len(dealt_with()) == 1


def test_a_large_mail_fits(hooked, dealt_with):
    assert hooked("postmark", posting.postmark(letter(STRANGER, text="words " * 500_000))).status_code == 200
    assert dealt_with()[0].state == "filed"


def test_a_post_that_nobody_understands_is_held(hooked, dealt_with):
    assert hooked("postmark", ("{", "application/json", {})).status_code == 200
    assert (dealt_with()[0].state, dealt_with()[0].why["why"]) == ("held", "trouble")
