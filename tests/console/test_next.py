"""The next ticket for whoever asks: urgent before old, only what they cover, and to one person each."""

import threading

import pytest
from django.db import connections, transaction

from portico.database import company_scope, platform_scope
from portico.errors import Refused
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import desk
from tenant_apps.tickets import actions
from tests.console.test_pages import row_of, text_of

__all__ = ["row_of"]


@pytest.fixture
def waits(acme, borealis, ada, bo, sam):
    """`waits(importance="critical")` = the console's id of a new ticket that nobody has; `of` says whose."""

    def ask(of="acme", subject="website", importance="medium"):
        company, person = (acme, ada) if of == "acme" else (borealis, bo)
        with company_scope(company), transaction.atomic():
            ticket = actions.open_ticket(subject=subject, description="?", by=person)
            return actions.set_importance(ticket, importance, by=sam).index_id

    return ask


def next_for(actor):
    with platform_scope(), transaction.atomic():
        row = desk.take_next(by=actor)
        return row.pk if row else None


def test_the_most_urgent_comes_first_and_the_oldest_of_those(waits, row_of, lin):
    old, young, urgent = waits(), waits(of="borealis"), waits(of="borealis", importance="critical")

    assert [next_for(lin) for _ in range(4)] == [urgent, old, young, None]
    assert {row_of(key).assignee_id for key in (old, young, urgent)} == {lin.id}


def test_support_is_given_only_what_it_covers(waits, row_of, lin, una, sam):
    billing = waits(subject="billing", importance="critical")

    assert next_for(lin) is None
    assert next_for(una) is None
    assert row_of(billing).assignee_id is None
    assert next_for(sam) == billing


def test_what_is_done_or_somebodys_is_not_given(waits, outside, lin, sam):
    solved, taken = waits(), waits()
    with outside():
        desk.change_status(solved, "solved", by=sam)
        desk.assign(taken, sam.id, by=sam)

    assert next_for(lin) is None


def test_it_stands_in_the_audit_with_the_ticket(waits, outside, lin):
    waits()
    next_for(lin)

    with outside():
        line = PlatformAuditLog.objects.get(verb="ticket.assign")
    assert (line.actor_label, line.facts["reason"]) == ("Lin Haas", "self")
    assert line.company_id == 1


def test_a_ticket_is_taken_once(waits, acme, inside, lin, sam):
    waits()
    with inside(acme):
        from tenant_apps.tickets.models import Ticket

        ticket = Ticket.objects.get()
        actions.take(ticket, by=lin)
        with pytest.raises(Refused, match="Lin Haas was faster"):
            actions.take(ticket, by=sam)


def test_many_who_ask_at_once_are_given_one_each(waits, lin, sam, omar):
    keys = {waits() for _ in range(5)}
    found, ready = [], threading.Barrier(6)

    def ask(actor):
        try:
            ready.wait(10)
            found.append(next_for(actor))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(actor,)) for actor in (lin, sam, omar) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found, key=str) == sorted([*keys, None], key=str)


def test_the_page_opens_it_beside_the_same_list(client_for, waits):
    key, lin = waits(), client_for("lin")

    answer = lin.post("/admin/tickets/next?subject=website")
    assert answer["Location"] == f"/admin/tickets/{key}?subject=website"
    assert "Lin Haas" in text_of(lin.get(answer["Location"]))

    nothing = lin.post("/admin/tickets/next?subject=website", follow=True)
    assert nothing.redirect_chain == [("/admin/tickets?subject=website", 302)]
    assert "Nothing is left to take" in text_of(nothing)


def test_looking_at_the_address_takes_nothing(client_for, waits, row_of):
    key = waits()

    assert client_for("lin").get("/admin/tickets/next")["Location"] == "/admin/tickets"
    assert row_of(key).assignee_id is None
