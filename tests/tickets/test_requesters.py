"""What is the requester's alone: closing, opening again, and the mark of what they have not read."""

import pytest

from portico.errors import Forbidden
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Message


@pytest.fixture
def asked(inside, acme):
    """`asked(who)` = a request of theirs that Mia follows."""

    def ask(who, ada, mia):
        with inside(acme):
            ticket = actions.open_ticket(subject="Lamp", description="It flickers.", desk="company", by=who)
            return actions.watch(ticket, mia.id, True, by=ada)

    return ask


def test_who_follows_neither_closes_nor_opens_again(inside, acme, asked, ada, cleo, mia):
    ticket = asked(cleo, ada, mia)
    with inside(acme):
        with pytest.raises(Forbidden, match="Cleo Marsh asked this"):
            actions.change_status(ticket, "closed", by=mia)
        actions.change_status(ticket, "resolved", by=ada)
        with pytest.raises(Forbidden, match="Cleo Marsh asked this"):
            actions.change_status(ticket, "open", by=mia)
        assert actions.change_status(ticket, "open", by=cleo).status == "open"


def test_an_agent_closes_what_they_asked_and_works_on_nothing_else_of_it(inside, acme, asked, ada, ben, mia):
    ticket = asked(ben, ada, mia)
    with inside(acme):
        ticket = actions.assign(ticket, Assignee(ada.id, ada.label), by=ada)
        with pytest.raises(Forbidden):
            actions.change_status(ticket, "pending_customer", by=ben)
        assert actions.change_status(ticket, "closed", by=ben).status == "closed"


def test_a_follower_who_reads_leaves_the_requesters_mark(inside, acme, asked, ada, cleo, mia):
    ticket = asked(cleo, ada, mia)
    with inside(acme):
        actions.reply(ticket, "Which lamp?", by=ada)
        assert actions.mark_read(ticket, by=mia).unread_by_customer == 1
        assert actions.mark_read(ticket, by=cleo).unread_by_customer == 0


def test_an_agent_who_asked_is_told_on_the_portal_what_a_customer_is_told(inside, acme, asked, ada, ben, mia):
    ticket = asked(ben, ada, mia)
    with inside(acme):
        actions.reply(ticket, "Only us", by=ada, internal=True)
        actions.reply(ticket, "Not yet", by=ada, can_undo=True)
        assert Message.objects.of(ticket).told_to(ben).count() == 3
        assert Message.objects.of(ticket).told_to_customers(ben).count() == 1
