"""The platform's desk by mail: who asked hears of answers, staff of what is theirs; replies land there."""

from uuid import UUID

import pytest
from django.db import transaction

from tenant_apps.mailroom.models import Incoming
from tenant_apps.notices import actions as choosing
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions.assigning import Assignee
from tenant_apps.tickets.models import Message, Ticket
from tests.mailroom.letters import letter, proven

ADA, BEN = "ada@acme.example", "ben@acme.example"
LIN, SAM = "lin@portico.example", "sam@portico.example"


@pytest.fixture
def asked(acme, ada, inside):
    """`asked()` = what Ada of Acme asks Portico about their website."""

    def ask(**words):
        said = {"subject": "website", "sub_subject": "contact", "description": "The contact form does not send."}
        with inside(acme):
            return actions.open_ticket(**(said | words), by=ada)

    return ask


@pytest.fixture
def answered(asked, inside, acme, lin, mails):
    """Ada's request, which Lin has answered; and the mail that told her."""
    ticket = asked()
    with inside(acme):
        actions.reply(ticket, "Please try again.", by=lin)
    return ticket, mails()[-1]


def due(outside):
    """The events that staff are still to be told of."""
    from tenants.models import Due

    with outside():
        return list(Due.objects.filter(job="tell_staff").order_by("key").values_list("key", flat=True))


@pytest.fixture
def staff_hear(inside, outside, acme, mails):
    """`staff_hear(ticket)` = who of the staff is written to for what happened there, after the worker."""
    from portico import tasks
    from shared_apps.console import staff_mail
    from tenant_apps.journal.models import Event

    def after(ticket):
        with inside(acme):
            for one in Event.objects.filter(subject_id=ticket.pk).order_by("pk"):
                staff_mail.hear(one)
        for key in due(outside):
            for _ in range(2):  # the worker may be told twice
                tasks.tell_staff(acme.id, acme.generation, key)
        found = [(one["To"].addresses[0].addr_spec, one["Subject"], one) for one in mails()]
        return [one for one in found if one[0].endswith("@portico.example")]

    return after


def test_whoever_asked_hears_of_the_answer_from_portico_and_not_in_the_companys_name(answered, inside, acme):
    ticket, mail = answered
    assert (mail["To"].addresses[0].addr_spec, mail["From"].addresses[0].display_name) == (ADA, "Portico")
    said = mail.get_body(("plain",)).get_content()
    assert "Please try again." in said
    assert f"/manager/tickets/{ticket.pk}" in said


def test_the_company_never_words_what_portico_says(asked, inside, acme, lin, ada, mails):
    from tenant_apps.tickets.actions import set_to

    ticket = asked()
    with inside(acme):
        words = "Subject: Our own\n{{ message }} as Acme says"
        set_to("letters", {"support_ticket_update": {"": words}}, by=ada)
        actions.reply(ticket, "Please try again.", by=lin)
    assert mails()[-1]["Subject"] == f"[Ticket #{ticket.number}] {ticket.subject}"


def test_ones_own_words_and_what_was_taken_back_are_not_mailed_nor_to_who_said_no(asked, inside, acme, ada, lin, mails):
    ticket = asked()
    with inside(acme):
        actions.reply(ticket, "One more thing.", by=ada)
        actions.take_back(actions.reply(ticket, "Wrong", by=lin, can_undo=True), by=lin)
        choosing.choose(["assigned"], by=ada)
        actions.reply(ticket, "Please try again.", by=lin)
    assert mails() == []


def test_an_answer_by_mail_lands_in_the_request(answered, bring, inside, acme):
    ticket, mail = answered
    address = str(mail["Reply-To"].addresses[0].addr_spec)
    told = bring(letter(ADA, to=address, text="It works now.", Authentication_Results=proven(ADA)), address)
    with inside(acme):
        said = Message.objects.get(pk=told.said_id)
        assert (told.state, said.ticket_id, said.body) == ("filed", ticket.pk, "It works now.")
        assert (said.sender_name, said.is_staff_reply) == ("Ada Lind", False)


@pytest.mark.parametrize(
    ("who", "fields"),
    [
        (ADA, {}),  # nothing proves that it is from her
        (BEN, {"Authentication_Results": proven(BEN)}),  # an agent who does not take part
        ("zoe@elsewhere.example", {"Authentication_Results": proven("zoe@elsewhere.example")}),
        (LIN, {"Authentication_Results": proven(LIN)}),  # staff are nobody here
    ],
)
def test_nobody_else_speaks_there_by_mail(answered, bring, inside, acme, who, fields):
    ticket, mail = answered
    address = str(mail["Reply-To"].addresses[0].addr_spec)
    told = bring(letter(who, to=address, **fields), address)
    with inside(acme):
        assert (told.state, Message.objects.filter(ticket=ticket).count()) == ("held", 2)


