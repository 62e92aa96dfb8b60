"""The screens of a company with a brand of its own, and what becomes of colours that are hard to read."""

import pytest

from tests.screens.test_screens import COLOURS, SCHEMES, Screen, looked_at_everywhere, problems_of, violations

pytestmark = pytest.mark.no_database
ODD, CARL = "odd@borealis.example", "carl@borealis.example"
PAGE = "/manager/settings/brand"
SCREENS = [
    Screen("brand-door", "/", host="borealis"),
    Screen("brand-login", "/login", host="borealis", main="Sign in"),
    Screen("brand-portal", "/", CARL, main="New request"),
    Screen("brand-new", "/requests/new", CARL, main="Send request"),
    Screen("brand-request", "/requests?show=all", CARL, click=".ticket"),
    Screen("brand-missing", "/nothing", CARL, status=404, main="Borealis Tours"),
    Screen("brand-desk", "/manager/inbox?view=open", ODD),
    Screen("brand-settings", PAGE, ODD, main="Save brand"),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_in_a_companys_brand_is_sound(open_page, live_product, screen):
    assert problems_of(open_page, live_product, screen) == []


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#808080", "#ff0000", "#00ff00", "#ffff00", "#767676"])
def test_a_colour_that_is_hard_to_read_is_readable_in_every_preview(open_page, live_product, colour):
    page = open_page(ODD)
    page.goto(live_product.url("borealis", PAGE))
    page.get_by_label("Colour", exact=True).fill(colour)
    page.locator(f"#brand-preview link[href$='{colour[1:]}']").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert violations(page, COLOURS) == []


def test_what_is_wrong_and_who_was_faster_are_sound_too(open_page, live_product):
    page = open_page(ODD)
    page.goto(live_product.url("borealis", PAGE))
    page.get_by_label("Colour", exact=True).fill("greenish")
    page.evaluate("document.querySelector('#brand-form [name=version]').value = '0'")
    page.get_by_role("button", name="Save brand").click()
    page.get_by_text("Please write a colour as #").wait_for()
    assert looked_at_everywhere(page, "brand-wrong") == []
    page.get_by_label("Colour", exact=True).fill("#f2b632")
    page.get_by_label("Name that customers read").fill("Too late")
    page.get_by_role("button", name="Save brand").click()
    page.get_by_text("Somebody else changed this meanwhile.").wait_for()
    assert looked_at_everywhere(page, "brand-late") == []
