"""Writing a new request: its kind's own fields, refusals that keep the words, and following up."""

import pytest

from tenant_apps.tickets.models import Link, Ticket
from tests.portal.conftest import page_of

TYPED = {"subject": "The lamp flickers", "description": "Since Monday.", "urgency": "high", "department": "technical"}
REPAIR = {
    "label": "Repair",
    "statuses": [
        {"key": "new", "category": "new", "label": "New", "customer_label": "Received"},
        {"key": "lost", "category": "open", "label": "With the cellar", "customer_label": "Being worked on"},
        {"key": "closed", "category": "closed", "label": "Closed", "customer_label": "Closed"},
    ],
    "transitions": {"new": ["lost", "closed"], "lost": ["closed"], "closed": []},
    "initial": "new",
    "fields": [
        {"key": "serial", "label": "Serial number", "kind": "regex", "pattern": "LX2-[0-9]{5}", "required": "create",
         "help": "Five digits after LX2, please."},
        {"key": "count", "label": "How many", "kind": "number"},
        {"key": "size", "label": "Size", "kind": "choice", "options": ["small", "large"]},
        {"key": "rooms", "label": "Rooms", "kind": "choices", "options": ["hall", "yard", "roof"]},
        {"key": "bought", "label": "Bought on", "kind": "date"},
        {"key": "agreed", "label": "I have read the terms", "kind": "checkbox", "required": "create"},
        {"key": "remark", "label": "Remark", "kind": "text"},
        {"key": "margin", "label": "Our margin", "kind": "number", "visible": False},
    ],
}  # fmt: skip
FIELDS = {
    "field-serial": "LX2-88031",
    "field-count": "2.50",
    "field-size": "large",
    "field-rooms": ["roof", "hall"],
    "field-bought": "2026-11-02",
    "field-agreed": "on",
    "field-remark": "Please knock.",
}


@pytest.fixture
def repairs(settle):
    settle(types={"repair": REPAIR})


@pytest.fixture
def newest(inside, acme):
    def find():
        with inside(acme):
            return Ticket.objects.get(desk="company")

    return find


def test_a_customer_asks_and_reads_it_at_once(client_for, newest):
    answer = client_for("cleo").post("/requests/new", TYPED, follow=True)

    ticket = newest()
    assert answer.redirect_chain == [(f"/requests/{ticket.pk}", 302)]
    assert (ticket.subject, ticket.urgency, ticket.department) == ("The lamp flickers", "high", "technical")
    assert (ticket.requester_name, ticket.channel) == ("Cleo Marsh", "portal")
    page = answer.content.decode()
    assert "Your request has arrived" in page
    assert "Answer expected by" in page


def test_a_kind_brings_its_own_fields(client_for, newest, repairs):
    cleo = client_for("cleo")
    form = page_of(cleo, "/requests/new?type=repair")
    assert all(name in form for name in FIELDS)
    assert "Our margin" not in form

    answer = cleo.post("/requests/new", TYPED | FIELDS | {"type": "repair"}, follow=True)

    assert newest().fields == {
        "serial": "LX2-88031", "count": "2.5", "size": "large", "rooms": ["hall", "roof"], "bought": "2026-11-02",
        "agreed": True, "remark": "Please knock.",
    }  # fmt: skip
    page = answer.content.decode()
    assert "Serial number" in page
    assert "LX2-88031" in page
    assert "hall, roof" in page


WRONG = {
    "field-serial": ("LX2-88", "Five digits after LX2, please."),
    "field-count": ("many", "Please write a number."),
    "field-size": ("giant", "Please choose from the list."),
    "field-rooms": ("cellar", "Please choose from the list."),
    "field-bought": ("yesterday", "Please write a date"),
    "field-agreed": ("", "I have read the terms is needed here."),
}


