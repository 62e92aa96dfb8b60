"""Companies in the console, held against the same rules as every other screen."""

import pytest

from tests.screens.test_screens import OMAR, Screen, looked_at_everywhere, problems_of

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
MAX, HOME = "max@portico.example", "/admin/companies"
SCREENS = [
    Screen("companies", HOME, OMAR, main="Show"),
    Screen("companies-none", HOME + "?q=nothing-like-it", OMAR, main="Clear"),
    Screen("companies-support", HOME, "lin@portico.example", main="Show"),
    Screen("company", HOME + "/acme", OMAR, main="Add note"),
    Screen("company-support", HOME + "/acme", "lin@portico.example", main="Add note"),
    Screen("company-care", HOME + "/acme/care", OMAR, main="Save"),
    Screen("company-note", HOME + "/acme", MAX, click="[aria-label^='Change the note']", main="Save"),
    Screen("company-suspend", HOME + "/acme/decide/suspend", OMAR, main="Suspend"),
    Screen("company-erase", HOME + "/acme/decide/erase", OMAR, main="Plan to erase"),
    Screen("company-missing", HOME + "/nobody-here", OMAR, status=404),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_page_of_companies_is_sound_and_the_tab_key_reaches_its_main_control(open_page, live_product, screen):
    assert problems_of(open_page, live_product, screen) == []


def test_what_is_not_confirmed_is_told_beside_the_field(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", HOME + "/acme/decide/suspend"))
    page.get_by_label("Type acme to confirm").fill("borealis")
    page.get_by_role("button", name="Suspend").click()
    page.get_by_text("This is not acme.").wait_for()
    assert looked_at_everywhere(page, "company-not-confirmed") == []


def test_a_company_that_rests_says_so(open_page, live_product):
    page = open_page(OMAR)
    for what in ("suspend", "resume"):
        page.goto(live_product.url("console", f"{HOME}/borealis/decide/{what}"))
        if what == "suspend":
            page.get_by_label("What its people read").fill("The invoice of May is open.")
        page.get_by_label("Type borealis to confirm").fill("borealis")
        page.get_by_role("button", name=what.capitalize()).click()
        page.wait_for_url(f"**{HOME}/borealis")
        assert looked_at_everywhere(page, f"company-after-{what}") == []
