"""Letters leave once, say what became of them, and open no door to those who read the tables."""

from datetime import timedelta

import pytest

from portico import mailing, replying
from portico.errors import Invalid
from tests.support import letters


def test_a_letter_of_a_company_leaves_after_the_commit_and_wears_its_name(posted, mails, letter_of):
    id = posted(name='Cleo "C", Ltd')
    [mail] = mails()
    row = letter_of(id)
    assert (mail["To"].addresses[0].display_name, mail["To"].addresses[0].addr_spec) == (
        'Cleo "C", Ltd',
        "cleo@client.example",
    )
    assert mail["From"].addresses[0].display_name == "Acme"
    assert mail["Subject"] == "A test from Acme"
    assert mail["Message-ID"] == row.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert (row.state, row.attempts, row.error) == ("sent", 1, "")
    assert row.sent_at


def test_a_letter_of_the_platform_leaves_as_portico(posted, mails, letter_of):
    id = posted(company=None)
    assert [mail["From"].addresses[0].display_name for mail in mails()] == ["Portico"]
    assert letter_of(id, None).state == "sent"


def test_what_is_posted_in_a_transaction_that_fails_never_leaves(inside, acme, mails):
    with pytest.raises(ZeroDivisionError), inside(acme):
        mailing.post(mailing.Letter(to="cleo@client.example", template="test", facts={}))
        raise ZeroDivisionError
    assert mails() == []


def test_the_same_letter_leaves_once_however_often_the_worker_is_told(posted, mails):
    from portico import tasks

    id = posted()
    first = mails()
    tasks.letter(1, 1, str(id))
    letters.leave()
    assert len(first) == len(mails()) == 1


def test_a_letter_that_waits_can_be_taken_back_until_then(posted, mails, letter_of, inside, acme):
    id = posted(after=timedelta(seconds=10))
    assert mails() == []
    with inside(acme):
        assert mailing.cancel(id)
    assert mails() == []
    assert letter_of(id).state == "cancelled"


def test_what_has_left_cannot_be_taken_back(posted, mails, inside, acme):
    id = posted()
    mails()
    with inside(acme):
        assert not mailing.cancel(id)


def test_what_opens_a_door_is_not_kept(posted, mails, letter_of):
    auth, other = posted(stream="auth"), posted()
    mails()
    assert letter_of(auth).facts == {}
    assert letter_of(other).facts == {"words": "Hello."}


@pytest.mark.parametrize("address", ["", "no", "a@b", "a@x.example\nBcc: b@x.example", "a@x.example, b@x.example"])
def test_what_is_no_address_is_refused_at_once(posted, address):
    with pytest.raises(Invalid):
        posted(to=address)


def test_no_word_becomes_a_header(posted, mails):
    hostile = "Cleo\r\nBcc: mia@acme.example\r\n\r\nHello\x00\u2028x"
    posted(name=hostile, facts={"words": hostile}, headers={"in_reply_to": f"<a@b>{hostile}", "references": [hostile]})
    [mail] = mails()
    assert mail["Bcc"] is None
    assert mail.get_body(("plain",)).get_content().startswith("Cleo\nBcc: mia@acme.example\n\nHellox")


def test_a_letter_without_its_template_says_so_and_is_not_tried_again(posted, mails, letter_of):
    id = posted(template="nowhere")
    assert mails() == []
    row = letter_of(id)
    assert (row.state, row.error) == ("failed", "There is no template mail/nowhere.txt.")


def test_addresses_lead_to_the_companys_own_door(inside, outside, acme, settings):
    from tenants.models import Domain

    with inside(acme):
        assert mailing.address("/x") == f"http://acme.{settings.BASE_HOST}/x"
    with outside():
        Domain.objects.create(tenant_id=acme.id, domain="help.acme.example", is_primary=True)
        assert mailing.address("/x", door="console") == f"http://console.{settings.BASE_HOST}/x"
    with inside(acme):
        assert mailing.address("/x").startswith("http://help.acme.example")


def test_a_reply_address_names_ticket_and_person_and_no_guess_does(acme, borealis, cleo, ada):
    ticket = cleo.id
    address = replying.reply_address(acme, ticket, cleo.id)
    found = replying.read_reply_address(f" {address.upper()} ")
    assert (found.company_id, found.generation, found.ticket_id) == (acme.id, acme.generation, ticket)
    assert (found.is_of(cleo.id), found.is_of(ada.id)) == (True, False)
    assert len(address.partition("@")[0]) == 64
    assert replying.reply_address(borealis, ticket, cleo.id) != address
    for place in range(6, 64):
        other = "a" if address[place] != "a" else "b"
        forged = replying.read_reply_address(f"{address[:place]}{other}{address[place + 1 :]}")
        assert forged is None or forged == found  # the last sign holds two bits that count for nothing
