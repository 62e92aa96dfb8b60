"""Cleo says how it went, with scripts, without and with the keyboard alone; Ada reads it at her desk."""

import pytest

from tests.journeys.test_inbox import strange
from tests.journeys.test_portal import ADA, CLEO, SCRIPTS, ask, reach, say, some_subject
from tests.screens.conftest import wait_for, wait_for_socket
from tests.screens.test_live import ask as call
from tests.screens.test_screens import looked_at_everywhere, sticks_out

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def solve(product, key, status="resolved"):
    """Ada solves the request, as her program does."""
    call(product, ADA, "PUT", f"/api/v1/support/tickets/{key}/status", {"status": status})


def key_of(page):
    return page.url.partition("#")[0].rpartition("/")[2]


@pytest.fixture
def solved(open_page, live_product):
    """`solved(page)` = a request of Cleo's, which Ada has solved, on Cleo's page; its key."""

    def make(page):
        subject = some_subject()
        ask(page, live_product, subject)
        solve(live_product, key_of(page))
        page.reload()
        page.get_by_role("heading", name="How did we do?").wait_for()
        return key_of(page), subject

    return make


def look_everywhere(page, name):
    """Axe finds nothing, and nothing sticks out, not even of the narrowest phone."""
    assert looked_at_everywhere(page, name) == []
    page.set_viewport_size({"width": 360, "height": 900})
    assert sticks_out(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")


@SCRIPTS
def test_she_says_it_went_badly_and_why_and_then_thinks_better_of_it(open_page, live_product, solved, scripts):
    page = open_page(CLEO, scripts=scripts)
    solved(page)
    page.get_by_label("Do you want to add a word?").fill("It took a week.")
    page.get_by_role("button", name="Not good").click()
    page.get_by_role("heading", name="Thank you for telling us").wait_for()
    assert page.locator("#rating").get_by_text("It took a week.").first.is_visible()

    page.locator("summary").filter(has_text="Change it").click()
    page.get_by_label("Do you want to add a word?").fill("A week, but it stands.")
    page.get_by_role("button", name="Good", exact=True).click()
    page.locator("#rating .badge").filter(has_text="Good").wait_for()
    page.get_by_role("paragraph").filter(has_text="A week, but it stands.").wait_for()
    assert page.complaints == []


def test_with_the_keyboard_alone(open_page, live_product, solved):
    page = open_page(CLEO)
    solved(page)
    reach(page, "textbox", "Do you want to add a word? (optional)")
    page.keyboard.type("No mouse here.")
    reach(page, "button", "Good")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you for telling us").wait_for()


def test_it_is_asked_as_soon_as_it_is_solved_and_what_is_typed_stays(open_page, live_product):
    page, other, subject = open_page(CLEO), open_page(CLEO, scripts=False), some_subject()
    ask(page, live_product, subject)
    page.reload()
    wait_for_socket(page)
    solve(live_product, key_of(page))
    page.get_by_label("Do you want to add a word?").fill("Half a sentence")

    solve(live_product, key_of(page), "closed")
    page.locator("#head .steps").filter(has_text="Closed").wait_for()
    assert page.get_by_label("Do you want to add a word?").input_value() == "Half a sentence"
    assert page.evaluate("document.activeElement.id") == "rating-comment"

    other.goto(page.url)
    other.get_by_role("button", name="Not good").click()
    page.get_by_role("heading", name="Thank you for telling us").wait_for()
    wait_for(page, "!document.querySelector('#rating-again').open")


def test_what_she_types_to_change_it_stays_when_others_go_on(open_page, live_product, solved):
    page = open_page(CLEO)
    key, _ = solved(page)
    page.get_by_role("button", name="Good", exact=True).click()
    page.locator("summary").filter(has_text="Change it").click()
    wait_for_socket(page)
    page.get_by_label("Do you want to add a word?").fill("Half a sentence")

    solve(live_product, key, "closed")
    page.locator("#head .steps").filter(has_text="Closed").wait_for()
    assert page.get_by_label("Do you want to add a word?").input_value() == "Half a sentence"
    assert page.complaints == []


def test_opened_again_it_is_not_asked_any_more(open_page, live_product, solved):
    page = open_page(CLEO)
    solved(page)
    page.get_by_role("button", name="Good", exact=True).click()
    page.get_by_role("heading", name="Thank you for telling us").wait_for()
    say(page, "It wobbles again.")
    page.locator("#rating").wait_for(state="detached")


def test_how_it_looks_for_her_and_for_those_who_answer(open_page, live_product, solved):
    page, ada = open_page(CLEO), open_page(ADA)
    key, subject = solved(page)
    look_everywhere(page, "rating-asked")
    page.get_by_label("Do you want to add a word?").fill("It took a week, and " + "then some more " * 4 + "x" * 60)
    page.get_by_role("button", name="Not good").click()
    page.locator("summary").filter(has_text="Change it").click()
    look_everywhere(page, "rating-given")

    ada.goto(live_product.url("acme", "/manager/inbox?view=rated:bad"))
    ada.locator(".ticket").filter(has_text=subject).click()
    ada.locator("#facts .badge").filter(has_text="Not good").wait_for()
    ada.locator(".event").filter(has_text="Cleo Marsh rated this not good").wait_for()
    look_everywhere(ada, "rating-desk")
    ada.goto(live_product.url("acme", "/manager/settings/"))
    ada.get_by_role("heading", name="How people rate it").wait_for()
    look_everywhere(ada, "rating-settings")
    ada.goto(live_product.url("acme", "/manager/settings/distribution"))
    look_everywhere(ada, "rating-switch")
    assert page.complaints == strange(ada) == []
