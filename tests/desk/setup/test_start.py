"""The first steps of a new desk: on its first page until they are done or put away."""

import pytest

from tenant_apps.tickets.models import Setting, Ticket
from tests.support.cast import PASSWORD

PAGE = "/manager/settings/start"


@pytest.fixture
def fresh(inside, acme):
    """Acme as if it had just been opened."""
    from tenant_apps.tickets import starting

    with inside(acme):
        starting.begin()


def test_the_first_page_is_the_list_until_it_is_put_away(client_for, fresh):
    page = client_for("olga")
    assert page.get("/manager/")["Location"] == PAGE
    assert client_for("ben").get("/manager/")["Location"] == "/manager/inbox"
    assert page.post(PAGE, {"do": "put_away"})["Location"] == "/manager/inbox"
    assert page.get("/manager/")["Location"] == "/manager/inbox"
    page.post(PAGE, {"do": "bring_back"})
    assert page.get("/manager/")["Location"] == PAGE


def test_an_owner_comes_to_the_list_at_each_sign_in_until_nothing_is_left_of_it(visitor, fresh):
    def arrives(name):
        browser = visitor("acme")
        return browser, browser.post("/login", {"email": f"{name}@acme.example", "password": PASSWORD})["Location"]

    page, home = arrives("olga")
    assert (home, page.get("/login")["Location"]) == (PAGE, PAGE)
    assert (arrives("ada")[1], arrives("ben")[1]) == ("/manager/inbox", "/manager/inbox")
    assert page.get("/login?next=/manager/board")["Location"] == "/manager/board"

    page.post(PAGE, {"do": "skip", "step": "brand"})
    assert arrives("olga")[1] == PAGE
    page.post(PAGE, {"do": "test"})  # the rest of the steps is done: there are people, and no plans to choose among

    assert arrives("olga")[1] == page.get("/manager/")["Location"] == "/manager/inbox"


def test_a_company_from_before_has_no_list_in_its_way(client_for):
    assert client_for("olga").get("/manager/")["Location"] == "/manager/inbox"
    assert client_for("olga").get(PAGE).status_code == 200


def test_steps_are_put_off_and_remembered_for_all_managers(client_for, fresh):
    client_for("olga").post(PAGE, {"do": "skip", "step": "brand"})
    page = client_for("ada").get(PAGE).content.decode()
    assert page.count("Put off</span>") == 1
    assert "Put off: Make it yours" not in page


@pytest.mark.parametrize("sent", [{"do": "skip", "step": "dance"}, {"do": "dance"}, {}])
def test_what_is_no_step_is_refused(client_for, fresh, sent):
    assert client_for("olga").post(PAGE, sent).status_code == 422


def test_a_test_request_comes_in_and_is_looked_at(client_for, fresh, inside, acme):
    page = client_for("olga")
    moved = page.post(PAGE, {"do": "test"})
    with inside(acme):
        ticket = Ticket.objects.get()
        assert (ticket.desk, ticket.requester_name) == ("company", "Olga Acker")
        assert Setting.objects.get(key="start").value["done"] == ["test"]
    assert moved["Location"] == f"/manager/inbox/{ticket.pk}"
    assert "Is this thing on?" in page.get(moved["Location"]).content.decode()
