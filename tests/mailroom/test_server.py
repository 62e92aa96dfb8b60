"""The mail server that the product brings: who is here, one answer for each, and kept before it is answered."""

import asyncio
import smtplib
import threading

import pytest

from tests.mailroom.letters import STRANGER, letter


@pytest.fixture(params=[True, False], ids=["lmtp", "smtp"])
def line(request, fresh_rows):
    """A connection to a server of ours."""
    from tenant_apps.mailroom import server

    ready, found, loops = threading.Event(), [], []

    def serve():
        loop = asyncio.new_event_loop()
        loops.append(loop)
        asyncio.set_event_loop(loop)

        def told(port):
            found.append(port)
            ready.set()

        task = loop.create_task(server._serve("127.0.0.1", 0, request.param, None, told))
        loops.append(task)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            loop.run_until_complete(loop.shutdown_default_executor())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    kind = smtplib.LMTP if request.param else smtplib.SMTP
    made = kind("127.0.0.1", found[0])
    yield made
    made.close()  # over LMTP each recipient has an answer of its own, of which this client reads one
    loops[0].call_soon_threadsafe(loops[1].cancel)
    thread.join(10)


def test_a_mail_is_kept_for_each_company_before_it_is_answered_for(line, inside, acme, borealis):
    from portico.storage import CompanyStorage
    from tenant_apps.mailroom.models import Incoming

    raw = letter(STRANGER).replace(b"\n", b"\r\n")
    refused = line.sendmail(STRANGER, ["acme@mail.localhost", "borealis@mail.localhost", "nobody@mail.localhost"], raw)
    assert {one: code for one, (code, _) in refused.items()} == {"nobody@mail.localhost": 550}
    for company in (acme, borealis):
        with inside(company):
            kept = Incoming.objects.get()
            assert (kept.state, kept.envelope_from) == ("waiting", STRANGER)
            assert CompanyStorage().open(kept.kept_as).read() == raw


def test_every_company_can_be_written_to_without_setting_anything_up(line, dealt_with, mails, inside, acme, ada):
    from tenant_apps.mailroom.models import Channel
    from tenant_apps.tickets import actions
    from tenant_apps.tickets.models import Ticket

    assert line.sendmail(STRANGER, ["<ACME@Mail.Localhost>"], letter(STRANGER)) == {}
    (mail,) = dealt_with()
    assert (mail.state, mail.recipient) == ("filed", "acme@mail.localhost")
    with inside(acme):
        assert not Channel.objects.exists()
        ticket = Ticket.objects.get(pk=mail.ticket_id)
        assert (ticket.desk, ticket.subject, ticket.requester_email) == ("company", "The lamp", STRANGER)
        actions.reply(ticket, "It is mended.", by=ada)
    answer = next(one for one in mails() if STRANGER in one["To"] and "mended" in str(one))
    assert answer["Reply-To"].addresses[0].domain == "mail.localhost"


@pytest.mark.parametrize(
    "address", ["nobody@mail.localhost", "console@mail.localhost", "acme.x@mail.localhost", "acme@elsewhere.example"]
)
def test_an_address_of_nobody_is_refused_for_good(line, inside, acme, address):
    from tenant_apps.mailroom.models import Incoming

    assert code_for(line, address) == 550
    with inside(acme):
        assert not Incoming.objects.exists()


def test_a_company_that_rests_is_asked_again_later_and_one_that_is_gone_is_not(line, outside, inside, acme):
    from tenant_apps.mailroom.models import Incoming
    from tenants.models import Company

    codes = []
    for state in ("suspended", "archived", "active"):
        with outside():
            Company.objects.filter(pk=acme.id).update(state=state)
        codes.append(code_for(line, "acme@mail.localhost"))
    assert codes == [450, 550, 250]
    with inside(acme):
        assert Incoming.objects.count() == 1


def code_for(line, address):
    """What the server answers to whoever brings a mail for this address."""
    try:
        line.sendmail(STRANGER, [address], letter(STRANGER))
    except smtplib.SMTPRecipientsRefused as no:
        return no.recipients[address][0]
    return 250
