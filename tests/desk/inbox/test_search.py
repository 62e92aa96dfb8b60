"""The search of the inbox, the portal and the API: by what was said, for whoever is told it."""

import pytest

from tenant_apps.tickets import actions


@pytest.fixture
def asked(wish, taken, inside, acme, ben):
    """A request of Cleo, in which Ben answered and left a note."""
    ticket = taken(wish(), ben)
    with inside(acme):
        actions.reply(ticket, "We send a <transformer> to the café.", by=ben)
        actions.reply(ticket, "Probably waterdamage.", internal=True, by=ben)
    return ticket


def list_of(client, words):
    return client.get("/manager/inbox", {"q": words, "part": "list"}, headers={"HX-Request": "true"}).content.decode()


def test_the_list_shows_where_the_words_were_found(client_for, asked):
    ben = client_for("ben")
    found = list_of(ben, "transf CAFE")
    assert "Ben Ode: We send a &lt;<mark>transformer</mark>&gt; to the <mark>café</mark>." in found
    assert "Ben Ode (note): Probably <mark>waterdamage</mark>." in list_of(ben, "waterd")


def test_requests_are_found_by_the_address_of_who_asks(client_for, wish, asked, ben):
    from portico.ids import uuid7
    from tenant_apps.tickets.actions import Requester

    stranger = Requester(uuid7(), "Carl Voss", "voss@mail.example", is_contact=True)
    theirs = wish(requester=stranger, by=ben, subject="Theirs")
    assert asked.number in list_of(client_for("ben"), "cleo@acme.example")
    assert theirs.number not in list_of(client_for("ben"), "cleo@acme.example")
    assert "<mark>voss@mail.example</mark>" in list_of(client_for("ben"), "voss@mail.example")


def test_nothing_found_is_said(client_for, asked):
    assert "Nothing found" in list_of(client_for("ben"), '"cafe the"')


def test_a_bare_number_is_a_request_or_a_word(client_for, inside, acme, asked, ben):
    with inside(acme):
        actions.reply(asked, "Your order is 4471.", by=ben)
    assert asked.number in list_of(client_for("ben"), "4471")
    assert asked.number in list_of(client_for("ben"), asked.number.rpartition("-")[2].lstrip("0"))
    assert asked.number not in list_of(client_for("ben"), "#4471")


def test_customers_find_what_they_were_told(client_for, asked):
    cleo = client_for("cleo")
    assert asked.number in cleo.get("/requests", {"q": "transformer"}).content.decode()
    assert asked.number not in cleo.get("/requests", {"q": "waterdamage"}).content.decode()
    assert asked.number not in client_for("mia").get("/requests", {"q": "transformer"}).content.decode()


@pytest.mark.parametrize(("who", "words", "number"), [("ben", "waterd", 1), ("cleo", "waterd", 0), ("cleo", "caf", 1)])
def test_programs_find_the_same(api_for, asked, who, words, number):
    found = api_for(who).get("/api/v1/support/tickets", {"search": words}).json()["results"]
    assert len(found) == number
