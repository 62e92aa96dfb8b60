"""Staff who link, take out and tell at the same moment, while workers run: everybody hears everything once."""

import threading

from django.db import connections

from portico import tasks
from portico.errors import Refused
from shared_apps.console import verify
from shared_apps.console.incidents import linking, reading
from shared_apps.incidents import actions
from tenants.models import Due
from tests.support.incidents import open_one, work


def together(*doings):
    """All at once, each on a connection of its own; what went wrong."""
    ready, trouble = threading.Barrier(len(doings)), []

    def run(do):
        try:
            ready.wait(10)
            do()
        except Exception as problem:
            trouble.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(do,)) for do in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return trouble


def working(outside):
    """Jobs as they become due, as a worker takes them."""
    for _ in range(30):
        with outside():
            rows = list(Due.objects.filter(job="incident"))
        for row in rows:
            tasks.incident(row.company_id, row.generation, row.key)


def test_what_is_linked_while_something_is_told_hears_it_once(do, incident, ask, seen, outside, acme, borealis):
    tickets = [(slug, ask(slug)) for slug in ("acme", "borealis") * 3]
    told = [f"Update {number}." for number in range(4)]

    def link():
        for _, ticket in tickets:
            do(linking.link, incident, ticket.index_id)

    def tell():
        for words in told:
            do(actions.say, incident, "identified", words)

    assert together(link, tell, lambda: working(outside), lambda: working(outside)) == []
    work()
    for slug, ticket in tickets:
        now, said = seen(ticket, slug)
        heard = [one.partition("\n\n")[2] for one in said[1:]]
        assert now.incident_turn == 4
        assert heard == told[len(told) - len(heard) :]
        assert heard
    assert verify.drift_of(acme) == verify.drift_of(borealis) == []


def test_two_who_link_one_ticket_with_two_incidents_leave_it_in_one(do, incident, ask, seen, outside, sam):
    ticket = ask()
    with outside():
        other = open_one(sam)
    trouble = together(*(lambda one=one: do(linking.link, one, ticket.index_id) for one in (incident, other)))
    assert [type(one) for one in trouble] == [Refused]
    with outside():
        numbers = reading.numbers_of([incident, other], sam)
        affected = {one.pk: one.affected.count() for one in (incident, other)}
    assert list(numbers) == [seen(ticket)[0].incident_id]
    assert affected == {one.pk: int(one.pk in numbers) for one in (incident, other)}


def test_links_and_ways_out_at_once_leave_both_tables_of_one_mind(do, incident, ask, outside, seen):
    tickets = [ask() for _ in range(4)]

    def flip(ticket):
        for _ in range(4):
            do(linking.link, incident, ticket.index_id)
            do(linking.unlink, ticket.index_id)

    assert together(*(lambda one=one: flip(one) for one in tickets)) == []
    with outside():
        assert incident.affected.count() == 0
    assert {seen(one)[0].incident_id for one in tickets} == {None}
