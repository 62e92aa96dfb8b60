"""Incidents on the console's pages: list, one of them, and from a ticket."""

import re

import pytest

from shared_apps.incidents import actions
from shared_apps.incidents.models import Incident
from tests.console.test_companies import text_of
from tests.desk.test_pages import key_of
from tests.support.incidents import work

NEW = {"headline": "Relay 2 is down", "title": "Mail leaves late", "subject": "website", "words": "We look into it."}


def test_nothing_is_wrong_at_first(client_for):
    assert "Nothing is wrong" in text_of(client_for("lin").get("/admin/incidents"))


def test_an_engineer_opens_one_from_nothing_and_it_stands_in_the_list(client_for):
    eli = client_for("eli")
    page = eli.post("/admin/incidents/new", NEW, follow=True)
    assert "Relay 2 is down" in text_of(page)
    assert "Relay 2 is down" in text_of(eli.get("/admin/incidents"))


def test_one_that_is_opened_from_a_ticket_has_it_at_once(client_for, ask, seen):
    ticket = ask()
    sam = client_for("sam")
    page = sam.get(f"/admin/incidents/new?ticket={ticket.index_id}")
    assert ticket.number in text_of(page)
    sam.post(f"/admin/incidents/new?ticket={ticket.index_id}", NEW)
    now, said = seen(ticket)
    assert now.incident_id
    assert "We look into it." in said[-1]
    assert "Relay 2 is down" in text_of(sam.get(f"/admin/tickets/{ticket.index_id}"))


