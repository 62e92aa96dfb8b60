"""Sam and Lin work on several tickets of several companies at once: what goes, what does not and why, and the undo."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico.errors import Invalid
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import bulk, desk
from tenants.owner import owner_connection
from tests.console.test_pages import asked, row_of, text_of

__all__ = ["asked", "row_of"]


def send(client, keys, do, query=""):
    return client.post(f"/admin/tickets/bulk{query}", {"ticket": keys, "do": do}, follow=True)


def undo(client, page):
    address = re.search(r'action="(/admin/tickets/bulk[^"]*undo=[^"]+)"', page.content.decode())[1]
    return client.post(address.replace("&amp;", "&"), follow=True)


def test_several_are_taken_in_their_own_companies(client_for, asked, row_of, outside, lin):
    keys = [asked(), asked(of="borealis"), asked()]

    page = send(client_for("lin"), keys, "assign:me", "?subject=website")

    assert page.redirect_chain == [("/admin/tickets?subject=website", 302)]
    assert "3 requests changed." in text_of(page)
    assert {row_of(key).assignee_id for key in keys} == {lin.id}
    with outside():
        told = PlatformAuditLog.objects.filter(verb="ticket.assign").values_list("company_id", flat=True)
        assert sorted(told) == [1, 1, 2]


@pytest.mark.parametrize(
    ("do", "column", "after", "before"),
    [("status:solved", "status", "solved", "new"), ("importance:critical", "priority", "P2", "P3")]
    + [("status:closed", "status", "closed", "new")],
)
def test_one_undo_takes_it_all_back(client_for, asked, row_of, do, column, after, before):
    keys, lin = [asked(), asked(of="borealis")], client_for("lin")

    page = send(lin, keys, do)
    assert {getattr(row_of(key), column) for key in keys} == {after}
    assert "2 requests changed." in text_of(undo(lin, page))
    assert {getattr(row_of(key), column) for key in keys} == {before}
    assert "too late" in text_of(undo(lin, page))


def test_an_undo_leaves_alone_what_went_on_meanwhile(client_for, asked, row_of):
    still, moved, lin = asked(), asked(of="borealis"), client_for("lin")
    page = send(lin, [still, moved], "status:triaged")
    client_for("sam").post(f"/admin/tickets/{moved}/status", {"status": "solved"})

    said = text_of(undo(lin, page))

    assert (row_of(still).status, row_of(moved).status) == ("new", "solved")
    assert f"Not done for 1: {row_of(moved).number} of Borealis" in said


def test_what_fails_is_named_with_its_reason_and_the_others_go(client_for, asked, row_of, outside, sam):
    good, closed, foreign = asked(), asked(of="borealis"), asked(subject="billing", sub_subject="not covered")
    with outside():
        desk.change_status(closed, "closed", by=sam)

    said = text_of(send(client_for("lin"), [good, closed, foreign], "status:triaged"))

    assert "1 request changed." in said
    assert f"Not done for 2: {row_of(closed).number} of Borealis: This ticket is closed." in said
    assert bulk.GONE in said
    assert (row_of(good).status, row_of(foreign).status) == ("triaged", "new")
    assert "not covered" not in said


def test_a_company_that_broke_takes_nobody_along(client_for, asked, row_of, borealis):
    good, broken = asked(), asked(of="borealis")
    with owner_connection(autocommit=True) as owner:
        owner.execute(f'ALTER TABLE "{borealis.schema}".tickets_ticket RENAME TO away')
        try:
            said = text_of(send(client_for("lin"), [broken, good], "status:triaged"))
        finally:
            owner.execute(f'ALTER TABLE "{borealis.schema}".away RENAME TO tickets_ticket')

    assert f"{row_of(broken).number} of Borealis: Its company cannot be reached at the moment." in said
    assert (row_of(good).status, row_of(broken).status) == ("triaged", "new")


def test_support_gives_nothing_to_others(client_for, asked, row_of, eli):
    key = asked()

    assert "A supervisor assigns it to others." in text_of(send(client_for("lin"), [key], f"assign:{eli.id}"))
    assert row_of(key).assignee_id is None
    send(client_for("sam"), [key], f"assign:{eli.id}")
    assert row_of(key).assignee_id == eli.id


@pytest.mark.parametrize("do", ["", "nonsense:1", "assign:nobody-like-this", "assign:"])
def test_what_cannot_be_done_is_refused_whole(client_for, asked, row_of, do):
    key = asked()

    assert send(client_for("lin"), [key], do).status_code == 422
    assert row_of(key).version == 1


def test_there_is_a_most_at_once(client_for, asked):
    page = send(client_for("lin"), range(1, bulk.MOST + 2), "assign:me")

    assert page.status_code == 422
    assert "At most 50 requests at once." in text_of(page)


def test_an_undo_belongs_to_the_one_who_did_it(client_for, asked, row_of):
    key, lin = asked(), client_for("lin")
    page = send(lin, [key], "status:triaged")

    assert "too late" in text_of(undo(client_for("sam"), page))
    assert row_of(key).status == "triaged"


def test_each_costs_the_same_however_many_there_are(asked, outside, sam):
    def cost(keys):
        with outside(), CaptureQueriesContext(connection) as sent:
            bulk.each(keys, bulk._status("triaged", sam), sam)
        return len(sent)

    cost([asked()])
    one, three = cost([asked()]), cost([asked() for _ in range(3)])
    five = cost([asked() for _ in range(5)])
    assert three > one
    assert (five - three) * 2 == (three - one) * 2
    with outside(), pytest.raises(Invalid):
        bulk.meant("nonsense", sam)
