"""How channels do: late, silent or in trouble is said once, and once more when it is over; a test mail comes in."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from portico import clock
from tenant_apps.mailroom import health, trying, watching
from tenant_apps.mailroom.channels import incoming_address
from tenant_apps.mailroom.models import Channel, Incoming
from tests.mailroom.letters import STRANGER, letter

OF_THE_DESK = ["Ada Lind <ada@acme.example>", "Olga Acker <olga@acme.example>"]


@pytest.fixture
def help_desk(inside, acme, ada):
    """Acme's channel for what is forwarded from help@acme.example."""
    from tenant_apps.mailroom.actions import channels

    with inside(acme):
        return channels.keep(None, {"name": "Help", "address": "help@acme.example", "way": "forward"}, by=ada)


@pytest.fixture
def later():
    """`later(hours=1)` = so much time passes."""
    with ExitStack() as times:
        yield lambda **time: times.enter_context(clock.at(clock.now() + timedelta(**time)))


@pytest.fixture
def watch(inside, acme):
    """`watch()` = how many channels the worker's look told somebody of."""

    def look():
        with inside(acme):
            return watching.watch()

    return look


def told(mails):
    return sorted((one["Subject"], one["To"]) for one in mails())


def test_trouble_of_an_hour_is_told_once_and_its_end_too(help_desk, watch, later, mails, inside, acme):
    with inside(acme):
        health.failed(help_desk, "The server does not answer.")
    later(minutes=50)
    with inside(acme):
        health.failed(again_row(help_desk), "The server does not answer.")
    assert watch() == 0
    later(minutes=15)
    assert [watch(), watch()] == [1, 0]
    assert [to for _, to in told(mails)] == OF_THE_DESK

    with inside(acme):
        health.looked(again_row(help_desk), place=[1, 1])
    assert [watch(), watch()] == [1, 0]
    assert [(words, to) for words, to in told(mails) if "again" in words] == [
        ("Help takes mail again", to) for to in OF_THE_DESK
    ]


def again_row(channel):
    return Channel.objects.get(pk=channel.pk)


def test_whoever_looks_after_it_comes_an_hour_after_the_trouble_began(help_desk, inside, outside, acme):
    from tenants.models import Due

    before = clock.now()
    with inside(acme):
        health.failed(help_desk, "x")
    with outside():
        due = Due.objects.get(job="watch_channels", key=help_desk.pk.hex).due_at
    assert timedelta(minutes=59) < due - before < timedelta(minutes=61)


def test_a_channel_is_missed_when_it_usually_gets_mail(help_desk, bring, watch, later, mails, inside, acme):
    address = incoming_to(inside, acme, help_desk)
    for day in range(3):
        bring(letter(STRANGER, to="help@acme.example", text=f"{day}"), address)
        later(days=1)
    assert watch() == 0
    later(days=2, hours=1)
    assert [watch(), watch()] == [1, 0]
    with inside(acme):
        assert health.states([again_row(help_desk)])[0][1]["tone"] == "amber"
        assert health.intake().silent == 1
    bring(letter(STRANGER, to="help@acme.example", text="again"), address)
    assert watch() == 1
    assert {words for words, _ in told(mails) if "Help" in words} == {"Help takes no mail", "Help takes mail again"}


def test_a_channel_that_seldom_gets_mail_is_not(help_desk, bring, watch, later, inside, acme):
    bring(letter(STRANGER, to="help@acme.example"), incoming_to(inside, acme, help_desk))
    later(days=30)
    assert watch() == 0


def incoming_to(inside, acme, channel):
    with inside(acme):
        return incoming_address(channel)


def test_mail_that_waits_is_said_with_its_age(help_desk, bring, later, inside, acme):
    mail = bring(letter(STRANGER, to="help@acme.example"), incoming_to(inside, acme, help_desk))
    with inside(acme):
        row, state = health.states([again_row(help_desk)])[0]
        assert (state["tone"], state["waiting"]) == ("green", 0)
        assert state["lag"] is not None
        Incoming.objects.filter(pk=mail.pk).update(state="waiting")
        state = health.states([row])[0][1]
        assert (state["tone"], state["waiting"]) == ("green", 1)
    later(minutes=6)
    with inside(acme):
        state = health.states([row])[0][1]
        assert (state["tone"], state["oldest"]) == ("amber", mail.received_at)
        assert not health.intake().is_well


def test_a_test_mail_comes_in_and_becomes_no_request(help_desk, bring, mails, inside, acme, ada, settings):
    folder, settings.EMAIL_URL = settings.EMAIL_URL, "smtp://mail.example"
    with inside(acme):
        trying.send(help_desk, by=ada)
    settings.EMAIL_URL = folder  # which stands for the mail server from here
    with inside(acme):
        assert trying.state(again_row(help_desk))["came"] is None
    (sent,) = [one for one in mails() if "Test of" in one["Subject"]]
    assert sent["To"] == "help@acme.example"

    mail = bring(sent.as_bytes(), incoming_to(inside, acme, help_desk))
    mails()  # what follows from it
    with inside(acme):
        assert trying.state(again_row(help_desk))["came"] is not None
        mail.refresh_from_db()
        assert (mail.state, mail.why, mail.ticket_id) == ("noted", {"why": "test"}, None)
        assert health.states([again_row(help_desk)])[0][1]["tone"] == "green"


def test_nobody_makes_a_channel_look_well_with_a_mail_of_their_own(help_desk, bring, mails, inside, acme):
    notice = {"Auto_Submitted": "auto-generated", "Message_ID": "<0@mail.localhost>", "subject": "Test of Help"}
    mail = bring(letter(STRANGER, **notice), incoming_to(inside, acme, help_desk))
    mails()
    with inside(acme):
        mail.refresh_from_db()
        assert (mail.state, again_row(help_desk).health) == ("held", {})
