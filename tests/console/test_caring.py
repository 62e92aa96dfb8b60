"""Tier, designated agents and notes on a company's pages."""

import re

import pytest

from tests.console.test_companies import text_of

PAGE = "/admin/companies/acme"


def note_of(client, words):
    client.post(f"{PAGE}/notes", {"body": words})
    page = client.get(PAGE).content.decode()
    key = re.search(r'id="note-([0-9a-f-]{36})"', page)[1]
    return f"{PAGE}/notes/{key}"


def test_a_note_is_written_changed_deleted_and_brought_back(client_for):
    eli = client_for("eli")
    address = note_of(eli, "They move <soon>.")
    assert "They move &lt;soon&gt;." in eli.get(PAGE).content.decode()

    assert eli.post(address, {"body": "They moved.", "seen": "1"}, follow=True).status_code == 200
    assert "They moved." in text_of(eli.get(PAGE))
    gone = eli.post(address, {"delete": "1"}, follow=True)
    assert "They moved." not in text_of(gone)
    undo = re.search(r'action="([^"]+/bring-back)"', gone.content.decode())[1]
    assert "They moved." in text_of(eli.post(undo, follow=True))


def test_a_form_that_is_sent_twice_writes_one_note(client_for):
    eli = client_for("eli")
    key = re.search(r'name="key" value="([0-9a-f]{32})"', eli.get(PAGE).content.decode())[1]
    first, second = (eli.post(f"{PAGE}/notes", {"body": "Once.", "key": key}) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert text_of(eli.get(PAGE)).count("Once.") == 1


def test_a_note_without_words_is_refused(client_for):
    page = client_for("eli").post(f"{PAGE}/notes", {"body": " "})
    assert page.status_code == 422
    assert "Please write something." in text_of(page)


def test_what_was_typed_stays_when_it_is_too_long(client_for):
    page = client_for("eli").post(f"{PAGE}/notes", {"body": "Long. " * 1_000})
    assert page.status_code == 422
    assert "Long. Long." in page.content.decode()


@pytest.mark.parametrize(("name", "status"), [("max", 403), ("omar", 403)])
def test_nobody_else_changes_a_note(client_for, name, status):
    address = note_of(client_for("eli"), "Mine.")
    assert client_for(name).get(address).status_code == status
    assert client_for(name).post(address, {"body": "Not so."}).status_code == status


def test_those_who_lead_delete_notes_of_others(client_for):
    address = note_of(client_for("eli"), "Mine.")
    assert "Delete" not in text_of(client_for("max").get(PAGE))
    assert client_for("max").post(address, {"delete": "1"}).status_code == 403
    assert "Mine." not in text_of(client_for("sam").post(address, {"delete": "1"}, follow=True))


def test_a_note_changed_in_another_window_is_told(client_for):
    eli = client_for("eli")
    address = note_of(eli, "One.")
    eli.post(address, {"body": "Two.", "seen": "1"})
    page = eli.post(address, {"body": "Three.", "seen": "1"})

    assert page.status_code == 409
    assert "changed meanwhile" in text_of(page)
    assert all(words in page.content.decode() for words in ("Two.", "Three."))


def test_a_note_of_another_company_is_not_there(client_for):
    eli = client_for("eli")
    address = note_of(eli, "Mine.").replace("acme", "borealis")
    assert eli.get(address).status_code == 404


def test_a_supervisor_sets_the_tier_and_an_account_manager_does_not(client_for):
    sam, manager = client_for("sam"), client_for("max")
    assert "Free tier" in text_of(sam.post(f"{PAGE}/care", {"tier": "free", "seen": "0"}, follow=True))
    assert "SLA tier" not in text_of(manager.get(f"{PAGE}/care"))
    assert "Free tier" in text_of(manager.post(f"{PAGE}/care", {"tier": "standard", "seen": "1"}, follow=True))


def test_who_comes_second_sees_how_it_stands(client_for, lin):
    sam, omar = client_for("sam"), client_for("omar")
    sam.post(f"{PAGE}/care", {"tier": "free", "agents": [str(lin.id)], "seen": "0"})
    page = omar.post(f"{PAGE}/care", {"tier": "enterprise", "seen": "0"})

    assert page.status_code == 409
    assert "Somebody changed this meanwhile" in text_of(page)
    assert re.search(r'value="free" selected', page.content.decode())


def test_an_unknown_tier_is_refused(client_for):
    assert client_for("sam").post(f"{PAGE}/care", {"tier": "gold", "seen": "0"}).status_code == 422
