"""The workspace's palette: on every page the same, and for each what they may open."""

import pytest

from tests.support.palettes import options, pages, rail

FIND = "/manager/inbox/find"


@pytest.mark.parametrize("who", ["olga", "ada", "ben"])
def test_everything_in_the_rail_is_offered_before_anything_is_typed(client_for, who):
    client = client_for(who)
    found = options(client, FIND)
    shown = rail(client.get("/manager/board").content.decode())

    assert shown.pop("Search or jump (Ctrl K)") == FIND
    assert set(shown.values()) - {"/manager/settings/recipes/macros"} <= set(found.values())


@pytest.mark.parametrize("who", ["olga", "ada", "ben"])
def test_each_page_that_is_offered_opens(client_for, who):
    client = client_for(who)

    found = {href: client.get(href).status_code for href in pages(client, FIND)}

    assert len(found) > 10
    assert {href: status for href, status in found.items() if status != 200} == {}


def test_settings_are_found_by_any_of_their_words_and_only_by_those_who_may_open_them(client_for):
    found = options(client_for("ada"), FIND, "mail")

    assert found["Incoming mail"] == "/manager/settings/channels"
    assert found["Outgoing mail"] == "/manager/settings/mail/outgoing"
    assert "Incoming mail" not in options(client_for("ben"), FIND, "mail")
    assert options(client_for("ben"), FIND, "macros")["Macros"] == "/manager/settings/recipes/macros"


def test_commands_are_those_of_the_page(client_for, wish):
    key, client = wish().pk, client_for("ada")

    here = options(client, FIND, on=f"/manager/inbox/{key}")
    elsewhere = options(client, FIND, on="/manager/settings/")

    assert here["Snooze"] == "press h"
    assert here["Reply"] == "press r"
    assert {"Snooze", "Reply"}.isdisjoint(elsewhere)
    assert elsewhere["All keys"] == "press ?"


def test_a_number_leads_to_its_request_and_words_to_all_that_have_them(client_for, wish):
    ticket, client = wish(), client_for("ada")

    found = options(client, FIND, f"#{ticket.number}")

    assert found["The lamp flickers"] == f"/manager/inbox/{ticket.pk}"
    everything = options(client, FIND, "lamp")["Search all requests for “lamp”"]
    assert "The lamp flickers" in client.get(everything).content.decode()


def test_it_is_a_page_without_scripts(client_for, wish):
    wish()
    client = client_for("ben")

    assert f'href="{FIND}"' in client.get("/manager/board").content.decode()
    page = client.get(FIND, {"q": "lamp"}).content.decode()
    assert "<h1>Jump to</h1>" in page
    assert "The lamp flickers" in page
    assert "Nothing begins with “#”" in client.get(FIND, {"q": "#"}).content.decode()
