"""What is the requester's alone: closing, opening again, and the mark of what they have not read."""

import pytest

from portico import asks
from portico.errors import Forbidden
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people.contacts import contact_for, link_account
from tenant_apps.people.models import Contact
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee, Requester
from tenant_apps.tickets.models import Message, Ticket


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


@pytest.fixture
def carl(inside, acme):
    """`carl()` = an account of Carl's at Acme, who wrote to it by mail before."""

    def hire(email="carl@example.com"):
        with inside(acme):
            return User.objects.create_user(email, "correct horse battery", name="Carl Voss", role="customer")

    return hire


@pytest.fixture
def written(inside, acme, ada):
    """`written()` = the request of somebody without an account."""

    def write(email="carl@example.com"):
        with inside(acme):
            contact = contact_for(email, "Carl", by=ada)
            who = Requester(contact.pk, contact.name, contact.email, is_contact=True)
            return actions.open_ticket(
                subject="Lamp", description="It flickers.", desk="company", by=ada, requester=who
            )

    return write


def seen(user):
    return set(Ticket.objects.visible_to(actor_of(user)).values_list("pk", flat=True))


def test_who_gets_an_account_sees_what_they_asked_before(inside, acme, written, carl):
    before, others = written(), written("clara@example.com")
    user = carl()
    with inside(acme):
        assert seen(user) == set(), "an account alone proves no address"
        asks.address_proven(user)
        assert seen(user) == {before.pk}

        ticket = Ticket.objects.get(pk=before.pk)
        assert (ticket.requester_id, ticket.contact_id, ticket.requester_name) == (user.pk, None, "Carl Voss")
        assert ticket.messages.get().sender_user_id == user.pk
        assert Contact.objects.get(email="carl@example.com").user_id == user.pk
        assert Ticket.objects.get(pk=others.pk).contact_id
        assert actions.change_status(ticket, "closed", by=actor_of(user)).status == "closed"


def test_it_is_told_once_however_often_the_address_is_proven(inside, acme, written, carl):
    ticket, user = written(), carl()
    with inside(acme):
        for _ in range(2):
            asks.address_proven(user)
        assert Event.objects.filter(verb="ticket.requester", subject_id=ticket.pk).count() == 1
        assert Event.objects.filter(verb="contact.link").count() == 1


def test_a_contact_that_is_somebody_elses_already_stays_theirs(inside, acme, written, carl):
    written()
    first, second = carl(), carl("carl@voss.example")
    with inside(acme):
        asks.address_proven(first)
        User.objects.filter(pk=first.pk).update(email="old@example.com")
        User.objects.filter(pk=second.pk).update(email="carl@example.com")
        second.refresh_from_db()
        assert link_account(second) is None
        assert seen(second) == set()


def test_the_same_address_in_another_company_is_another_person(inside, acme, borealis, written, carl):
    before = written()
    carl()
    with inside(borealis):
        user = User.objects.create_user("carl@example.com", "correct horse battery", name="Carl", role="customer")
        assert link_account(user) is None
        assert seen(user) == set()
    with inside(acme):
        assert Ticket.objects.get(pk=before.pk).contact_id


def test_nobody_but_a_manager_vouches_for_somebody(inside, acme, written, carl, ada, ben):
    written()
    user = carl()
    for who in (ben, actor_of_in(inside, acme, user)):
        with inside(acme), pytest.raises(Forbidden):
            link_account(user, by=who)
    with inside(acme):
        assert link_account(user, by=ada).user_id == user.pk


def actor_of_in(inside, company, user):
    with inside(company):
        return actor_of(user)


def test_what_was_deleted_comes_back_as_theirs(inside, acme, written, carl, ada):
    ticket, user = written(), carl()
    with inside(acme):
        actions.delete(ticket, by=ada)
        asks.address_proven(user)
        assert seen(user) == set()
        actions.bring_back(ticket, by=ada)
        assert seen(user) == {ticket.pk}
