"""What became of a reply's mail stands on the reply, in the workspace and in the portal; what was lost can go again."""

import pytest

from tenant_apps.tickets import actions
from tests.support import letters, mailserver

ZOE, CLEO = "zoe@client.example", "cleo@acme.example"


@pytest.fixture
def server(settings):
    with mailserver.running() as running:
        settings.EMAIL_URL = running.url
        yield running


def _reply(inside, acme, ticket, by):
    with inside(acme):
        message = actions.reply(ticket, "Please try another lamp.", by=by)
    letters.leave()
    letters.leave()
    return message


def test_the_workspace_says_that_mail_was_lost_and_sends_it_again(server, contact_wish, client_for, inside, acme, ada):
    ticket = contact_wish()
    letters.leave()
    letters.leave()
    server.answers[ZOE] = "550 no such user"
    message = _reply(inside, acme, ticket, ada)
    page, path = client_for("ada"), f"/manager/inbox/{ticket.pk}"
    shown = page.get(path).content.decode()
    assert f"Not delivered by e-mail</span> to {ZOE}. The address does not take mail." in shown
    assert f"The mail to {ZOE} was lost." in shown

    server.answers.clear()
    again = {"do": "send_again", "message": str(message.pk)}
    assert page.post(f"{path}/said", again, follow=True).status_code == 200
    assert page.post(f"{path}/said", again).status_code == 409
    letters.leave()
    assert f"Sent via e-mail to {ZOE}" in page.get(path).content.decode()
    assert len([raw for raw in server.mails if f"<{ZOE}>".encode() in raw]) == 2  # the first: one was opened for her


def test_the_portal_tells_whoever_asked(server, wish, client_for, inside, acme, ada):
    ticket = wish()
    _reply(inside, acme, ticket, ada)
    assert "Sent via e-mail" in client_for("cleo").get(f"/requests/{ticket.pk}").content.decode()


def test_a_customer_cannot_let_mail_leave_again(server, wish, client_for, inside, acme, ada):
    server.answers[CLEO] = "550 no such user"
    ticket = wish()
    message = _reply(inside, acme, ticket, ada)
    form = {"do": "send_again", "message": str(message.pk)}
    assert client_for("cleo").post(f"/manager/inbox/{ticket.pk}/said", form).status_code in {302, 404}
    assert client_for("ben").post(f"/manager/inbox/{ticket.pk}/said", form, follow=True).status_code == 200