@pytest.mark.parametrize(("field", "wrong"), WRONG.items())
def test_what_a_field_cannot_take_is_said_beside_it_and_the_words_stay(client_for, repairs, field, wrong):
    value, words = wrong
    typed = TYPED | FIELDS | {"type": "repair", field: value}

    answer = client_for("cleo").post("/requests/new", typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Since Monday." in page
    assert "Please knock." in page


def test_a_field_that_customers_do_not_see_is_not_taken_from_them(client_for, newest, repairs):
    typed = TYPED | FIELDS | {"type": "repair", "field-margin": "40"}
    assert client_for("cleo").post("/requests/new", typed).status_code == 302
    assert "margin" not in newest().fields


def test_choosing_another_kind_keeps_what_was_typed(client_for, repairs):
    answer = client_for("cleo").post("/requests/new", TYPED | {"type": "repair", "draft": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Since Monday." in page
    assert "Serial number" in page
    assert "is needed here" not in page


def test_nothing_typed_says_so_at_each_field(client_for):
    answer = client_for("cleo").post("/requests/new", {})

    assert answer.status_code == 422
    assert answer.content.decode().count("Please write something.") == 2


@pytest.mark.parametrize("field", ["type", "department", "urgency"])
def test_what_is_not_on_offer_is_refused(client_for, repairs, field):
    answer = client_for("cleo").post("/requests/new", TYPED | {field: "made-up"})
    assert answer.status_code == 422
    assert "Please choose" in answer.content.decode()


def test_a_form_sent_twice_asks_once(client_for, newest):
    cleo, typed = client_for("cleo"), TYPED | {"key": "0123456789abcdef"}

    first, second = cleo.post("/requests/new", typed), cleo.post("/requests/new", typed)

    assert first["Location"] == second["Location"] == f"/requests/{newest().pk}"


def test_asking_again_goes_on_from_the_closed_one(client_for, inside, acme, wish, act, cleo):
    ticket, browser = act("change_status", wish(), "closed", by=cleo), client_for("cleo")
    page = browser.post(
        f"/requests/new?after={ticket.pk}", {"body": "It flickers again.", "draft": "1"}
    ).content.decode()
    assert ticket.number in page
    assert "It flickers again." in page
    assert 'value="The lamp flickers"' in page

    answer = browser.post(f"/requests/new?after={ticket.pk}", TYPED, follow=True)

    assert "Goes on from" in answer.content.decode()
    assert "Goes on in" in page_of(browser, f"/requests/{ticket.pk}")
    with inside(acme):
        link = Link.objects.get()
        assert (link.kind, link.other_id) == ("follows", ticket.pk)


def test_nobody_follows_up_on_somebody_elses(client_for, inside, acme, wish):
    ticket = wish()
    page = client_for("mia").get(f"/requests/new?after={ticket.pk}").content.decode()
    assert ticket.number not in page

    client_for("mia").post(f"/requests/new?after={ticket.pk}", TYPED)
    with inside(acme):
        assert not Link.objects.exists()


def test_an_agent_asks_as_everybody_does(client_for, newest):
    answer = client_for("ben").post("/requests/new", TYPED, follow=True)
    assert answer.status_code == 200
    assert newest().requester_name == "Ben Ode"


def test_a_field_that_hangs_on_another_is_asked_only_with_it(client_for, newest, settle):
    waits = {"serial": {"field": "size", "values": ["large"]}, "agreed": {"field": "rooms", "values": ["hall"]}}
    settle(types={"repair": REPAIR | {"conditions": waits}})
    cleo, small = client_for("cleo"), TYPED | {"type": "repair", "field-size": "small"}
    form = page_of(cleo, "/requests/new?type=repair")
    assert "Only if “Size” is “large”." in form
    assert form.count("data-idle") == 2
    assert not any("required" in line for line in form.splitlines() if 'name="field-serial"' in line)

    refused = cleo.post("/requests/new", TYPED | {"type": "repair", "field-size": "large", "field-rooms": ["hall"]})
    assert refused.status_code == 422
    assert "Serial number is needed here." in refused.content.decode()
    assert "data-idle" not in refused.content.decode()

    left_over = small | {"field-serial": "LX2-88031", "field-agreed": "on"}
    assert cleo.post("/requests/new", left_over).status_code == 302
    assert newest().fields == {"size": "small"}
