"""Where a company lets in nobody who is new, a new sender is asked once whether the mail is theirs, and let in."""

import re
from datetime import timedelta

import pytest

from tests.mailroom.letters import ADA, STRANGER, letter, proven

ROBOT = "robot@elsewhere.example"


@pytest.fixture(autouse=True)
def careful(fresh_rows, inside, acme, ada):
    """Acme holds back whoever is new and not proven."""
    from tenant_apps.tickets.actions import set_to

    with inside(acme):
        set_to("mail", {"verify_first": True}, by=ada)


def asked(mails, who=STRANGER):
    return [one for one in mails() if who in one["To"] and "Did you write" in one["Subject"]]


def link_in(mail):
    return re.search(r"/mail/confirm/\w+", mail.get_body(("plain",)).get_content())[0]


def states(inside, acme):
    from tenant_apps.mailroom.models import Incoming

    with inside(acme):
        return [one.state for one in Incoming.objects.order_by("pk")]


def test_a_new_sender_follows_the_link_and_is_let_in(bring, mails, visitor, inside, acme):
    from portico import tasks
    from tenant_apps.mailroom.models import Incoming
    from tenant_apps.tickets.models import Ticket

    mail = bring(letter(STRANGER, subject="Buy now", text="secret words"))
    (question,) = asked(mails)
    said = question.as_string()
    assert "Buy now" not in said
    assert "secret words" not in said
    assert question["Auto-Submitted"] == "auto-generated"

    path, zoe = link_in(question), visitor("acme")
    page = zoe.get(path)
    assert (page.status_code, states(inside, acme)) == (200, ["held"])  # looking changes nothing
    assert "Buy now" not in page.text
    assert zoe.post(path).status_code == 200
    tasks.ingest_inbound_email(acme.id, acme.generation, mail.pk.hex)

    with inside(acme):
        mail = Incoming.objects.get(pk=mail.pk)
        assert Ticket.objects.get(pk=mail.ticket_id).requester_email == STRANGER
    assert (mail.state, mail.why["way"]) == ("filed", "link")
    assert "does not wait" in zoe.post(path).text  # a second time is nothing
    assert any("We have your request" in one["Subject"] for one in mails())
    assert bring(letter(STRANGER)).state == "filed"  # known from now on


def test_what_else_waits_of_the_same_sender_comes_along(bring, mails, visitor, inside, acme):
    for text in ("one", "two"):
        bring(letter(STRANGER, text=text))
    bring(letter(ROBOT))
    (question,) = asked(mails)
    visitor("acme").post(link_in(question))
    assert states(inside, acme) == ["waiting", "waiting", "held"]


def test_whoever_is_forged_gets_one_letter_a_day(bring, mails, inside, acme):
    from tenant_apps.mailroom.models import Incoming

    for number in range(4):
        bring(letter(STRANGER, text=f"{number}"))
    assert len(asked(mails)) == 1
    with inside(acme):
        rows = Incoming.objects.filter(why__has_key="asked_at")
        assert rows.count() == 1


def test_companies_together_write_to_nobody_more_than_three_times(bring, mails, inside, acme):
    from portico import clock
    from tenant_apps.mailroom.models import Incoming

    now = clock.now()
    for day in range(5):  # days for the rows, while the shared count stands within one
        with clock.at(now + timedelta(days=day, minutes=day)):
            bring(letter(STRANGER, text=f"{day}"))
            asked(mails)
    with inside(acme):
        assert Incoming.objects.filter(why__has_key="asked_at").count() == 3


def test_one_mailbox_is_not_reached_by_many_of_its_addresses(bring, mails):
    for number in range(6):
        bring(letter(f"zoe+{number}@elsewhere.example", text=f"{number}"))
    assert len(asked(mails, "zoe+")) == 3


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"Auto_Submitted": "auto-generated"}, {}),
        ({"Auto_Submitted": "auto-replied"}, {}),
        ({"Precedence": "bulk"}, {}),
        ({"List_Id": "<news.elsewhere.example>"}, {}),
        ({"X_Autoreply": "yes"}, {}),
        ({}, {"null_sender": True}),
    ],
)
def test_no_machine_is_asked(bring, mails, fields, told):
    assert bring(letter(ROBOT, **fields), **told).state == "held"
    assert asked(mails, ROBOT) == []


def test_a_desk_of_ours_and_an_agent_are_not_asked(bring, mails):
    for who in ("borealis@mail.localhost", ADA):
        assert bring(letter(who)).state == "held"
        assert asked(mails, who) == []


def test_an_answer_to_the_question_brings_no_second_one(bring, mails):
    bring(letter(STRANGER))
    (question,) = asked(mails)
    bring(letter(STRANGER, subject="Re: yes", text="That was me", In_Reply_To=question["Message-ID"]))
    assert len(asked(mails)) == 1


def test_whoever_is_proven_comes_in_unasked(bring, mails):
    assert bring(letter(STRANGER, Authentication_Results=proven(STRANGER))).state == "filed"
    assert asked(mails) == []


def test_a_link_works_for_its_mail_at_its_company_for_a_week(bring, mails, visitor, inside, acme):
    from portico import clock

    bring(letter(STRANGER))
    path = link_in(asked(mails)[0])
    last = "0" if path[-1] != "0" else "1"
    assert visitor("borealis").post(path).status_code == 404
    assert visitor("acme").post(path[:-1] + last).status_code == 404
    assert visitor("acme").post("/mail/confirm/x").status_code == 404
    with clock.at(clock.now() + timedelta(days=8)):
        assert visitor("acme").post(path).status_code == 404
    assert states(inside, acme) == ["held"]


def test_the_question_keeps_no_link_once_it_has_left(bring, mails, inside, acme):
    from shared_apps.mail.models import Outgoing

    bring(letter(STRANGER))
    assert asked(mails)
    with inside(acme):
        assert Outgoing.objects.get(template="mail_confirm").facts == {}
