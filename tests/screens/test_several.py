"""What is done with several requests, at every width and in both schemes: the bar, one reply to all, resting."""

import pytest

from tests.journeys.test_inbox import ADA, open_for_somebody
from tests.screens.test_words import looked_at_everywhere

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def test_the_bar_and_each_step_of_a_reply_to_several(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)
    page.goto(live_product.url("acme", "/manager/inbox?view=open"))
    for place in range(2):
        page.locator(".choose input").nth(place).check(force=True)
    page.get_by_label("Do", exact=True).select_option("tag")
    assert looked_at_everywhere(page, "bulk") == []
    page.get_by_role("button", name="Reply to all of them").click()
    page.get_by_text("Words that are filled in").click()
    page.locator("#id_body").fill("Dear {{ first_name }}, it comes tomorrow.")
    assert looked_at_everywhere(page, "answer-write") == []
    page.get_by_role("button", name="Check who gets it").click()
    page.get_by_role("button", name="Send to 2").wait_for()
    assert looked_at_everywhere(page, "answer-check") == []


def test_the_menu_of_naps(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)
    page.get_by_role("button", name="Take it", exact=True).click()
    page.get_by_role("button", name="Solve", exact=True).wait_for()
    page.get_by_label("Snooze (H)").click()
    assert looked_at_everywhere(page, "naps") == []
