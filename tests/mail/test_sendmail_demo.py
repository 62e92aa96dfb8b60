"""The round trip that a newcomer makes: a mail comes in, is answered, and answered again, in one request."""

import pytest
from django.core.management import CommandError, call_command

from portico import asks
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket

needs_intake = pytest.mark.skipif(not hasattr(asks, "take_mail"), reason="mail is taken in by another part")
ZOE = "zoe@customer.example"


def _arrive():
    """What the worker does with mail that came in."""
    from portico import tasks
    from tests.support import letters

    for company, key in letters._due("ingest_inbound_email"):
        tasks.ingest_inbound_email(company.pk, company.generation, key)


@needs_intake
def test_a_mail_its_answer_and_her_answer_stand_in_one_request(mails, inside, acme, ada, capsys):
    call_command("sendmail_demo")
    _arrive()
    with inside(acme):
        ticket = Ticket.objects.get(requester_email=ZOE)
        actions.reply(ticket, "I will look at it.", by=ada)
    assert ZOE in {mail["To"].addresses[0].addr_spec for mail in mails()}

    call_command("sendmail_demo")
    _arrive()
    with inside(acme):
        said = list(Ticket.objects.get(requester_email=ZOE).messages.values_list("body", flat=True))
    assert len(said) == 3
    assert said[2].startswith("Thank you!")
    assert "same request" in capsys.readouterr().out


def test_where_mail_really_leaves_it_does_nothing(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    with pytest.raises(CommandError, match="for a demo"):
        call_command("sendmail_demo")
    settings.EMAIL_URL = ""
    with pytest.raises(CommandError, match="no company"):
        call_command("sendmail_demo", company="nowhere")
