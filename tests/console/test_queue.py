"""What the queue shows, to whom, in which order, and at what price."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.console.models import TicketIndex
from shared_apps.console.queue import Filters, beside, counts, in_words, queue
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tenants import routing


@pytest.fixture
def tickets(inside, acme, borealis, ada, bo, sam, una):
    """Acme: website, email (Una's, triaged), website. Borealis: website, billing (Una's)."""
    made = []
    for company, person, subject in [
        (acme, ada, "website"),
        (acme, ada, "email"),
        (borealis, bo, "website"),
        (borealis, bo, "billing"),
        (acme, ada, "website"),
    ]:
        with inside(company):
            made.append(actions.open_ticket(subject=subject, description="?", by=person))
            if subject != "website":
                actions.assign(made[-1], Assignee(una.id, una.label), by=sam)
            if subject == "email":
                actions.change_status(made[-1], "triaged", by=sam)
    return made


def _numbers(outside, actor, **filters):
    with outside():
        return [(row.company.slug, row.subject) for row in queue(actor, Filters(**filters)).rows]


def test_those_who_see_everything_see_all_companies_latest_first(outside, tickets, sam):
    assert _numbers(outside, sam) == [
        ("acme", "website"),
        ("borealis", "billing"),
        ("borealis", "website"),
        ("acme", "email"),
        ("acme", "website"),
    ]


def test_support_sees_what_it_covers_and_what_is_its_own(outside, tickets, lin, una, eli):
    assert _numbers(outside, lin) == [("acme", "website"), ("borealis", "website"), ("acme", "website")]
    assert _numbers(outside, una) == [("borealis", "billing"), ("acme", "email")]
    assert _numbers(outside, eli) == []


def test_companies_people_and_nobody_have_no_queue(outside, tickets, ada):
    assert _numbers(outside, ada) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": "triaged"}, 1),
        ({"subject": "website"}, 3),
        ({"company_id": 2}, 2),
        ({"assigned": "unassigned"}, 3),
        ({"assigned": "me"}, 0),
        ({"company_id": 1, "status": "new", "subject": "website"}, 2),
        ({"company_id": 77}, 0),
        ({"priority": "P3"}, 5),
        ({"priority": "P1"}, 0),
        ({"unread": True}, 4),
    ],
)
def test_the_queue_narrows(outside, tickets, sam, filters, expected):
    assert len(_numbers(outside, sam, **filters)) == expected


def test_mine_are_mine_also_when_i_cover_them(outside, inside, acme, tickets, lin, sam):
    with inside(acme):
        actions.assign(tickets[0], Assignee(lin.id, lin.label), by=sam)

    assert _numbers(outside, lin, assigned="me") == [("acme", "website")]
    assert len(_numbers(outside, lin)) == 3
    assert len(_numbers(outside, lin, assigned="unassigned")) == 2


@pytest.mark.parametrize("name", ["sam", "lin", "una"])
def test_pages_follow_each_other_without_gap_or_repetition(outside, tickets, actor_for, name):
    actor, seen, cursor = actor_for(name), [], None
    with outside():
        everything = [row.pk for row in queue(actor).rows]
        for _ in everything:
            page = queue(actor, cursor=cursor, limit=1)
            seen += [row.pk for row in page.rows]
            cursor = page.next_cursor
    assert seen == everything
    assert cursor is None


def test_the_queue_shows_exactly_what_is_visible(outside, tickets, lin, una, eli, sam, omar):
    for actor in (lin, una, eli, sam, omar):
        with outside():
            visible = set(TicketIndex.objects.visible_to(actor).values_list("pk", flat=True))
            assert {row.pk for row in queue(actor).rows} == visible


def test_counts_stop_where_nobody_reads_on(outside, tickets, sam, lin):
    with outside():
        assert counts(sam, beside(sam))["status:triaged"] == "1"
        assert counts(sam, beside(sam))["status:new"] == "4"
        found = counts(lin, beside(lin))
        assert found == dict.fromkeys(found, "0") | dict.fromkeys(
            ("status:new", "subject:website", "assigned:unassigned"), "3"
        )
    assert (in_words(100), in_words(101)) == ("100", "100+")


def test_counts_tell_nothing_of_what_is_not_covered(outside, tickets, lin, una):
    with outside():
        assert counts(lin, beside(lin, Filters(subject="billing"))) == dict.fromkeys(beside(lin), "0") | {
            "subject:website": "3"
        }
        assert set(counts(una, beside(una, Filters(assigned="unassigned"))).values()) == {"0", "2"}
        assert counts(lin, {"theirs": Filters(assigned=str(una.id))}) == {"theirs": "0"}


def test_the_queue_costs_two_statements_however_much_there_is(outside, tickets, lin, sam):
    for actor in (lin, sam):
        for number in (2, 1):  # companies are named from what was read a moment ago
            with outside(), CaptureQueriesContext(connection) as statements:
                queue(actor)
            assert len(statements) == number
        routing.forget()
        with outside(), CaptureQueriesContext(connection) as statements:
            counts(actor, beside(actor))
        assert len(statements) == 1
