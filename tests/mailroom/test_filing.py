"""Where mail ends: in its request, as a new one, noted, or held back with a reason. Never nowhere."""

import pytest

from tenant_apps.mailroom.models import Incoming
from tenant_apps.people.models import Contact
from tenant_apps.tickets.models import Message, Ticket
from tests.mailroom.letters import ADA, BEN, CLEO, STRANGER, letter, proven


def told(inside, acme, mail):
    """The request that a mail is in, and what it became there."""
    with inside(acme):
        return Ticket.objects.get(pk=mail.ticket_id), Message.objects.get(pk=mail.said_id)


def test_a_strangers_mail_opens_a_request_for_a_contact(bring, inside, acme):
    raw = letter(f"Zoë Ek <{STRANGER}>", subject="Grüße", text="Wo ist mein Paket?\n\nViele Grüße\nZoë")
    mail = bring(raw)

    ticket, message = told(inside, acme, mail)
    assert (ticket.subject, ticket.channel, ticket.requester_email) == ("Grüße", "email", STRANGER)
    assert (message.body, message.channel) == ("Wo ist mein Paket?\n\n-- \nViele Grüße\nZoë", "email")
    with inside(acme):
        assert Contact.objects.get(email=STRANGER).pk == ticket.contact_id
        from portico.storage import CompanyStorage

        assert CompanyStorage().open(mail.kept_as).read() == raw


def test_an_answer_to_the_signed_address_joins_its_request(bring, wish, inside, acme, reply_to):
    asked = wish()
    mail = bring(letter(to=reply_to(asked, CLEO), subject="something else"), reply_to(asked, CLEO))

    ticket, message = told(inside, acme, mail)
    assert (ticket.pk, message.sender_name, mail.why["way"]) == (asked.pk, "Cleo Marsh", "address")
    assert not message.is_staff_reply


@pytest.mark.parametrize("way", ["thread", "subject", "recent"])
def test_other_ways_lead_there_for_who_is_proven_alone(bring, wish, inside, acme, way):
    asked = wish()
    first = bring(letter(subject=f"[{asked.number}]", Authentication_Results=proven(CLEO)))
    assert first.why["way"] == "subject"
    fields = {
        "thread": {"In_Reply_To": first.message_id, "subject": "x"},
        "subject": {"subject": f"Re: [{asked.number}]"},
    }
    fields = fields.get(way, {"subject": "And another thing"})

    honest = bring(letter(**fields, Authentication_Results=proven(CLEO)))
    forged = bring(letter(**fields))
    assert (honest.ticket_id, honest.why["way"]) == (asked.pk, way)
    assert forged.ticket_id != asked.pk


def test_nobody_speaks_for_the_company_by_a_from_line(bring, wish, inside, acme, reply_to):
    asked = wish()
    for raw in (letter(BEN, subject=f"[{asked.number}]"), letter(ADA, subject="Hello")):
        assert (bring(raw).state, bring(raw).why["why"]) == ("held", "agent")
    forwarded = bring(letter(BEN, to=reply_to(asked, CLEO)), reply_to(asked, CLEO))
    assert forwarded.why["why"] == "agent"


def test_an_agent_answers_by_mail_with_address_and_domain(bring, wish, inside, acme, reply_to):
    asked = wish()
    raw = letter(BEN, to=reply_to(asked, BEN), Authentication_Results=proven(BEN))
    ticket, message = told(inside, acme, bring(raw, reply_to(asked, BEN)))
    assert (ticket.pk, message.is_staff_reply, message.sender_name) == (asked.pk, True, "Ben Ode")


@pytest.mark.parametrize("is_proven", [True, False])
def test_who_is_not_proven_asks_as_a_contact_and_not_in_an_accounts_name(bring, inside, acme, cleo, is_proven):
    said = {"Authentication_Results": proven(CLEO)} if is_proven else {}
    ticket, _ = told(inside, acme, bring(letter(CLEO, **said)))
    assert (ticket.requester_id == cleo.id, ticket.contact_id is None) == (is_proven, is_proven)


@pytest.mark.parametrize(
    ("fields", "state", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "held", "auto_reply"),
        ({"List_Id": "<news.example>"}, "held", "list"),
        ({"Precedence": "bulk"}, "held", "list"),
        ({"Auto_Submitted": "auto-generated", "Message_ID": "<a@mail.localhost>"}, "held", "own"),
        ({"From": "a@b.example, c@d.example"}, "held", "sender"),
        ({"From": "nobody"}, "held", "sender"),
        ({"Authentication_Results": "mx.portico.example; dmarc=fail (p=reject)"}, "held", "forged"),
        ({"Auto_Submitted": "auto-generated"}, "filed", "new"),
        ({"X_Auto_Response_Suppress": "All"}, "filed", "new"),
    ],
)
def test_what_no_person_says_is_not_let_in(bring, fields, state, why):
    mail = bring(letter(STRANGER, **fields))
    assert (mail.state, mail.why["why"]) == (state, why)


