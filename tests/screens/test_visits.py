"""Visits held against the same rules as every other screen: on both sides, and what lies under the bar."""

import re

import pytest

from tests.journeys.test_visits import agree, come_in, leave, want
from tests.screens.test_screens import ADA, Screen, looked_at_everywhere, problems_of, tab_to

pytestmark = pytest.mark.no_database
SAM, OMAR, BOX = "sam@portico.example", "omar@portico.example", "/manager/staff-access"
SCREENS = [
    Screen("staff-access", BOX, ADA, main="Save"),
    Screen("staff-access-none", f"{BOX}?who=Nobody+like+this", ADA, main="Clear all"),
    Screen("staff-access-wrong", f"{BOX}?since=yesterday", ADA, status=422, main="Show"),
    Screen("visits", "/admin/visits", OMAR),
    Screen("visit-over", "/visit/over", host="acme", main="Back to the console"),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_of_visits_is_sound(open_page, live_product, screen):
    assert problems_of(open_page, live_product, screen) == []


def begin(sam, product):
    """The way in, looked at."""
    want(sam, product)
    tab_to(sam, "Begin the visit")
    found = looked_at_everywhere(sam, "view-as")
    sam.get_by_role("button", name="Begin the visit").click()
    sam.get_by_role("heading", name="You will be Cleo Marsh").wait_for()
    return found + looked_at_everywhere(sam, "view-as-go")


def test_the_way_in_and_what_lies_under_the_bar_are_sound(open_page, live_product):
    ada, sam = open_page(ADA), open_page(SAM)
    agree(ada, live_product, "Allowed with actions")
    found = begin(sam, live_product)
    sam.set_viewport_size({"width": 1440, "height": 900})
    come_in(sam, live_product, "With actions")
    tab_to(sam, "Leave")
    found += looked_at_everywhere(sam, "visit-home")
    sam.goto(live_product.url("acme", "/requests?q=lamp"))
    sam.locator(".ticket").first.click()
    sam.get_by_label("Your reply").wait_for()
    found += looked_at_everywhere(sam, "visit-request")
    sam.get_by_label("Your reply").fill("It is the switch.")
    sam.get_by_role("button", name="Send", exact=True).click()
    sam.get_by_role("heading", name="Reply to a request").wait_for()
    tab_to(sam, "Confirm")
    found += looked_at_everywhere(sam, "visit-confirm")
    ada.goto(live_product.url("acme", BOX))
    found += looked_at_everywhere(ada, "staff-access-running")
    ada.get_by_role("link", name="What they see and do").click()
    ada.get_by_role("heading", name="Sam Oduya as Cleo Marsh").wait_for()
    found += looked_at_everywhere(ada, "staff-visit")
    sam.goto(live_product.url("acme", "/"))
    leave(sam)
    found += looked_at_everywhere(sam, "visit-left")
    assert found + sam.complaints + ada.complaints == []


def test_an_agents_desk_under_the_bar_is_sound(open_page, live_product):
    ada, sam = open_page(ADA), open_page(SAM)
    agree(ada, live_product, "Allowed to look")
    come_in(sam, live_product, person="Ben Ode")
    found = looked_at_everywhere(sam, "visit-inbox")
    sam.locator(".ticket").first.click()
    sam.wait_for_url(re.compile("/manager/inbox/[0-9a-f-]{36}"))
    found += looked_at_everywhere(sam, "visit-conversation")
    sam.goto(live_product.url("acme", "/manager/settings/"))
    found += looked_at_everywhere(sam, "visit-refused")
    leave(sam)
    assert found == []


def test_a_question_is_sound(open_page, live_product):
    ada, sam = open_page(ADA), open_page(SAM)
    agree(ada, live_product, "Ask each time")
    want(sam, live_product, person="Mia Holt")
    sam.get_by_role("button", name="Ask the managers").click()
    sam.get_by_text("You have asked").first.wait_for()
    found = looked_at_everywhere(sam, "view-as-asked")
    ada.goto(live_product.url("acme", BOX))
    found += looked_at_everywhere(ada, "staff-access-asked")
    ada.get_by_role("button", name="No", exact=True).click()
    ada.get_by_text("may not come in").wait_for()
    assert found + ada.complaints == []
