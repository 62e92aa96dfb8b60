"""The rules of a ticket, at the actions."""

from uuid import uuid4

import pytest

from portico.actor import NOBODY
from portico.errors import Forbidden, Invalid, Missing, Refused, SignInNeeded
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, workflow
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Message, Ticket


def _verbs(ticket):
    return [event.verb for event in Event.objects.about(ticket.pk)]


def test_a_new_ticket_holds_what_was_asked(inside, acme, ada):
    with inside(acme):
        ticket = actions.open_ticket(subject="website", sub_subject="contact", description=" It broke.\r\n ", by=ada)

        (message,) = ticket.messages.all()
        assert (ticket.status, ticket.category, ticket.priority, ticket.version) == ("new", "new", "P3", 1)
        assert (ticket.requester_id, ticket.requester_name) == (ada.id, "Ada Lind")
        assert (message.body, message.sender_type, message.sender_user_id) == ("It broke.", "tenant", ada.id)
        assert _verbs(ticket) == ["ticket.create"]


def test_numbers_run_per_company_and_year(inside, acme, borealis, ada, bo):
    numbers = []
    for company, person in [(acme, ada), (acme, ada), (borealis, bo)]:
        with inside(company):
            numbers.append(actions.open_ticket(subject="email", description="?", by=person).number)

    year = numbers[0][5:9]
    assert numbers == [f"TICK-{year}-0001", f"TICK-{year}-0002", f"TICK-{year}-0001"]


