"""What is said about an incident reaches every ticket in it, once, whatever stops the work on the way."""

import pytest
from django.db import DatabaseError

from portico import tasks
from portico.actor import SYSTEM
from shared_apps.console import verify
from shared_apps.console.incidents import linking, spreading
from shared_apps.console.models import TicketIndex
from shared_apps.incidents import actions
from shared_apps.incidents.models import Affected
from tenant_apps.tickets import actions as tickets
from tenants.models import Due
from tests.support.incidents import work


def test_every_company_hears_it_in_its_own_thread(do, incident, linked, seen, acme, borealis):
    mine, theirs = linked("acme"), linked("borealis")

    do(actions.say, incident, "identified", "A relay is down.")
    work()

    for ticket, slug in ((mine, "acme"), (theirs, "borealis")):
        now, said = seen(ticket, slug)
        assert said[1:] == ["Mail leaves late: identified.\n\nA relay is down."]
        assert (now.incident_id, now.incident_turn, now.status) == (incident.pk, 1, "new")
    assert verify.drift_of(acme) == verify.drift_of(borealis) == []


def test_solving_it_solves_them_with_the_note(do, incident, linked, seen):
    mine, theirs = linked("acme"), linked("borealis")

    do(actions.solve, incident, "All is sent.")
    work()

    for ticket, slug in ((mine, "acme"), (theirs, "borealis")):
        now, said = seen(ticket, slug)
        assert said[-1] == "Resolved via incident: Mail leaves late.\n\nAll is sent."
        assert (now.status, now.unread) == ("solved", False)


def test_what_moved_on_meanwhile_is_left_alone(do, incident, linked, seen, inside, acme, sam):
    ticket = linked("acme")
    with inside(acme):
        tickets.change_status(ticket, "closed", by=sam)

    do(actions.solve, incident, "All is sent.")
    work()

    now, said = seen(ticket)
    assert (now.status, now.incident_turn, len(said)) == ("closed", 1, 1)


def test_opening_it_again_brings_back_what_was_solved_with_it(do, incident, linked, seen, inside, acme, ada, sam):
    waited, answered, rested = linked("acme"), linked("acme"), linked("borealis")
    with inside(acme):
        tickets.change_status(waited, "waiting_on_tenant", by=sam)
    do(actions.solve, incident, "All is sent.")
    work()
    with inside(acme):
        tickets.reply(answered, "Not here!", by=ada)
        tickets.change_status(answered, "closed", by=sam)

    do(actions.reopen, incident, "It is back.")
    work()

    assert seen(waited)[0].status == "waiting_on_tenant"
    assert seen(rested, "borealis")[0].status == "new"
    assert seen(answered)[0].status == "closed"
    assert "It is back." in seen(waited)[1][-1]
    assert "It is back." not in seen(answered)[1][-1]


def test_several_turns_are_heard_in_order_and_once(do, incident, linked, seen):
    ticket = linked("acme")
    do(actions.say, incident, "identified", "First.")
    do(actions.say, incident, "monitoring", "Second.")
    do(actions.solve, incident, "Third.")
    work()
    work()

    said = [one.partition("\n\n")[2] for one in seen(ticket)[1][1:]]
    assert said == ["First.", "Second.", "Third."]


def test_a_job_that_comes_twice_says_it_once(do, incident, linked, seen, acme, outside):
    ticket = linked("acme")
    do(actions.say, incident, "identified", "Once.")
    with outside():
        due = Due.objects.get(job="incident")

    for _ in range(2):
        tasks.incident(acme.id, acme.generation, due.key)

    assert len(seen(ticket)[1]) == 2


def test_more_than_fit_at_once_hear_it_in_several_steps(do, incident, linked, seen, monkeypatch):
    monkeypatch.setattr(spreading, "AT_ONCE", 2)
    made = [linked("acme") for _ in range(5)]

    do(actions.solve, incident, "All is sent.")

    assert work() == 3
    assert {seen(one)[0].status for one in made} == {"solved"}


def test_a_worker_that_dies_in_the_middle_goes_on_where_it_was(do, incident, linked, seen, monkeypatch, outside):
    monkeypatch.setattr(spreading, "AT_ONCE", 2)
    made = [linked("acme") for _ in range(3)]
    do(actions.solve, incident, "All is sent.")
    hear, calls = tickets.hear_of_incident, []

    def dies(*words):
        calls.append(words)
        if len(calls) == 2:
            raise SystemExit
        return hear(*words)

    monkeypatch.setattr(tickets, "hear_of_incident", dies)
    with pytest.raises(SystemExit):
        work()
    assert {seen(one)[0].status for one in made} == {"new"}
    with outside():
        assert Due.objects.filter(job="incident").exists()

    work()
    assert [len(seen(one)[1]) for one in made] == [2, 2, 2]
    assert {seen(one)[0].status for one in made} == {"solved"}


def test_what_breaks_for_one_is_named_and_tried_again_alone(do, incident, linked, seen, monkeypatch, outside, acme):
    bad, good, other = linked("acme"), linked("acme"), linked("borealis")
    do(actions.solve, incident, "All is sent.")
    hear = tickets.hear_of_incident

    def breaks(key, parent):
        if key == bad.pk:
            raise DatabaseError("broken")
        return hear(key, parent)

    monkeypatch.setattr(tickets, "hear_of_incident", breaks)
    with pytest.raises(AssertionError, match="does not end"):
        work(most=4)
    assert (seen(good)[0].status, seen(other, "borealis")[0].status, seen(bad)[0].status) == ("solved", "solved", "new")
    with outside():
        assert Affected.objects.get(company_id=acme.id).trouble == {bad.number: "DatabaseError"}

    monkeypatch.setattr(tickets, "hear_of_incident", hear)
    work()
    assert seen(bad)[0].status == "solved"
    with outside():
        assert Affected.objects.get(company_id=acme.id).trouble == {}


def test_a_suspended_company_hears_it_when_it_goes_on(do, incident, linked, seen, outside, acme):
    from tenants.life import actions as life
    from tenants.models import Company

    ticket = linked("acme")
    do(lambda by: life.suspend(Company.objects.get(pk=acme.id), by=SYSTEM))
    do(actions.solve, incident, "All is sent.")
    with pytest.raises(AssertionError, match="does not end"):
        work(most=3)
    assert seen(ticket)[0].status == "new"

    do(lambda by: life.resume(Company.objects.get(pk=acme.id), by=SYSTEM))
    work()
    assert seen(ticket)[0].status == "solved"


def test_a_ticket_that_left_hears_nothing_more(do, incident, linked, seen, outside):
    first, second = linked("acme"), linked("acme")
    do(linking.unlink, first.index_id)
    do(actions.say, incident, "identified", "A relay is down.")
    work()

    assert (len(seen(first)[1]), len(seen(second)[1])) == (1, 2)
    with outside():
        assert Affected.objects.get().ticket_id == second.pk


def test_the_last_ticket_that_leaves_takes_the_company_along(do, linked, outside):
    ticket = linked("acme")
    do(linking.unlink, ticket.index_id)
    with outside():
        assert not Affected.objects.exists()
        assert TicketIndex.objects.get(ticket_id=ticket.pk).incident_id is None
