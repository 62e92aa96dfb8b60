"""What the queue is narrowed to: alike on the page, in an address, in kept views and for programs."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from portico import clock
from shared_apps.console.narrowing import Filters
from shared_apps.console.queue import beside, counts, queue
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket
from tests.console.test_pages import asked, row_of, text_of

__all__ = ["asked", "row_of"]


def day(text):
    return datetime.fromisoformat(f"{text}T12:00").replace(tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def tickets(asked, inside, acme, sam):
    """Three of Acme's, by the day they were asked on: a design, one that was closed, one that waits."""
    made = {}
    for name, at, more in [
        ("design", "2026-03-01", {"type": "website_design", "subject": "website"}),
        ("closed", "2026-03-05", {}),
        ("waiting", "2026-03-09", {}),
    ]:
        with clock.at(day(at)):
            made[name] = asked(sub_subject=name, **more)
    for name, status, at in [("closed", "closed", "2026-03-20"), ("waiting", "waiting_on_tenant", "2026-03-10")]:
        with inside(acme), clock.at(day(at)):
            ticket = Ticket.objects.get(index_id=made[name])
            actions.change_status(ticket, status, by=sam)
    return made


SAYS = [
    ({"type": "website_design"}, ["design"]),
    ({"category": "waiting"}, ["waiting"]),
    ({"category": "closed", "status": "new"}, []),
    ({"category": "new", "status": "new"}, ["design"]),
    ({"created_from": "2026-03-05"}, ["waiting", "closed"]),
    ({"created_to": "2026-03-05"}, ["closed", "design"]),
    ({"created_from": "2026-03-05", "created_to": "2026-03-05"}, ["closed"]),
    ({"closed_from": "2026-03-20"}, ["closed"]),
    ({"closed_to": "2026-03-19"}, []),
    ({"active_to": "2026-03-10"}, ["waiting", "design"]),
    ({"active_from": "2026-03-11"}, ["closed"]),
    ({"category": "waiting", "active_to": "2026-03-09"}, []),
]


@pytest.mark.parametrize(("said", "expected"), SAYS)
@pytest.mark.parametrize("name", ["sam", "lin"])
def test_page_and_programs_narrow_alike(client_for, api_for, tickets, name, said, expected):
    api = api_for(name).get("/platform-admin/tickets", said).json()["results"]
    page = client_for(name).get("/admin/tickets", said).content.decode()

    assert [one["sub_subject"] for one in api] == expected
    links = [(page.index(f'id="row-{key}"'), word) for word, key in tickets.items() if f'id="row-{key}"' in page]
    assert [word for _, word in sorted(links)] == expected


def test_one_requesters_are_found(client_for, api_for, tickets, asked, row_of):
    other = asked(of="borealis")
    requester = str(row_of(other).requester_id)

    found = api_for("lin").get("/platform-admin/tickets", {"requester_id": requester}).json()["results"]
    page = text_of(client_for("lin").get("/admin/tickets", {"requester": requester}))

    assert [one["id"] for one in found] == [other]
    assert "requester Bo Nyman" in page
    assert "waiting" not in page.partition("All keys")[0].partition("Priority")[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "asleep"), ("type", "nonsense"), ("category", "asleep"), ("requester", "x"), ("assigned", "x")]
    + [("created_from", "yesterday"), ("closed_to", "2026-02-31"), ("priority", "P9"), ("subject", "<b>"), ("q", "--")],
)
def test_what_there_is_not_narrows_nothing_and_says_so(client_for, tickets, name, value):
    page = text_of(client_for("lin").get("/admin/tickets", {name: value}))

    assert "It narrows nothing." in page
    assert all(word in page for word in tickets)


@pytest.mark.parametrize(
    ("name", "value"),
    [("type", "nonsense"), ("category", "asleep"), ("requester_id", "x"), ("unread", "false"), ("unread", "x")]
    + [("created_from", "yesterday"), ("closed_to", "2026-02-31"), ("priority", "P9"), ("search", "--"), ("q", "x")],
)
def test_programs_are_refused_what_there_is_not(api_for, name, value):
    answer = api_for("lin").get("/platform-admin/tickets", {name: value})

    assert answer.status_code == 422
    assert name in answer.json()["errors"]


def test_filters_stand_in_a_kept_view(client_for, tickets):
    lin, query = client_for("lin"), "?q=waiting&category=waiting&type=support&active_to=2026-03-10"
    lin.post(f"/admin/tickets/views{query}", {"name": "Stale"})

    page = lin.get("/admin/tickets").content.decode()
    assert query.replace("&", "&amp;") in page
    assert text_of(lin.get(f"/admin/tickets{query}")).count("TICK-") == 1


def test_a_list_narrowed_by_times_is_counted_by_looking_through_it(outside, tickets, lin, monkeypatch):
    filters = Filters(created_from=day("2026-03-02").date())
    with outside():
        told = counts(lin, beside(lin, filters))
        assert told == dict.fromkeys(told, "0") | {
            "status:closed": "1", "status:waiting_on_tenant": "1", "subject:website": "2", "assigned:unassigned": "2",
        }  # fmt: skip
        monkeypatch.setattr("shared_apps.console.queue.LOOK_AT", 1)
        assert counts(lin, {"website": filters, "mine": Filters(assigned="me", type="support")}) == {
            "website": "1+",
            "mine": "",
        }


def test_pages_of_a_list_in_another_order_follow_each_other(outside, tickets, lin):
    filters, seen, cursor = Filters(created_to=day("2026-12-01").date()), [], None
    with outside():
        for _ in range(3):
            page = queue(lin, filters, cursor, limit=1)
            seen += [row.sub_subject for row in page.rows]
            cursor = page.next_cursor
    assert (seen, cursor) == (["waiting", "closed", "design"], None)
