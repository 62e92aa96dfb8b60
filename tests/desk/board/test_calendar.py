"""Due dates: set and cleared beside a request, marked where they are near or over, and a month of them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portico import clock
from tests.desk.inbox.conftest import do
from tests.desk.test_statements import count

__all__ = ["do"]


@pytest.fixture
def due(inside, acme, ada):
    """`due(ticket, timedelta(days=1))` = an answer is due then."""

    def set_to(ticket, ahead):
        from tenant_apps.tickets import actions

        with inside(acme):
            return actions.change(ticket, {"sla_due_at": clock.now() + ahead}, by=ada)

    return set_to


def days(page):
    """The subjects on each day that has any."""
    found = re.findall(
        r'<li class="month-day".*?datetime="([\d-]+)".*?</h2>(.*?)</li>\s*(?=<li class="month-day|</ol>)', page, re.S
    )
    listed = {day: re.findall(r'dir="auto">([^<]+)<', body) for day, body in found}
    return {day: subjects for day, subjects in listed.items() if subjects}


def test_an_agent_sets_and_clears_it(client_for, do, wish, taken, ben, now):
    ticket = taken(wish(), ben)
    do("ben", ticket, "due", value="2027-03-01T16:30")
    assert f"{timezone.localtime(now(ticket).sla_due_at):%Y-%m-%d %H:%M}" == "2027-03-01 16:30"
    page = client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()
    assert "changed the due date to 1 Mar 2027, 16:30" in page
    assert 'value="2027-03-01T16:30"' in page

    do("ben", ticket, "due", value="2027-03-01T16:30", clear="1")
    assert now(ticket).sla_due_at is None
    assert (
        "the due date from 1 Mar 2027, 16:30 to none"
        in client_for("ben").get(f"/manager/inbox/{ticket.pk}").content.decode()
    )


@pytest.mark.parametrize(
    "value", ["soon", "2027-13-01T10:00", "1999-01-01T10:00", "9999-12-31T23:59", "0001-01-01T00:00"]
)
def test_a_day_that_is_none_is_refused(do, wish, taken, ben, now, value):
    ticket = taken(wish(), ben)
    assert do("ben", ticket, "due", value=value).status_code == 422
    assert now(ticket).sla_due_at is None


def test_only_who_works_on_it_sets_it(do, wish, now):
    ticket = wish()
    assert do("ben", ticket, "due", value="2027-03-01T16:30").status_code == 403
    assert now(ticket).sla_due_at is None


@pytest.mark.parametrize(
    ("ahead", "mark"), [(timedelta(hours=-1), "over since "), (timedelta(hours=2), "due "), (timedelta(days=9), None)]
)
def test_rows_and_cards_say_what_is_near_or_over(client_for, wish, due, ahead, mark):
    due(wish(), ahead)
    for path in ("/manager/inbox?view=open", "/manager/board"):
        page = client_for("ada").get(path).content.decode()
        assert re.findall(r'class="sla".*?</svg>([a-z ]+)<', page) == ([mark] if mark else [])


def test_a_month_shows_what_is_due_on_which_day(client_for, wish, due):
    soon, later = due(wish(subject="Soon"), timedelta(days=1)), due(wish(subject="Much later"), timedelta(days=70))
    ada = client_for("ada")
    for ticket in (soon, later):
        day = timezone.localdate(ticket.sla_due_at)
        page = ada.get(f"/manager/calendar?month={day:%Y-%m}").content.decode()
        assert days(page)[f"{day:%Y-%m-%d}"] == [ticket.subject]


def test_what_is_over_stands_on_top_until_it_is_done(client_for, wish, due, inside, acme, ada):
    from tenant_apps.tickets import actions

    late = due(wish(subject="Too late"), timedelta(days=-3))
    assert 'id="over-title"' in client_for("ada").get("/manager/calendar").content.decode()
    with inside(acme):
        actions.change_status(late, "resolved", by=ada)
    assert 'id="over-title"' not in client_for("ada").get("/manager/calendar").content.decode()


def test_agents_see_their_own_and_may_leave_others_away(client_for, wish, taken, due, ada, ben):
    taken(due(wish(subject="Hers"), timedelta(days=-1)), ada)
    taken(due(wish(subject="His"), timedelta(days=-1)), ben)
    due(wish(subject="Free"), timedelta(days=-1))

    def over(name, query=""):
        page = client_for(name).get(f"/manager/calendar{query}").content.decode()
        return set(re.findall(r'dir="auto">(\w+)<', page.split('<div class="month-heads"')[0]))

    assert over("ada") == {"Hers", "His", "Free"}
    assert over("ben") == {"His", "Free"}
    assert over("ben", "?whose=me") == {"His"}


@pytest.mark.parametrize("month", ["", "2026-13", "x", "0001-01", "2000-01", "2100-12", "9999-12", "2026-1"])
def test_an_odd_month_is_this_one(client_for, month):
    assert client_for("ada").get(f"/manager/calendar?month={month}").status_code == 200


def test_it_costs_the_same_for_many(client_for, wish, due, statements):
    ada = client_for("ada")
    due(wish(), timedelta(hours=-1))
    one = count(ada, "/manager/calendar", statements)
    for ahead in range(5):
        due(wish(), timedelta(hours=-ahead))
    assert count(ada, "/manager/calendar", statements) == one <= 10
