"""What stands below an answer by mail."""

from shared_apps.accounts.models import User
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket
from tests.mailroom.letters import STRANGER, letter


def test_an_answer_ends_with_the_agents_own_words_or_the_channels(bring, mails, inside, acme, ada):
    from tenant_apps.mailroom.actions import channels

    with inside(acme):
        given = {"name": "Help", "address": "help@acme.example", "way": "forward", "signature": "Acme, at your service"}
        channels.keep(None, given, by=ada)
    came = bring(letter(STRANGER, to="help@acme.example"))
    ends = []
    for own in ("", "Ada, Support"):
        with inside(acme):
            person = User.objects.get(pk=ada.id)
            person.profile["signature"] = own
            person.save(update_fields=["profile"])
            actions.reply(Ticket.objects.get(pk=came.ticket_id), "It is mended.", by=ada)
        answers = [one for one in mails() if STRANGER in one["To"] and "mended" in str(one)]
        ends.append(answers[-1].get_body(("plain",)).get_content())
    assert "Acme, at your service" in ends[0]
    assert "Ada, Support" in ends[1]
    assert "Acme, at your service" not in ends[1]
