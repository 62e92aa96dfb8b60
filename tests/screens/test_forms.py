"""Forms do their work with a keyboard, and without JavaScript as well."""

import uuid

import pytest

from tests.support.signups import fill_in, prove

pytestmark = pytest.mark.no_database


def some_slug():
    return f"d-{uuid.uuid4().hex[:10]}"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_desk_is_opened_from_the_public_page(open_page, live_product, scripts):
    page, slug = open_page(scripts=scripts), some_slug()
    fill_in(page, live_product, slug)
    page.get_by_role("button", name="Open my desk").click()
    page.wait_for_url(f"http://{slug}.localhost:{live_product.port}/manager/settings/start")
    assert page.get_by_role("heading").first.is_visible()


def test_the_address_is_checked_while_it_is_typed(open_page, live_product):
    page = open_page()
    prove(page, live_product, f"dora@{some_slug()}.example")
    page.get_by_label("Address").press_sequentially("acme")
    page.get_by_text("This address is taken.").wait_for()
    page.get_by_role("button", name="acme-desk").click()
    page.get_by_text("is free").wait_for()
    assert page.get_by_label("Address").input_value() == "acme-desk"
    assert page.complaints == []


def test_a_suggestion_that_comes_late_leaves_the_address_to_who_is_writing_it(open_page, live_product):
    page, held = open_page(), []
    page.route("**/signup/check?name=*", lambda route: held.append(route))
    prove(page, live_product, f"dora@{some_slug()}.example")
    page.get_by_label("Company").fill("Delphi Freight")
    page.get_by_label("Address").focus()
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(100)
    with page.expect_response("**/signup/check?name=*"):
        held.pop().continue_()
    page.wait_for_timeout(300)
    page.keyboard.type("my-desk")
    assert page.get_by_label("Address").input_value() == "my-desk"


def test_an_address_is_suggested_from_the_company(open_page, live_product):
    page = open_page()
    prove(page, live_product, f"dora@{some_slug()}.example")
    page.get_by_label("Company").fill("Müller & Söhne")
    page.keyboard.press("Tab")
    page.get_by_text("is free").wait_for()
    assert page.get_by_label("Address").input_value() == "mueller-soehne"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_refused_signup_keeps_what_was_typed(open_page, live_product, scripts):
    page = open_page(scripts=scripts)
    prove(page, live_product, f"dora@{some_slug()}.example")
    page.get_by_label("Company").fill("Delphi Freight")
    page.get_by_label("Address").fill("console")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("kept for the platform").wait_for()
    assert page.get_by_label("Company").input_value() == "Delphi Freight"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_signing_out_from_the_menu(open_page, live_product, scripts):
    page = open_page(scripts=scripts)
    page.goto(live_product.url("borealis", "/login"))
    page.get_by_label("E-mail").fill("bo@borealis.example")
    page.get_by_label("Password").fill(live_product.person("bo@borealis.example")["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/manager/inbox")
    page.locator(".rail details.menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()


def test_keys_press_what_the_page_shows(open_page, live_product):
    page = open_page("ada@acme.example")
    page.goto(live_product.url("acme", "/manager/tickets"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator(".tickets .ticket").first.evaluate("(one) => one === document.activeElement")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url(live_product.url("acme", "/"))
    assert page.complaints == []
