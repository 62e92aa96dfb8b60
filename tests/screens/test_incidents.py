"""Incidents in the console and above a workspace, held against the same rules as every other screen."""

import pytest

from tests.screens.test_screens import ADA, OMAR, Screen, looked_at_everywhere, problems_of

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
LIN, HOME = "lin@portico.example", "/admin/incidents"
OPEN = ".table .fill > a"
SCREENS = [
    Screen("incidents", HOME, OMAR, main="Open an incident"),
    Screen("incidents-none", HOME, "una@portico.example"),
    Screen("incident", HOME, OMAR, click=OPEN, main="Tell them"),
    Screen("incident-support", HOME, LIN, click=OPEN, main="Add note"),
    Screen("incident-new", HOME + "/new", OMAR, main="Open the incident"),
    Screen("incident-edit", HOME + "/1/edit", OMAR, main="Save"),
    Screen("incident-missing", HOME + "/999999", OMAR, status=404),
    Screen("incident-queue", "/admin/tickets?incident=1", OMAR),
    Screen("incident-ticket", "/admin/tickets?incident=1", OMAR, click=".table .fill > a", main="Take out"),
    Screen("incident-banner", "/manager/tickets", ADA, main="Your request"),
    Screen("incident-banner-inbox", "/manager/inbox?view=open", ADA, main="Your request"),
    Screen("incident-banner-portal", "/", ADA, main="Your request"),
    Screen("incident-request", "/manager/tickets", ADA, click=".notices[data-incidents] a", main="Send reply"),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_page_about_incidents_is_sound_and_the_tab_key_reaches_its_main_control(open_page, live_product, screen):
    assert problems_of(open_page, live_product, screen) == []


def test_what_is_refused_stands_beside_its_field(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", HOME + "/new"))
    page.get_by_role("button", name="Open the incident").click()
    page.get_by_text("Please write something.").first.wait_for()
    assert looked_at_everywhere(page, "incident-refused") == []


def test_words_that_name_a_company_ask_whether_they_are_meant(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", HOME + "/1"))
    page.get_by_label("Words to the companies").first.fill("As Acme told us, pages are missing.")
    page.get_by_role("button", name="Tell them").click()
    page.get_by_text("It is meant so").first.wait_for()
    assert looked_at_everywhere(page, "incident-names") == []
