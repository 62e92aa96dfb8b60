"""The queue beside an open ticket: the same list that it was opened from, with scripts or without."""

import re

import pytest

from tests.console.test_pages import asked, text_of

__all__ = ["asked"]
PART = {"HX-Request": "true"}


def opened_beside(page):
    """The tickets in the list beside, and the one that is marked as open."""
    html = page.content.decode()
    listed = [int(key) for key in re.findall(r'id="row-(\d+)"', html)]
    return listed, [int(key) for key in re.findall(r'id="row-(\d+)" [^>]*aria-current', html)]


def test_a_ticket_stands_beside_the_list_it_was_opened_from(client_for, asked):
    newest, elsewhere, other = asked(), asked(of="borealis"), asked()

    page = client_for("lin").get(f"/admin/tickets/{newest}?company=acme&status=new")

    assert opened_beside(page) == ([other, newest], [newest])
    assert f'href="/admin/tickets/{other}?status=new&amp;company=acme"' in page.content.decode()
    assert elsewhere not in opened_beside(page)[0]


def test_nothing_uncovered_stands_beside(client_for, asked):
    mine = asked()
    asked(subject="billing", sub_subject="not covered")

    assert "not covered" not in text_of(client_for("lin").get(f"/admin/tickets/{mine}"))
    part = client_for("lin").get("/admin/tickets?part=beside", headers=PART)
    assert opened_beside(part)[0] == [mine]


def test_what_is_done_keeps_the_list(client_for, asked):
    key, lin = asked(), client_for("lin")

    for verb, typed in (("reply", {"body": "Soon."}), ("status", {"status": "triaged"}), ("assign", {"admin": ""})):
        answer = lin.post(f"/admin/tickets/{key}/{verb}?subject=website&nonsense=1", typed)
        assert answer["Location"].split("#")[0] == f"/admin/tickets/{key}?subject=website"


def test_another_ticket_is_opened_beside_the_list_without_loading_it_anew(client_for, asked):
    key, lin = asked(), client_for("lin")

    part = lin.get(f"/admin/tickets/{key}?status=new", headers=PART).content.decode()

    assert part.count('id="talk"') == part.count('id="facts"') == part.count('id="seen"') == 1
    assert 'id="rows"' not in part
    assert f'action="/admin/tickets/{key}/reply?status=new"' in part


def test_the_queue_says_how_many_of_each_that_the_reader_sees(client_for, asked):
    asked(), asked(of="borealis"), asked(subject="billing")

    page = text_of(client_for("lin").get("/admin/tickets"))

    assert "website 2" in page
    assert "Mine 0 Unassigned 2" in page
    assert "New (2)" in page


@pytest.mark.parametrize("query", ["assigned=unassigned", "subject=website", "assigned=unassigned&priority=P1"])
def test_who_covers_nothing_may_ask_for_anything(client_for, asked, query):
    asked()

    page = client_for("una").get(f"/admin/tickets?{query}")

    assert page.status_code == 200
    assert "contact" not in text_of(page)


@pytest.mark.parametrize(("status", "step"), [("new", "triaged"), ("in_progress", "solved"), ("solved", "closed")])
def test_one_key_takes_the_step_that_usually_comes_next(client_for, asked, status, step):
    key, lin = asked(), client_for("lin")
    lin.post(f"/admin/tickets/{key}/status", {"status": status})

    page = lin.get(f"/admin/tickets/{key}").content.decode()

    assert re.search(rf'name="status" value="{step}" data-key="e"', page)


def test_a_closed_ticket_offers_no_step_to_who_may_not_take_it(client_for, asked):
    key, lin = asked(), client_for("lin")
    lin.post(f"/admin/tickets/{key}/status", {"status": "closed"})

    page = lin.get(f"/admin/tickets/{key}").content.decode()

    assert 'name="status"' not in page
    assert 'name="status" value="new"' in client_for("sam").get(f"/admin/tickets/{key}").content.decode()


def test_who_opens_a_ticket_enters_the_company_as_it_is_now(client_for, asked, acme, database):
    key = asked()
    client = client_for("sam")
    assert "Acme" in client.get("/admin/tickets").content.decode()
    database.connection.execute("UPDATE tenants_company SET name = 'Acme Lamps' WHERE id = 1")
    assert "Acme Lamps" in client.get(f"/admin/tickets/{key}").content.decode()
