"""From nothing to the first request: with scripts, without, and with the keyboard alone."""

import uuid

import pytest

from tests.support.signups import fill_in, prove

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA = "ada@acme.example"
LIN = "lin@portico.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@SCRIPTS
def test_signup_leads_to_the_first_request(open_page, live_product, scripts):
    page, slug = open_page(scripts=scripts), f"j-{uuid.uuid4().hex[:10]}"
    fill_in(page, live_product, slug, "Juniper Health")
    page.get_by_role("button", name="Open my desk").click()
    page.wait_for_url(live_product.url(slug, "/manager/settings/start"))
    page.get_by_role("button", name="Put off: Make it yours").click()
    page.get_by_text("Put off", exact=True).wait_for()
    page.get_by_role("button", name="Send a test request").click()
    page.get_by_role("heading", name="Is this thing on?").first.wait_for()

    page.goto(live_product.url(slug, "/manager/tickets"))
    page.get_by_role("link", name="Write the first request").click()
    page.get_by_label("Topic").select_option(label="Billing")
    page.get_by_label("What happens?").fill("Where do I find the invoices?")
    page.get_by_role("button", name="Send to Portico").click()

    page.get_by_role("article").filter(has_text="Where do I find the invoices?").wait_for()
    assert page.locator(".num").filter(has_text="TICK-").first.is_visible()
    assert page.complaints == []


def test_a_word_about_an_address_that_comes_late_moves_nothing(open_page, live_product):
    page, slug = open_page(), f"j-{uuid.uuid4().hex[:10]}"
    prove(page, live_product, f"jo@{slug}.example")
    page.get_by_label("Company").fill("Juniper Health")
    page.get_by_label("Address").fill(slug)
    button = page.get_by_role("button", name="Go on")
    before = button.bounding_box()
    page.locator("#slug-check .fine").wait_for()
    assert button.bounding_box() == before


def reach(page, role, name):
    """Tab until the control with this role and name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{name} is not reached with the keyboard")


def test_a_request_is_asked_with_the_keyboard_alone(open_page, live_product):
    page, part = open_page(ADA), f"keys {uuid.uuid4().hex[:8]}"
    page.goto(live_product.url("acme", "/manager/tickets"))

    page.keyboard.press("c")
    page.get_by_label("Topic").wait_for()
    reach(page, "combobox", "Topic")
    page.keyboard.type("Web")
    reach(page, "textbox", "Which part of it")
    page.keyboard.type(part)
    reach(page, "textbox", "What happens?")
    page.keyboard.type("No mouse here.")
    reach(page, "button", "Send to Portico")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"Website: {part}").wait_for()

    page.keyboard.press("r")
    page.keyboard.type("And a reply.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("article").filter(has_text="And a reply.").wait_for()


def test_the_queue_is_worked_with_the_keyboard_alone(open_page, live_product):
    page = open_page(LIN)
    page.goto(live_product.url("console", "/admin/tickets?status=new"))

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.locator("#talk").wait_for()
    page.keyboard.press("s")
    reach(page, "button", "Triaged")
    page.keyboard.press("Enter")

    page.locator("#head .status").filter(has_text="Triaged").wait_for()


def test_the_reply_key_begins_an_answer_and_escape_leaves_it(open_page, live_product):
    page = open_page(LIN)
    page.goto(live_product.url("console", "/admin/tickets?subject=website&status=new"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#talk").wait_for()

    page.keyboard.press("r")
    assert page.get_by_label("Your reply").evaluate("one => one === document.activeElement")
    page.keyboard.press("Escape")
    assert not page.get_by_label("Your reply").evaluate("one => one === document.activeElement")
