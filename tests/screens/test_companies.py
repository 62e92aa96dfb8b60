"""Companies in the console, held against the same rules as every other screen."""

import pytest

from tests.screens.test_screens import OMAR, Screen, looked_at_everywhere, show, tab_to

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
    page = open_page(screen.who)
    assert show(page, live_product, screen) == screen.status
    if screen.main:
        tab_to(page, screen.main)

    found = looked_at_everywhere(page, screen.name)
    found += [one for one in page.complaints if f"status of {screen.status}" not in one]
    assert found == [], "\n".join(found)
