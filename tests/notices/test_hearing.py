"""Who is mailed about what happens at the desk: those it is about, never who did it, and nobody who said no."""

from datetime import timedelta

import pytest

from portico import replying
from portico.mailing import letters
from tenant_apps.notices import actions as choosing
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions.assigning import Assignee

CLEO, ADA, BEN, OLGA, MIA, ZOE = (
    *("cleo@acme.example", "ada@acme.example", "ben@acme.example", "olga@acme.example", "mia@acme.example"),
    "zoe@client.example",
)


def _reply(inside, acme, ticket, by, body="Please try another lamp.", **more):
    with inside(acme):
        return actions.reply(ticket, body, by=by, **more)


def test_a_new_request_is_told_to_those_who_lead_and_not_to_who_asked(wish, told):
    number = wish().number
    assert told() == [(ADA, f"[Ticket #{number}] The lamp flickers"), (OLGA, f"[Ticket #{number}] The lamp flickers")]


def test_an_answer_goes_to_the_requester_and_theirs_to_whoever_works_on_it(wish, told, inside, acme, ben, cleo):
    ticket = wish()
    with inside(acme):
        actions.assign(ticket, Assignee(ben.id, ben.label), by=ben)
    told()
    _reply(inside, acme, ticket, ben)
    assert [to for to, _ in told()] == [CLEO]
    _reply(inside, acme, ticket, cleo)
    assert [to for to, _ in told()] == [BEN]


def test_an_assignment_is_told_to_who_got_it_unless_they_took_it(wish, told, inside, acme, ben, ada):
    ticket = wish()
    told()
    with inside(acme):
        actions.assign(ticket, Assignee(ben.id, ben.label), by=ada)
    assert [to for to, _ in told()] == [BEN]
    with inside(acme):
        actions.assign(ticket, Assignee(ada.id, ada.label), by=ada)
    assert told() == []


def test_a_note_is_told_to_those_it_names_and_never_to_customers(wish, told, inside, acme, ben, ada, cleo):
    ticket = wish()
    told()
    with inside(acme):
        actions.watch(ticket, cleo.id, True, by=ada)
    _reply(inside, acme, ticket, ada, "See this", internal=True, mentions=[ben.id, cleo.id, ada.id])
    assert [to for to, _ in told()] == [BEN]


def test_a_solved_request_is_told_once_even_with_an_answer(wish, told, inside, acme, ada):
    ticket = wish()
    told()
    with inside(acme):
        actions.change_status(ticket, "resolved", by=ada)
    assert [to for to, _ in told()] == [CLEO]
    other = wish()
    told()
    _reply(inside, acme, other, ada, status="resolved")
    assert [to for to, _ in told()] == [CLEO]


def test_a_critical_request_is_told_to_every_agent(wish, told, inside, acme, ada):
    wish(urgency="critical", importance="critical")
    assert {to for to, _ in told()} == {ADA, BEN, OLGA}


def test_who_said_no_hears_nothing(wish, told, inside, acme, ada, cleo):
    with inside(acme):
        choosing.choose([], by=cleo)
        choosing.choose([], by=ada)
    ticket = wish()
    assert ADA not in {to for to, _ in told()}
    _reply(inside, acme, ticket, ada)
    assert told() == []


def test_a_contact_is_answered_by_mail_in_one_conversation(contact_wish, mails, told, inside, acme, ben):
    ticket = contact_wish()
    told()
    message = _reply(inside, acme, ticket, ben)
    [*_, mail] = mails()
    assert mail["To"].addresses[0].addr_spec == ZOE
    assert mail["Subject"] == f"[Ticket #{ticket.number}] No light"
    assert mail["In-Reply-To"] == mail["References"] == replying.thread_id(ticket.pk)
    assert mail["Auto-Submitted"] is None
    assert mail["List-Unsubscribe"] is None
    reply_to = replying.read_reply_address(mail["Reply-To"].addresses[0].addr_spec)
    assert (reply_to.company_id, reply_to.ticket_id) == (acme.id, ticket.pk)
    assert reply_to.is_of(ticket.requester_id)
    assert "Please try another lamp." in mail.get_body(("plain",)).get_content()
    assert "/requests/" not in mail.as_string()
    with inside(acme):
        assert letters().get(about=message.pk).state == "sent"


def test_what_is_taken_back_in_time_is_never_mailed(contact_wish, told, inside, acme, ben, monkeypatch):
    from portico import clock

    ticket = contact_wish()
    told()
    kept, gone = (_reply(inside, acme, ticket, ben, words, can_undo=True) for words in ("Kept", "Gone"))
    assert told() == []
    with inside(acme):
        actions.take_back(gone, by=ben)
    later = clock.now() + timedelta(seconds=11)
    with clock.at(later):
        assert len(told()) == 1
    with inside(acme):
        assert letters().get(about=kept.pk).state == "sent"
        row = letters().get(about=gone.pk)
        assert (row.state, row.error) == ("cancelled", "It was taken back before it left.")


def test_a_reaction_that_runs_twice_mails_once(wish, told, inside, acme):
    from tenant_apps.journal.models import Event
    from tenant_apps.notices import hearing

    ticket = wish()
    assert len(told()) == 2
    with inside(acme):
        hearing.tell(Event.objects.about(ticket.pk).get(verb="ticket.create"))
    assert told() == []


def test_who_does_not_see_the_request_any_more_is_not_mailed(wish, told, inside, acme, ada, mia):
    ticket = wish()
    with inside(acme):
        actions.watch(ticket, mia.id, True, by=ada)
    told()
    _reply(inside, acme, ticket, ada)
    with inside(acme):
        actions.watch(ticket, mia.id, False, by=ada)
    assert [to for to, _ in told()] == [CLEO]


@pytest.mark.parametrize("body", ["Subject: x\r\nBcc: mia@acme.example\r\n\r\n<script>alert(1)</script>", "{{ link }}"])
def test_words_of_people_stay_words(contact_wish, mails, inside, acme, ben, body):
    ticket = contact_wish(subject="Re: {{ message }} <b>")
    _reply(inside, acme, ticket, ben, body)
    mail = mails()[-1]
    html = mail.get_body(("html",)).get_content()
    assert mail["Bcc"] is None
    assert "<script" not in html
    assert mail["Subject"].endswith("{{ message }} <b>")


def test_one_click_ends_a_kind_of_notice(wish, mails, visitor, told, inside, acme, ada):
    _reply(inside, acme, wish(), ada)
    mail = next(one for one in mails() if one["To"].addresses[0].addr_spec == CLEO)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = "/" + mail["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    browser = visitor("acme")
    assert browser.get(path).status_code == 200
    assert visitor("borealis").post(path).status_code == 404
    assert browser.post(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    told()
    _reply(inside, acme, wish(), ada)
    assert CLEO not in {to for to, _ in told()}


def test_everybody_chooses_their_mails_on_a_page(client_for, visitor):
    for name, kind in (("ben", "mention"), ("cleo", "update")):
        page = client_for(name)
        assert f'value="{kind}" checked' in page.get("/account/mails").content.decode()
        assert page.post("/account/mails", {"notice": ["new"]}, follow=True).status_code == 200
        assert f'value="{kind}">' in page.get("/account/mails").content.decode()
    assert visitor("acme").get("/account/mails").status_code == 302
