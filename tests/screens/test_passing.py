"""Passing on, its history and notes, held against the same rules as every other screen."""

import pytest

from tests.journeys.test_passing import SAM, WHY, opened
from tests.screens.test_live import ask
from tests.screens.test_screens import LIN, Screen, looked_at_everywhere, problems_of

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
FIRST, ON = "main .table .fill > a", "main a:has-text('Pass on')"
SCREENS = [Screen("queue-escalated", "/admin/tickets?escalated=any", SAM, main="Show")]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_it_is_sound_and_the_tab_key_reaches_its_main_control(open_page, live_product, screen):
    assert problems_of(open_page, live_product, screen) == []


def test_the_page_on_which_it_is_passed_on(open_page, live_product):
    page = open_page(LIN)
    opened(page, live_product)
    page.keyboard.press("u")
    page.get_by_label("Why").wait_for()
    found = looked_at_everywhere(page, "pass-on")
    page.get_by_role("button", name="Pass on").click()
    page.get_by_text("Please choose to whom it goes.").wait_for()
    assert found + looked_at_everywhere(page, "pass-on-problems") == []


def test_a_request_with_its_history_and_notes(open_page, live_product):
    page = open_page(SAM)
    opened(page, live_product)
    key = page.url.partition("/tickets/")[2].partition("?")[0]
    place = f"/platform-admin/tickets/{key}"
    ask(live_product, SAM, "PATCH", f"{place}/escalation", {"level": "supervisor", "reason": WHY})
    ask(live_product, SAM, "POST", f"{place}/notes", {"body": "They owe us.", "is_confidential": True})
    page.goto(live_product.url("console", f"/admin/tickets/{key}"))
    page.get_by_text("Note for colleagues", exact=True).first.click()
    found = looked_at_everywhere(page, "passed")
    page.goto(live_product.url("console", f"/admin/tickets/{key}?show=facts"))
    found += looked_at_everywhere(page, "passed-facts")
    page.goto(live_product.url("console", f"/admin/tickets/{key}"))
    page.get_by_role("article", name="Internal note").get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Save").wait_for()
    assert found + looked_at_everywhere(page, "ticket-note") == []
