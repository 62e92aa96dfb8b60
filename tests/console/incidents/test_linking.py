"""Tickets into an incident and out of it."""

from datetime import timedelta

import pytest

from portico import clock
from portico.errors import Forbidden, Missing, Refused
from shared_apps.console.incidents import linking, reading
from shared_apps.incidents import actions
from shared_apps.incidents.models import Affected
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions as tickets
from tests.support.incidents import open_one


def test_a_ticket_hears_at_once_how_it_stands(do, incident, ask, seen):
    do(actions.say, incident, "identified", "A relay is down.")
    ticket = ask()
    do(linking.link, incident, ticket.index_id)

    now, said = seen(ticket)
    assert said[1:] == ["Mail leaves late: identified.\n\nA relay is down."]
    assert (now.incident_turn, now.unread) == (1, False)


def test_twice_is_once(do, incident, linked, seen, outside):
    ticket = linked()
    do(linking.link, incident, ticket.index_id)
    with outside():
        assert incident.entries.filter(kind="linked").count() == 1
        assert Affected.objects.count() == 1


def test_the_company_reads_who_linked_it_and_no_number(inside, linked, incident, acme):
    ticket = linked()
    with inside(acme):
        facts = Event.objects.get(verb="ticket.incident.link", subject_id=ticket.pk).facts
    assert facts.keys() == {"incident", "mark"}
    assert facts["incident"] == "Mail leaves late"


def test_one_ticket_is_in_one_incident(do, linked, outside, sam):
    ticket = linked()
    with outside():
        other = open_one(sam)
    with pytest.raises(Refused, match="another incident"):
        do(linking.link, other, ticket.index_id)
    with outside():
        assert Affected.objects.filter(incident=other).count() == 0


def test_what_is_solved_or_over_takes_nothing(do, incident, ask, inside, acme, sam):
    ticket, late = ask(), ask()
    with inside(acme):
        tickets.change_status(ticket, "solved", by=sam)
    with pytest.raises(Refused, match="Nobody waits"):
        do(linking.link, incident, ticket.index_id)
    do(actions.solve, incident, "Over.")
    with pytest.raises(Refused, match="Reopen it first"):
        do(linking.link, incident, late.index_id)


def test_support_links_what_it_sees_and_nothing_else(do, incident, ask, lin):
    seen, hidden = ask(), ask(subject="billing")
    do(linking.link, incident, seen.index_id, by=lin)
    with pytest.raises(Missing):
        do(linking.link, incident, hidden.index_id, by=lin)


def test_companies_link_nothing(do, incident, ask, ada):
    ticket = ask()
    with pytest.raises((Missing, Forbidden)):
        do(linking.link, incident, ticket.index_id, by=ada)


def test_suggested_is_what_is_open_about_the_same_and_new(do, incident, ask, linked, inside, acme, sam, outside, lin):
    wanted, solved, other, in_it = ask("borealis"), ask(), ask(subject="billing"), linked()
    with clock.at(clock.now() - timedelta(hours=25)):
        old = ask()
    with inside(acme):
        tickets.change_status(solved, "solved", by=sam)
    with outside():
        found = [row.ticket_id for row in linking.suggested(incident, lin)]
    assert found == [wanted.pk]
    assert not {solved.pk, other.pk, in_it.pk, old.pk} & set(found)


@pytest.mark.parametrize(
    ("name", "visible"), [("sam", True), ("lin", True), ("una", False), ("eli", False), ("max", False)]
)
def test_who_sees_an_incident(outside, incident, actor_for, name, visible):
    actor = actor_for(name)
    with outside():
        assert reading.visible_to(actor).filter(pk=incident.pk).exists() == visible


def test_whoever_has_a_ticket_in_it_sees_it(do, incident, linked, inside, acme, sam, una, outside):
    ticket = linked()
    with inside(acme):
        tickets.assign(ticket, tickets.Assignee(una.id, una.label), by=sam)
    with outside():
        assert reading.find(incident.pk, una) == incident


def test_what_one_does_not_see_is_counted_for_those_who_lead_alone(do, incident, linked, outside, sam, lin, eli):
    linked("acme"), linked("acme", subject="billing"), linked("borealis", subject="billing")
    with outside():
        numbers = {who: reading.numbers_of([incident], who)[incident.pk] for who in (sam, lin, eli)}
        shown = [house.company.slug for house in reading.whole(incident, lin, ()).houses]
    assert (numbers[sam].companies, numbers[sam].tickets) == (2, 3)
    assert (numbers[eli].companies, numbers[eli].tickets) == (2, 3)
    assert (numbers[lin].companies, numbers[lin].tickets) == (1, 1)
    assert shown == ["acme"]


def test_entries_name_tickets_only_to_those_who_see_them(incident, linked, outside, sam, lin):
    seen, hidden = linked(), linked(subject="billing")
    with outside():
        for who, expected in ((sam, {seen.index_id, hidden.index_id}), (lin, {seen.index_id})):
            assert {entry.row_id for entry, _ in reading.whole(incident, who, ()).entries if entry.row_id} == expected


def test_words_that_name_an_affected_company_are_refused(do, incident, linked, outside):
    linked("acme")
    with outside():
        linking.refuse_names(incident, "Borealis is not affected, and acmes neither.")
        with pytest.raises(Refused, match="name Acme"):
            linking.refuse_names(incident, "As with ACME, mail is late.")