def test_an_automatic_answer_is_noted_and_wakes_nothing(bring, wish, inside, acme, reply_to):
    asked = wish()
    raw = letter(to=reply_to(asked, CLEO), Auto_Submitted="auto-replied")
    mail = bring(raw, reply_to(asked, CLEO))
    with inside(acme):
        assert (mail.state, mail.ticket_id, asked.messages.count()) == ("noted", asked.pk, 1)


def test_the_same_mail_twice_is_one(bring, inside, acme):
    raw = letter(STRANGER)
    first, again = bring(raw), bring(raw)
    other_way = bring(b"Received: by another way\n" + raw)
    with inside(acme):
        assert (first.pk == again.pk, other_way.state, Ticket.objects.count()) == (True, "twice", 1)


def test_a_known_message_id_keeps_no_other_mail_away(bring):
    bring(letter(STRANGER, Message_ID="<known@elsewhere.example>"))
    assert bring(letter(CLEO, Message_ID="<known@elsewhere.example>", text="Mine")).state == "filed"


def test_what_cannot_be_read_is_held_with_its_bytes(bring, inside, acme):
    mail = bring(b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx")
    assert (mail.state, mail.why["why"]) == ("held", "headers")
    with inside(acme):
        from portico.storage import CompanyStorage

        assert CompanyStorage().size(mail.kept_as) == mail.size


def test_files_come_along_and_programs_do_not(bring, inside, acme):
    from email.message import EmailMessage

    made = EmailMessage()
    made["From"], made["Subject"] = STRANGER, "Files"
    made.set_content("Here.")
    made.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="bill.pdf")
    made.add_attachment(b"MZ\x90\x00" + b"x" * 100, maintype="application", subtype="octet-stream", filename="run.exe")
    mail = bring(made.as_bytes())
    _, message = told(inside, acme, mail)
    with inside(acme):
        assert [one.name for one in message.attachments.all()] == ["bill.pdf"]
    assert "run.exe" in mail.why["refused"][0]


def test_a_closed_request_is_followed_by_another(bring, wish, inside, acme, ada, reply_to):
    from tenant_apps.tickets import actions

    asked = wish()
    with inside(acme):
        actions.change_status(Ticket.objects.get(pk=asked.pk), "closed", by=ada)
    mail = bring(letter(to=reply_to(asked, CLEO)), reply_to(asked, CLEO))
    ticket, _ = told(inside, acme, mail)
    assert (ticket.pk == asked.pk, mail.why["follows"]) == (False, asked.number)


def test_one_sender_stops_at_five_in_ten_minutes(bring):
    states = [bring(letter(STRANGER, subject=f"Number {n}")).state for n in range(8)]
    assert states == ["filed"] * 5 + ["held"] * 3


def test_an_address_of_another_company_leads_nowhere_here(bring, wish, inside, acme, borealis, reply_to):
    asked = wish()
    mail = bring(letter(to=reply_to(asked, CLEO)), "borealis@mail.localhost", borealis)
    assert mail.ticket_id != asked.pk
    assert mail.why["way"] == ""


def test_of_a_worker_that_dies_nothing_is_lost(inside, acme):
    from portico import tasks
    from tenant_apps.mailroom import intake
    from tenants.models import Due

    key = intake.deliver(letter(STRANGER), "acme@mail.localhost", via="test")
    for _ in range(2):  # delivered twice by the queue
        tasks.ingest_inbound_email(acme.id, acme.generation, key.hex)
    with inside(acme):
        assert (Incoming.objects.get(pk=key).state, Ticket.objects.count()) == ("filed", 1)
        assert not Due.objects.filter(job="ingest_inbound_email").exists()


def test_who_writes_from_a_clients_domain_reaches_the_agent_who_answers_it(bring, inside, acme, ada, ben):
    from tenant_apps.tickets import actions

    rule = {"domain": "elsewhere.example", "organisation": "Elsewhere", "agents": [str(ben.id)]}
    with inside(acme):
        actions.set_to("mail", {"domains": [rule]}, by=ada)
    ticket, _ = told(inside, acme, bring(letter(STRANGER, Authentication_Results=proven(STRANGER))))
    assert ticket.assignee_id == ben.id
    with inside(acme):
        assert Contact.objects.get(pk=ticket.contact_id).organisation == "Elsewhere"