def test_a_ticket_that_was_rolled_back_leaves_no_gap(inside, acme, ada, asked):
    with pytest.raises(ZeroDivisionError), inside(acme):
        actions.open_ticket(subject="email", description="?", by=ada)
        raise ZeroDivisionError

    with inside(acme):
        assert actions.open_ticket(subject="email", description="?", by=ada).number.endswith("-0002")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "no-such-subject"),
        ("subject", ""),
        ("description", "   "),
        ("description", "x" * 20_001),
        ("description", "a\x00b"),
        ("description", "half \ud800 of a pair"),
        ("sub_subject", "y" * 201),
        ("type", "wedding"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(inside, acme, ada, field, value):
    with inside(acme):
        with pytest.raises(Invalid) as refused:
            actions.open_ticket(**{"subject": "website", "description": "?", "by": ada, field: value})
        assert list(refused.value.fields) == [field]
        assert not Ticket.objects.exists()


def test_any_script_is_kept_as_it_was_written(inside, acme, ada):
    text = "שלום \u202e 👩🏽‍🔧 ﷽ Ω"
    with inside(acme):
        ticket = actions.open_ticket(subject="other", sub_subject=text, description=text, by=ada)
        assert (ticket.sub_subject, ticket.messages.get().body) == (text, text)


def test_members_and_customers_raise_nothing_with_the_platform(inside, acme, cleo, mia, lin):
    with inside(acme):
        for person in (cleo, mia, lin):
            with pytest.raises(Forbidden):
                actions.open_ticket(subject="website", description="?", by=person)
        with pytest.raises(SignInNeeded):
            actions.open_ticket(subject="website", description="?", by=NOBODY)


def test_an_agent_of_the_platform_answers(inside, acme, lin, asked):
    with inside(acme):
        message = actions.reply(asked, "Looking at it.", by=lin)

        ticket = Ticket.objects.get()
        assert (message.sender_type, message.sender_admin_id, message.sender_user_id) == ("agent", lin.id, None)
        assert (ticket.unread, ticket.version, ticket.status) == (False, 2, "new")
        assert ticket.last_activity_at == message.created_at or ticket.last_activity_at > asked.last_activity_at


def test_a_closed_ticket_takes_no_reply(inside, acme, ada, lin, asked):
    with inside(acme):
        actions.change_status(asked, workflow.CLOSED, by=lin)

        for person in (ada, lin):
            with pytest.raises(Refused, match="closed"):
                actions.reply(asked, "One more thing", by=person)
        assert Message.objects.count() == 1


@pytest.mark.parametrize("status", ["solved", "waiting_on_tenant"])
def test_a_word_from_the_company_wakes_the_ticket(inside, acme, ada, lin, asked, status):
    with inside(acme):
        actions.change_status(asked, status, by=lin)
        actions.reply(asked, "Not yet, I fear.", by=ada)

        ticket = Ticket.objects.get()
        assert (ticket.status, ticket.unread) == ("in_progress", True)
        assert _verbs(ticket)[-2:] == ["ticket.message.create", "ticket.status.update"]


@pytest.mark.parametrize("status", ["new", "triaged", "in_progress", "needs_engineering"])
def test_a_word_from_the_company_leaves_running_work_where_it_is(inside, acme, ada, lin, asked, status):
    with inside(acme):
        actions.change_status(asked, status, by=lin)
        actions.reply(asked, "By the way…", by=ada)
        assert Ticket.objects.get().status == status


def test_every_status_may_follow_every_other(inside, acme, sam, asked):
    with inside(acme):
        for before in workflow.KEYS:
            for after in workflow.KEYS:
                actions.change_status(asked, before, by=sam)
                assert actions.change_status(asked, after, by=sam).status == after


def test_only_those_who_see_everything_reopen_a_closed_ticket(inside, acme, lin, sam, asked):
    with inside(acme):
        closed = actions.change_status(asked, "closed", by=lin)
        assert closed.closed_at
        with pytest.raises(Refused, match="supervisor"):
            actions.change_status(asked, "in_progress", by=lin)
        assert actions.change_status(asked, "in_progress", by=sam).closed_at is None


def test_the_company_does_not_set_the_status(inside, acme, ada, asked):
    with inside(acme), pytest.raises(Forbidden):
        actions.change_status(asked, "closed", by=ada)


def test_an_unknown_status_is_refused_in_words(inside, acme, sam, asked):
    with inside(acme), pytest.raises(Invalid, match="correct"):
        actions.change_status(asked, "lost", by=sam)


def test_setting_the_same_status_again_does_nothing(inside, acme, lin, asked):
    with inside(acme):
        assert actions.change_status(asked, "new", by=lin).version == 1
        assert _verbs(asked) == ["ticket.create"]


def test_whoever_saw_an_older_state_is_told(inside, acme, lin, sam, asked):
    with inside(acme):
        actions.reply(asked, "I have it.", by=lin)

        with pytest.raises(Refused) as refused:
            actions.change_status(asked, "solved", by=sam, seen_version=1)
        assert refused.value.code == "changed_meanwhile"
        with pytest.raises(Refused):
            actions.assign(asked, Assignee(sam.id, sam.label), by=sam, seen_version=1)
        with pytest.raises(Refused):
            actions.reply(asked, "Is it solved?", by=sam, seen_version=1)
        assert actions.reply(asked, "I have read it.", by=sam, seen_version=2)


def test_support_takes_a_ticket_and_puts_it_back(inside, acme, lin, asked):
    with inside(acme):
        taken = actions.assign(asked, Assignee(lin.id, lin.label), by=lin)
        assert (taken.assignee_id, taken.assignee_name) == (lin.id, "Lin Haas")
        assert actions.assign(asked, None, by=lin).assignee_id is None


def test_only_those_who_see_everything_assign_to_others(inside, acme, lin, sam, eli, asked):
    with inside(acme):
        with pytest.raises(Forbidden, match="supervisor"):
            actions.assign(asked, Assignee(eli.id, eli.label), by=lin)
        assert actions.assign(asked, Assignee(eli.id, eli.label), by=sam).assignee_id == eli.id


def test_what_somebody_cannot_see_they_cannot_touch(inside, acme, una, asked):
    with inside(acme):
        for act in (
            lambda: actions.reply(asked, "Hello", by=una),
            lambda: actions.change_status(asked, "closed", by=una),
            lambda: actions.assign(asked, Assignee(una.id, una.label), by=una),
        ):
            with pytest.raises(Missing):
                act()


def test_a_ticket_of_another_company_is_not_there(inside, borealis, bo, asked):
    with inside(borealis), pytest.raises(Missing):
        actions.reply(asked, "Hello", by=bo)


def test_a_ticket_that_never_was_is_not_there(inside, acme, sam):
    with inside(acme), pytest.raises(Missing):
        actions.change_status(Ticket(pk=uuid4()), "closed", by=sam)
