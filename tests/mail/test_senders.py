"""A company writes in its own name once its domain is proven, signed with a key that nobody else ever reads."""

import json

import dkim
import pytest

from portico import asks
from portico.errors import Forbidden, Invalid, Refused
from shared_apps.mail import actions, senders
from shared_apps.mail.models import Sender
from tests.support import letters, mailserver


@pytest.fixture
def server(settings):
    with mailserver.running() as running:
        settings.EMAIL_URL = running.url
        yield running


@pytest.fixture
def proven(outside, acme):
    """`proven("acme.example")` = Acme has proven that domain."""
    from tenants.models import Domain

    def prove(domain):
        row = {"tenant_id": acme.id, "schema": acme.schema, "domain": domain, "use": "mail", "state": "active"}
        with outside():
            Domain.objects.create(**row)

    return prove


def _set(inside, acme, by, **more):
    with inside(acme):
        said = {"address": "Support@Acme.example", "provider": "", "key": "", "tracks_opens": False}
        return actions.set_sender(**said | more, by=by)


def test_an_address_is_used_and_signed_once_its_domain_is_proven(server, proven, posted, inside, acme, ada):
    _set(inside, acme, ada)
    posted()
    letters.leave()
    assert b"From: Acme <desk@mail." in server.mails[0]
    assert b"DKIM-Signature" not in server.mails[0]
    proven("acme.example")
    posted(name="Zoë", facts={"words": "Grüße\r\n.\r\nund mehr"})
    letters.leave()
    raw = server.mails[1]
    assert b"From: Acme <support@acme.example>" in raw
    with inside(acme):
        record = asks.dkim_record()
    assert record["host"].endswith("._domainkey.acme.example")
    names = {f"{record['host']}.".encode(): record["value"].encode()}
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: names[name])
    assert not dkim.verify(raw.replace(b"Acme <", b"Evil <"), dnsfunc=lambda name, timeout=5: names[name])


def test_another_domain_gets_another_key_and_the_same_keeps_its_own(inside, acme, ada):
    first = _set(inside, acme, ada)
    same = _set(inside, acme, ada, address="help@acme.example")
    other = _set(inside, acme, ada, address="help@acme.other")
    assert first.public_key == same.public_key != other.public_key
    assert first.selector != other.selector


def test_secrets_are_read_by_nobody_else(inside, acme, borealis, ada):
    from tenant_apps.journal.models import Event

    _set(inside, acme, ada, provider="postmark", key="token-of-acme")
    with inside(acme):
        row = Sender.objects.get()
        assert senders.secrets_of(row)["key"] == "token-of-acme"
        told = json.dumps(list(Event.objects.values_list("facts", flat=True)))
        assert "token-of-acme" not in row.sealed + told
    with inside(borealis):
        assert senders.secrets_of(Sender(address=row.address, sealed=row.sealed)) == {}


def test_what_was_sealed_for_a_company_in_its_generation_is_still_read_there(inside, acme, borealis):
    from portico import vault
    from portico.database import current_company

    with inside(acme):
        old = Sender(address="help@acme.example")
        old.sealed = vault.close('{"key": "token"}', f"mail.sender {current_company().key}")
        assert senders.secrets_of(old) == {"key": "token"}
    with inside(borealis):
        assert senders.secrets_of(old) == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"address": "no"}, "address"), ({"provider": "pigeon"}, "provider"), ({"provider": "postmark"}, "key")],
)
def test_what_cannot_be_a_sender_is_refused(inside, acme, ada, wrong, field):
    with pytest.raises(Invalid) as refused:
        _set(inside, acme, ada, **wrong)
    assert list(refused.value.fields) == [field]


def test_agents_set_nothing_and_the_slower_of_two_managers_is_told(inside, acme, ada, ben):
    with pytest.raises(Forbidden):
        _set(inside, acme, ben)
    _set(inside, acme, ada)
    with pytest.raises(Refused):
        _set(inside, acme, ada, seen_version=0)


def test_managers_set_it_on_a_page_that_never_shows_the_key(client_for, mails, inside, acme):
    page, path = client_for("ada"), "/manager/settings/mail/outgoing"
    form = {"do": "sender", "version": "0", "address": "help@acme.example", "provider": "postmark", "key": "s3cret-key"}
    assert page.post(path, form, follow=True).status_code == 200
    shown = page.get(path).content.decode()
    assert "s3cret-key" not in shown
    assert "_domainkey.acme.example" in shown
    assert page.post(path, form).status_code == 409
    assert page.post(path, {**form, "version": "1", "address": "no"}).status_code == 422
    assert client_for("ben").get(path).status_code == 404
    _ = inside, acme


def test_a_test_mail_goes_to_who_asks_for_it(client_for, mails):
    page = client_for("ada")
    for _ in range(5):
        assert page.post("/manager/settings/mail/outgoing", {"do": "test"}).status_code == 302
    assert page.post("/manager/settings/mail/outgoing", {"do": "test"}).status_code == 409
    assert {mail["To"].addresses[0].addr_spec for mail in mails()} == {"ada@acme.example"}