def test_a_form_that_is_sent_twice_opens_one(client_for, outside):
    sam = client_for("sam")
    key = key_of(sam.get("/admin/incidents/new"))
    first, second = (sam.post("/admin/incidents/new", NEW | {"key": key}) for _ in range(2))
    assert first["Location"] == second["Location"]
    with outside():
        assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": ""}, "Please write something."),
        ({"headline": "x" * 201}, "200"),
        ({"subject": "weather"}, "not one of the available choices"),
        ({"words": "x" * 2_001}, "2000"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(client_for, change, says):
    page = client_for("sam").post("/admin/incidents/new", NEW | change)
    assert page.status_code == 422
    assert says in text_of(page)


def test_it_is_told_resolved_and_opened_again(client_for, incident, linked, seen):
    ticket, sam, where = linked(), client_for("sam"), f"/admin/incidents/{incident.pk}"
    told = sam.post(f"{where}/say", {"state": "identified", "words": "A relay is down."}, follow=True)
    assert "Told. The requests follow" in text_of(told)
    assert "0 of 1" in text_of(told)
    work()
    assert "1 of 1" in text_of(sam.get(where))
    sam.post(f"{where}/solve", {"words": "All is sent."})
    work()
    assert seen(ticket)[0].status == "solved"
    assert "Not over?" in text_of(sam.get(where))
    sam.post(f"{where}/reopen", {"words": "It is back."})
    work()
    assert seen(ticket)[0].status == "new"


def test_whoever_was_slower_is_told_and_keeps_their_words(client_for, incident, do):
    where = f"/admin/incidents/{incident.pk}"
    do(actions.say, incident, "identified", "A relay is down.")
    page = client_for("sam").post(f"{where}/solve", {"words": "All is sent.", "seen": incident.version})
    assert page.status_code == 409
    assert "Somebody went on with this meanwhile" in text_of(page)
    assert "All is sent." in page.content.decode()


def test_words_that_name_a_company_need_a_second_yes(client_for, incident, linked, seen):
    ticket, sam, where = linked(), client_for("sam"), f"/admin/incidents/{incident.pk}/say"
    said = {"state": "identified", "words": "As Acme told us, mail is late."}
    page = sam.post(where, said)
    assert (page.status_code, "It is meant so" in text_of(page)) == (409, True)
    assert sam.post(where, said | {"sure": "on"}).status_code == 302
    work()
    assert "As Acme told us" in seen(ticket)[1][-1]


def test_a_title_that_names_a_company_needs_a_second_yes(client_for, ask, outside, incident, linked):
    ticket, sam = ask(), client_for("sam")
    where, said = f"/admin/incidents/new?ticket={ticket.index_id}", NEW | {"title": "Mail of Acme is late"}
    assert sam.post(where, said).status_code == 409
    with outside():
        assert Incident.objects.count() == 1
    assert sam.post(where, said | {"sure": "on"}).status_code == 302
    linked()
    edit = {"headline": "H", "title": "Acme again", "subject": "website"}
    assert sam.post(f"/admin/incidents/{incident.pk}/edit", edit).status_code == 409
    assert sam.post(f"/admin/incidents/{incident.pk}/edit", edit | {"sure": "on"}).status_code == 302


def test_support_sees_it_notes_and_links_but_tells_nobody(client_for, incident, ask):
    ticket, lin, where = ask(), client_for("lin"), f"/admin/incidents/{incident.pk}"
    page = text_of(lin.get(where))
    assert ticket.number in page
    assert "Resolve and tell everyone" not in page
    assert lin.post(f"{where}/say", {"state": "identified", "words": "x"}).status_code == 403
    lin.post(f"{where}/notes", {"words": "The <relay>."})
    lin.post(f"{where}/link", {"ticket": [ticket.index_id]})
    page = lin.get(where).content.decode()
    assert "The &lt;relay&gt;." in page
    assert "1 of 1" in page


def test_whoever_does_not_see_it_finds_nothing(client_for, incident, linked):
    linked()
    una, where = client_for("una"), f"/admin/incidents/{incident.pk}"
    missing = una.get("/admin/incidents/999999").content
    hidden = una.get(where)
    assert hidden.status_code == 404
    changing = rb"[0-9a-f]{32}|csrfmiddlewaretoken[^>]*"
    assert re.sub(changing, b"", hidden.content) == re.sub(changing, b"", missing)
    assert una.post(f"{where}/notes", {"words": "x"}).status_code == 404
    assert "Relay 2" not in text_of(una.get("/admin/incidents"))


def test_several_of_the_queue_are_linked_with_one_undo(client_for, incident, ask, seen):
    tickets, sam = [ask(), ask("borealis")], client_for("sam")
    chosen = {"ticket": [one.index_id for one in tickets], "do": f"incident:{incident.pk}"}
    page = sam.post("/admin/tickets/bulk", chosen, follow=True)
    assert "2 requests changed." in text_of(page)
    found = text_of(sam.get(f"/admin/tickets?incident={incident.pk}"))
    assert found.count("TICK-") >= 2
    undo = re.search(r'action="([^"]*undo=[^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    sam.post(undo)
    assert seen(tickets[0])[0].incident_id is None
    assert seen(tickets[1], "borealis")[0].incident_id is None


def test_a_ticket_is_linked_and_taken_out_from_its_page(client_for, incident, ask, seen):
    ticket, lin = ask(), client_for("lin")
    where = f"/admin/tickets/{ticket.index_id}"
    assert "Make it part of" in text_of(lin.get(where))
    lin.post(f"{where}/incident", {"incident": incident.pk})
    assert seen(ticket)[0].incident_id == incident.pk
    lin.post(f"{where}/incident", {"incident": ""})
    assert seen(ticket)[0].incident_id is None


@pytest.mark.parametrize("said", ["x", "-1", "9" * 30, "999999"])
def test_an_incident_that_is_none_links_nothing(client_for, ask, seen, said):
    ticket = ask()
    answer = client_for("sam").post(f"/admin/tickets/{ticket.index_id}/incident", {"incident": said})
    assert answer.status_code in {302, 404}
    assert seen(ticket)[0].incident_id is None


@pytest.mark.parametrize("name", ["sam", "lin"])
def test_pages_cost_the_same_for_many(client_for, incident, linked, name):
    from tests.console.test_statements import MOST, count

    linked("acme"), linked("borealis")
    client, paths = client_for(name), ("/admin/incidents", f"/admin/incidents/{incident.pk}")
    one = [count(client, path) for path in paths]
    for _ in range(3):
        linked("acme"), linked("borealis")
    assert [count(client, path) for path in paths] == one
    assert max(one) <= MOST
