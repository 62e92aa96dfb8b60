"""Mail that Amazon SES has put into a bucket, at a server that speaks S3: fetched with the company's key, or held."""

import json

import boto3
import pytest

from tests.mailroom import posting
from tests.mailroom.letters import STRANGER, letter
from tests.support.s3 import server

__all__ = ["server"]

REGION = posting.TOPIC.split(":")[3]


@pytest.fixture
def bucket(server, settings, monkeypatch):
    """`bucket(name, raw)` puts a mail where Amazon would."""
    from tenant_apps.mailroom import buckets

    settings.FETCH_LOOPBACK = True
    posting.keep_certificate()
    monkeypatch.setattr(buckets, "ENDPOINT", server)
    keys = {"aws_access_key_id": "amazon", "aws_secret_access_key": "x", "region_name": REGION}
    client = boto3.client("s3", endpoint_url=server, **keys)
    client.create_bucket(Bucket="mails", CreateBucketConfiguration={"LocationConstraint": REGION})
    yield lambda name, raw: client.put_object(Bucket="mails", Key=name, Body=raw)
    boto3.resource("s3", endpoint_url=server, **keys).Bucket("mails").objects.all().delete()
    client.delete_bucket(Bucket="mails")


@pytest.fixture
def told(channel, visitor):
    """`told("in/1")` = the answer to Amazon's notice of a mail of that name."""

    def post(name, **more):
        body, kind, headers = posting.ses_in_bucket(name, **more)
        return visitor("acme").post(channel("ses"), body, content_type=kind, headers=headers)

    return post


def test_a_mail_in_a_bucket_is_fetched_as_it_came(bucket, told, dealt_with, inside, acme):
    from portico.storage import CompanyStorage

    raw = letter(STRANGER)
    bucket("in/a b+ü", raw)
    assert told("in/a b+ü").status_code == 200
    (mail,) = dealt_with()
    assert (mail.state, mail.sender, mail.subject) == ("filed", STRANGER, "The lamp")
    with inside(acme):
        assert CompanyStorage().open(mail.kept_as).read() == raw


def test_a_mail_that_is_not_there_yet_is_asked_for_again(bucket, told, dealt_with, inside, acme):
    from tenant_apps.mailroom.models import Channel

    told("in/2")
    (mail,) = dealt_with()
    assert (mail.state, mail.told["tries"]) == ("waiting", 1)
    with inside(acme):
        assert "it is not there any more" in Channel.objects.get().health["trouble"]
    bucket("in/2", letter(STRANGER))
    assert [one.state for one in dealt_with()] == ["filed"]


def test_without_a_key_it_waits_and_the_channel_says_why(bucket, told, dealt_with, inside, acme):
    from tenant_apps.mailroom import tokens
    from tenant_apps.mailroom.models import Channel

    bucket("in/3", letter(STRANGER))
    told("in/3")
    with inside(acme):
        channel = Channel.objects.get()
        tokens.seal(channel, {})
        channel.save()
    assert [one.state for one in dealt_with()] == ["waiting"]
    with inside(acme):
        assert "no key" in Channel.objects.get().health["trouble"]


def test_it_is_the_companys_own_key_that_opens_it():
    from tenant_apps.mailroom import buckets

    body, *_ = posting.ses_in_bucket("in/4")
    address = buckets.address_of(json.loads(body), "AKIAACME", "secret")
    assert address.startswith(f"https://mails.s3.{REGION}.amazonaws.com/in/4?")
    assert "X-Amz-Credential=AKIAACME%2F" in address
    assert buckets.address_of(json.loads(body), "AKIAACME", "another") != address


@pytest.mark.parametrize(
    ("place", "name"),
    [("evil.example/x", "in/5"), ("a@evil.example", "in/5"), ("", "in/5"), ("arn:aws:s3:::x", "in/5"), ("mails", "")],
)
def test_nothing_but_a_bucket_is_asked(bucket, told, dealt_with, place, name):
    told(name, bucket=place)
    (mail,) = dealt_with()
    assert (mail.state, mail.why["why"]) == ("held", "not_fetched")
