"""Lists narrowed by days and ordered by them: in the inbox, on the board, in saved views, and for programs."""

from datetime import UTC, datetime, timedelta

import pytest

from portico import clock
from tests.desk.inbox.test_lists import numbers

DAY = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def three(wish):
    """Requests of three days, the first one first."""
    made = []
    for ahead in range(3):
        with clock.at(DAY + timedelta(days=ahead)):
            made.append(wish())
    return made


NARROWED = [
    ("created_from=2026-03-11", [2, 1]),
    ("created_to=2026-03-11", [1, 0]),
    ("created_from=2026-03-11&created_to=2026-03-11", [1]),
    ("active_from=2026-03-12", [2]),
    ("closed_from=2026-01-01", []),
    ("created_from=0001-01-01&created_to=9999-12-31", [2, 1, 0]),
]


@pytest.mark.parametrize(("query", "expected"), NARROWED)
def test_inbox_board_and_programs_narrow_alike(client_for, api_for, three, query, expected):
    from tests.desk.board.test_board import cells

    wanted = [three[place].number for place in expected]
    assert numbers(client_for("ada").get(f"/manager/inbox?view=open&{query}")) == wanted
    assert cells(client_for("ada").get(f"/manager/board?{query}")).get("New", []) == wanted
    found = api_for("ada").get(f"/api/v1/support/admin/tickets?{query}").json()
    assert [one["ticket_number"] for one in found["results"]] == wanted


def test_a_day_that_is_none_narrows_no_page_and_is_told_to_programs(client_for, api_for, three):
    assert len(numbers(client_for("ada").get("/manager/inbox?view=open&created_from=soon"))) == 3
    refused = api_for("ada").get("/api/v1/support/admin/tickets?created_from=soon")
    assert refused.status_code == 422
    assert "created_from" in str(refused.json())


def test_closed_ones_are_found_by_the_day_of_closing(client_for, three, inside, acme, ada):
    from tenant_apps.tickets import actions

    with inside(acme), clock.at(DAY + timedelta(days=30)):
        actions.change_status(three[0], "closed", by=ada)
    page = client_for("ada").get("/manager/inbox?view=solved&closed_from=2026-04-09&closed_to=2026-04-09")
    assert numbers(page) == [three[0].number]


@pytest.mark.parametrize(("sort", "expected"), [("created", [2, 1, 0]), ("due", [1, 0, 2]), ("closed", [2, 1, 0])])
def test_the_inbox_orders_by_dates(client_for, three, inside, acme, ada, sort, expected):
    from tenant_apps.tickets import actions

    with inside(acme), clock.at(DAY + timedelta(days=3)):
        actions.change(three[1], {"sla_due_at": DAY}, by=ada)
        actions.change(three[0], {"sla_due_at": DAY + timedelta(days=1)}, by=ada)
    page = client_for("ada").get(f"/manager/inbox?view=open&sort={sort}")
    assert numbers(page) == [three[place].number for place in expected]


@pytest.mark.parametrize("sort", ["created", "due", "closed"])
def test_pages_follow_each_other_in_these_orders(client_for, wish, sort):
    import re

    wished = [wish().number for _ in range(30)]
    ada = client_for("ada")
    first = ada.get(f"/manager/inbox?view=open&sort={sort}")
    after = re.search(r'href="([^"]+)" rel="next"', first.content.decode())[1].replace("&amp;", "&")
    assert sorted(numbers(first) + numbers(ada.get(after))) == sorted(wished)


def test_programs_order_by_due_date_and_those_without_come_last(api_for, three, inside, acme, ada):
    from tenant_apps.tickets import actions

    with inside(acme):
        actions.change(three[2], {"sla_due_at": DAY}, by=ada)
    for sort in ("sla_due_at", "-sla_due_at"):
        ada_at = api_for("ada")
        page = ada_at.get(f"/api/v1/support/admin/tickets?sort={sort}&limit=1").json()
        assert page["results"][0]["ticket_number"] == three[2].number
        rest = ada_at.get(f"/api/v1/support/admin/tickets?sort={sort}&cursor={page['next_cursor']}").json()
        assert {one["ticket_number"] for one in rest["results"]} == {three[0].number, three[1].number}


def test_a_program_sets_the_due_date(api_for, three):
    ada, path = api_for("ada"), f"/api/v1/tickets/{three[0].pk}"
    made = ada.patch(path, {"sla_due_at": "2027-03-01T15:30:00Z"}, content_type="application/json")
    assert made.json()["sla_due_at"] == "2027-03-01T15:30:00Z"
    assert ada.patch(path, {"sla_due_at": None}, content_type="application/json").json()["sla_due_at"] is None
    assert ada.patch(path, {"sla_due_at": "soon"}, content_type="application/json").status_code == 422


def test_a_saved_view_keeps_the_days(client_for, three):
    ada = client_for("ada")
    said = {"name": "Spring", "scope": "personal", "address": "?view=open&created_to=2026-03-10"}
    ada.post("/manager/settings/recipes/views/new", said)
    assert "created_to=2026-03-10" in ada.get("/manager/inbox").content.decode()
