"""The company's front door: for strangers, for those who ask, and for those who answer."""

from tests.portal.conftest import page_of


def test_a_stranger_reads_where_they_are_and_how_to_sign_in(visitor, wish):
    wish()
    page = page_of(visitor("acme"), "/")

    assert "The help desk of Acme" in page
    assert "/login" in page
    assert "/manager" not in page
    assert "lamp" not in page


def test_a_manager_finds_the_workspace_and_may_ask_something(client_for):
    page = page_of(client_for("ada"), "/")

    assert "Hello Ada" in page
    assert "/manager/" in page
    assert "/requests/new" in page


def test_a_customer_finds_what_is_open_and_what_waits_comes_first(client_for, wish, act, ada):
    waits = wish(subject="Which size?")
    wish(subject="Newer, but with us")
    done = wish(subject="Long solved")
    act("reply", waits, "Small or large?", by=ada, status="pending_customer")
    act("change_status", done, "resolved", by=ada)

    page = page_of(client_for("cleo"), "/")

    assert "Hello Cleo" in page
    assert page.index("Which size?") < page.index("Newer, but with us")
    assert "Long solved" not in page
    assert "/manager" not in page


def test_somebody_who_never_asked_is_told_what_to_do(client_for):
    assert "Write a request" in page_of(client_for("mia"), "/")


def test_the_departments_lead_to_a_form_that_names_them(client_for):
    assert "/requests/new?department=billing" in page_of(client_for("cleo"), "/")
    form = page_of(client_for("cleo"), "/requests/new?department=billing")
    assert 'value="billing" id="id_department_2" checked' in form