def test_only_the_signed_address_leads_to_the_platforms_desk(answered, bring, inside, acme):
    ticket, mail = answered
    fields = {"In_Reply_To": mail["Message-ID"], "subject": f"Re: [Ticket #{ticket.number}]"}
    told = bring(letter(ADA, Authentication_Results=proven(ADA), **fields))
    with inside(acme):
        assert Message.objects.filter(ticket=ticket).count() == 2
        assert told.ticket_id is None or Ticket.objects.get(pk=told.ticket_id).desk == "company"


def test_an_absence_note_and_a_closed_request_change_nothing(answered, bring, inside, acme, sam):
    ticket, mail = answered
    address, proof = str(mail["Reply-To"].addresses[0].addr_spec), {"Authentication_Results": proven(ADA)}
    away = bring(letter(ADA, to=address, Auto_Submitted="auto-replied", **proof), address)
    with inside(acme):
        actions.change_status(Ticket.objects.get(pk=ticket.pk), "closed", by=sam)
    late = bring(letter(ADA, to=address, text="Too late?", **proof), address)
    with inside(acme):
        assert [Incoming.objects.get(pk=one.pk).state for one in (away, late)] == ["noted", "held"]
        assert late.why["why"] == "platform_closed"
        assert Message.objects.filter(ticket=ticket).count() == 2


def test_staff_hear_of_what_is_given_to_them_and_of_answers_to_it(asked, staff_hear, inside, acme, ada, lin, sam):
    ticket = asked()
    assert staff_hear(ticket) == []
    with inside(acme):
        actions.assign(ticket, Assignee(lin.id, lin.label), by=sam)
        actions.reply(ticket, "Secret words", by=ada)
        actions.reply(ticket, "And mine", by=lin)
    heard = staff_hear(ticket)
    assert [to for to, *_ in heard] == [LIN, LIN]
    given, answered = [one.get_body(("plain",)).get_content() for *_, one in heard]
    assert "This request is yours now." in given
    assert "Ada Lind has answered." in answered
    assert "Secret words" not in answered + heard[1][2].get_body(("html",)).get_content()


def test_what_staff_should_hear_is_due_until_their_letters_stand(asked, outside, inside, acme, lin, mails):
    from portico import tasks
    from shared_apps.console import staff_mail
    from tenant_apps.journal.models import Event

    ticket = asked()
    with outside():
        staff_mail.choose(["new"], by=lin)
    with inside(acme):
        staff_mail.hear(Event.objects.get(subject_id=ticket.pk, verb="ticket.create"))
    (key,) = due(outside)
    with pytest.raises(ZeroDivisionError), inside(acme):
        transaction.on_commit(lambda: 1 / 0)  # the worker dies after this transaction, and has told nobody
        staff_mail.tell_of(UUID(key))
    assert due(outside) == [key]
    tasks.tell_staff(acme.id, acme.generation, key)
    assert due(outside) == []
    assert [one["To"].addresses[0].addr_spec for one in mails()] == [LIN]


def test_who_wants_new_ones_hears_of_what_they_cover_alone(asked, staff_hear, outside, lin, una):
    from shared_apps.console import staff_mail

    with outside():
        for one in (lin, una):
            staff_mail.choose(["new"], by=one)
    assert [to for to, *_ in staff_hear(asked())] == [LIN]  # Una covers nothing


def test_what_one_takes_oneself_and_what_happens_at_home_is_not_mailed(asked, wish, staff_hear, inside, acme, lin):
    ticket = asked()
    with inside(acme):
        actions.assign(ticket, Assignee(lin.id, lin.label), by=lin)
    assert staff_hear(ticket) == []
    assert staff_hear(wish()) == []


def test_staff_choose_on_their_page_and_companies_find_none(client_for):
    lin = client_for("lin")
    assert 'value="assigned" checked' in lin.get("/admin/mails").text
    page = lin.post("/admin/mails", {"notice": ["new"]}, follow=True).text
    assert ('value="new" checked' in page, 'value="assigned" checked' in page) == (True, False)
    assert client_for("ada").get("/admin/mails").status_code == 404
