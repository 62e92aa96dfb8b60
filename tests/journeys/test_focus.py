"""Who works with the keyboard is not thrown back to the start of the page when an answer takes their control away."""

import pytest

from tests.journeys.test_inbox import open_for_somebody, strange
from tests.screens.conftest import wait_for

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

BEN = "ben@acme.example"
FOCUSED = (
    "(words) => (document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).includes(words)"
)


def test_the_focus_goes_on_to_the_heading_the_field_or_the_menu(open_page, live_product):
    page = open_page(BEN)
    subject = open_for_somebody(page, live_product)
    page.wait_for_load_state()
    page.get_by_role("button", name="Take it", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Put back").wait_for()
    wait_for(page, FOCUSED, subject)

    page.get_by_placeholder("Add a tag").focus()
    page.keyboard.type("lamp")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take away lamp").wait_for()
    wait_for(page, "() => document.activeElement.placeholder === 'Add a tag'")

    page.locator("#pick-urgency > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#pick-urgency").get_by_role("button", name="Critical").focus()
    page.keyboard.press("Enter")
    page.get_by_text("changed urgency from medium to critical").wait_for()
    wait_for(page, "() => document.activeElement.matches('#pick-urgency > summary')")
    assert strange(page) == []


def test_a_look_at_what_others_do_leaves_the_focus_where_it_is(open_page, live_product):
    page = open_page(BEN)
    open_for_somebody(page, live_product)
    page.wait_for_load_state()
    page.get_by_role("button", name="Favourite").first.focus()
    with page.expect_response(lambda answer: "part=live" in answer.url):
        page.evaluate("htmx.trigger('#timeline', 'live')")
    page.wait_for_timeout(300)  # what follows an answer is done by then
    assert page.evaluate(FOCUSED, "Favourite")
