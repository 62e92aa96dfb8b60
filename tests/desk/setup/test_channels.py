"""Mail in the settings: channels are set up and looked at, and who may write is the managers' to say."""

import pytest

PATH = "/manager/settings/channels"
FORWARD = {"name": "Support", "address": "help@acme.example", "way": "forward", "department": "billing"}
MAILBOX = FORWARD | {
    "way": "imap",
    "host": "imap.acme.example",
    "user": "help",
    "auth": "password",
    "password": "s3cret",
}


def html_of(page):
    return page.content.decode()


def test_a_forwarded_address_gives_its_requests_a_department(client_for, inside, acme):
    from portico import tasks
    from tenant_apps.mailroom import intake
    from tenant_apps.mailroom.models import Incoming
    from tenant_apps.tickets.models import Ticket
    from tests.mailroom.letters import STRANGER, letter

    ada = client_for("ada")
    made = ada.post(PATH, FORWARD, follow=True)
    forwarded = html_of(made).partition('readonly value="')[2].partition('"')[0]
    assert forwarded.startswith("acme+")
    key = intake.deliver(letter(STRANGER, to="help@acme.example"), forwarded, via="test")
    tasks.ingest_inbound_email(acme.id, acme.generation, key.hex)
    with inside(acme):
        assert Ticket.objects.get(pk=Incoming.objects.get(pk=key).ticket_id).department == "billing"
    assert "Works" in html_of(ada.get(PATH))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"address": "nobody"}, "not an e-mail address"),
        ({"way": "webhook"}, "choose a provider"),
        ({"way": "webhook", "provider": "mailgun"}, "Please give its webhook signing key"),
        ({"way": "imap", "host": ""}, "name of the mail server"),
        ({"department": "none"}, "no such department"),
    ],
)
def test_what_is_no_channel_is_refused_beside_its_field(client_for, more, words):
    page = client_for("ada").post(PATH, FORWARD | more)
    assert (page.status_code, words in html_of(page)) == (422, True)


def test_a_password_is_kept_sealed_and_never_shown_again(client_for, inside, acme):
    from tenant_apps.journal.models import Event
    from tenant_apps.mailroom.models import Channel

    ada = client_for("ada")
    page = html_of(ada.post(PATH, MAILBOX, follow=True))
    with inside(acme):
        row = Channel.objects.get()
        told = [event.facts for event in Event.objects.filter(verb__startswith="channel.")]
    assert "s3cret" not in page + row.sealed + str(told) + str(row.options)
    assert "stays as it is" in page


def test_a_mailbox_in_our_own_network_is_not_looked_into(client_for, inside, acme):
    ada = client_for("ada")
    page = ada.post(PATH, MAILBOX | {"host": "127.0.0.1"}, follow=True)
    tested = ada.post(page.redirect_chain[0][0], {"do": "test"}, follow=True)
    assert "127.0.0.1 is not a public mail server" in html_of(tested)


def test_rules_are_kept_and_undone(client_for, inside, acme):
    from tenant_apps.tickets import settings

    ada = client_for("ada")
    rules = {
        "allow": "friend.example",
        "block": "spam@x.example",
        "domains": "client.example; Client; ben@acme.example",
    }
    page = html_of(ada.post(PATH, rules | {"version": "0"}, follow=True))
    with inside(acme):
        kept = settings.read("mail")["mail"]
    assert (kept["allow"], kept["domains"][0]["organisation"]) == (["friend.example"], "Client")
    ada.post(page[page.index("/manager/settings/undo/") :].partition('"')[0])
    with inside(acme):
        assert settings.read("mail")["mail"]["allow"] == []
    assert ada.post(PATH, {"allow": "not one", "version": "2"}).status_code == 422


def test_agents_do_not_set_up_mail(client_for):
    assert client_for("ben").get(PATH).status_code == 404
    assert client_for("ben").post(PATH, FORWARD).status_code == 404


def test_the_page_of_a_channel_says_what_to_do_where_no_mail_leaves(client_for, mails):
    ada = client_for("ada")
    path = ada.post(PATH, FORWARD, follow=True).redirect_chain[0][0]
    page = html_of(ada.get(path))
    assert "Send a mail to help@acme.example" in page
    assert 'value="send"' not in page
    assert ada.post(path, {"do": "send"}).status_code == 409


def test_a_test_mail_is_sent_from_the_page_where_mail_leaves(client_for, settings, inside, acme):
    from shared_apps.mail.models import Outgoing

    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    ada = client_for("ada")
    path = ada.post(PATH, FORWARD, follow=True).redirect_chain[0][0]
    page = html_of(ada.post(path, {"do": "send"}, follow=True))
    assert "has not come yet" in page
    with inside(acme):
        assert Outgoing.objects.get(template="channel_test").to == "help@acme.example"


def test_staff_see_how_channels_do_and_no_mail(client_for):
    client_for("ada").post(PATH, FORWARD)
    page = client_for("sam").get("/admin/companies/acme/mail")
    assert "help@acme.example" in html_of(page)
    assert client_for("sam").get("/admin/companies/none/mail").status_code == 404


def test_how_mail_does_is_for_those_who_see_how_a_company_does(client_for, inside, acme, ada):
    """The company's own page tells Lin no figures; neither does this one, whether she knows the company or not."""
    from tenant_apps.tickets import actions

    assert client_for("lin").get("/admin/companies/acme/mail").status_code == 404
    with inside(acme):
        actions.open_ticket(subject="website", description="No mail comes in.", by=ada)
    assert client_for("lin").get("/admin/companies/acme").status_code == 200
    assert client_for("lin").get("/admin/companies/acme/mail").status_code == 404
    assert client_for("max").get("/admin/companies/acme/mail").status_code == 200


def test_the_health_of_a_company_says_whether_its_mail_comes_in(client_for, inside, acme):
    from tenant_apps.mailroom.models import Incoming

    with inside(acme):
        late = {"key": "k", "via": "test", "kept_as": "mail/x.eml", "size": 1, "received_at": "2026-01-01T00:00Z"}
        Incoming.objects.create(**late)
    page = html_of(client_for("sam").get("/admin/companies/acme"))
    tile = page[page.index("Mail not read yet") :][:300]
    assert ("<b>1</b>" in tile, "the oldest since" in tile) == (True, True)
