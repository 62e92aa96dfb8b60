"""From any page of workspace and console to any other with a few letters, and back to where one was."""

import re

import pytest

from tests.journeys.test_inbox import open_for_somebody
from tests.screens.conftest import take_picture, wait_for
from tests.screens.test_screens import looked_at_everywhere

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, OMAR, LIN = "ada@acme.example", "omar@portico.example", "lin@portico.example"
WORDS, OPTION = "#palette-words", "#options [role=option]"


def open_palette(page, product, host, path, key="Control+k"):
    """Open a page, and its palette by a key; ends when it has an answer."""
    page.goto(product.url(host, path))
    page.wait_for_load_state()
    page.keyboard.press(key)
    page.locator(OPTION).first.wait_for()


@pytest.mark.parametrize(
    ("who", "host", "path", "words", "heading"),
    [
        (ADA, "acme", "/manager/settings/brand", "incom", "Incoming mail"),
        (ADA, "acme", "/manager/audit", "cal", r"\w+ 20\d\d"),
        (ADA, "acme", "/account/profile", "held", "^Mail$"),
        (OMAR, "console", "/admin/team", "compa", "Companies"),
        (LIN, "console", "/admin/telemetry", "acme", "Acme"),
    ],
)
def test_a_few_letters_lead_from_any_page_to_another(open_page, live_product, who, host, path, words, heading):
    page = open_page(who)
    open_palette(page, live_product, host, path)
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile(heading), level=1).wait_for()
    assert page.complaints == []


def test_a_number_leads_to_its_request_by_the_key_for_searching(open_page, live_product):
    page = open_page(ADA)
    subject = open_for_somebody(page, live_product)
    number = page.locator("#talk-bar .num").first.inner_text()
    open_palette(page, live_product, "acme", "/manager/settings/types", key="/")
    page.keyboard.type(f"#{number}")
    page.locator(OPTION, has_text=subject).wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=subject).wait_for()
    page.wait_for_load_state()

    page.keyboard.press("Control+k")
    page.locator(OPTION, has_text="Add an internal note").wait_for()
    page.keyboard.type("internal")
    page.keyboard.press("Enter")
    wait_for(page, "document.activeElement.getAttribute('aria-label') === 'Your internal note'")
    assert page.complaints == []


def test_enter_waits_for_the_answer_to_what_was_typed(open_page, live_product):
    page, held = open_page(ADA), []
    open_palette(page, live_product, "acme", "/manager/audit")
    page.route(re.compile(r"find\?q=held"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"find\?q=held")):
        page.keyboard.type("held mail")
        page.keyboard.press("Enter")
    assert page.locator("[data-palette]").evaluate("one => one.open"), "it went to what stood there before"
    held.pop().continue_()
    page.get_by_role("heading", name="Mail", exact=True, level=1).wait_for()


@pytest.mark.parametrize(
    ("who", "host", "path", "field"),
    [
        (ADA, "acme", "/manager/settings/brand", "Greeting"),
        (OMAR, "console", "/admin/audit", "Who"),
    ],
)
def test_escape_leads_back_to_where_one_was(open_page, live_product, who, host, path, field):
    page = open_page(who)
    page.goto(live_product.url(host, path))
    page.wait_for_load_state()
    page.get_by_label(field, exact=True).focus()
    page.keyboard.press("Control+k")
    page.locator(OPTION).first.wait_for()
    words = page.get_by_role("combobox", name="Jump or do")
    first = words.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    assert words.get_attribute("aria-activedescendant") != first
    assert page.locator(f"#{words.get_attribute('aria-activedescendant')}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert page.get_by_label(field, exact=True).evaluate("one => one === document.activeElement")


@pytest.mark.parametrize(
    ("who", "host", "path", "here", "elsewhere"),
    [
        (ADA, "acme", "/manager/settings/types", "Go to settings", "Reply"),
        (OMAR, "console", "/admin/companies", "Go to the fleet", "New request"),
    ],
)
def test_the_list_of_keys_names_those_of_the_page(open_page, live_product, who, host, path, here, elsewhere):
    page = open_page(who)
    page.goto(live_product.url(host, path))
    page.wait_for_load_state()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_text(here, exact=True).wait_for()
    keys.get_by_text("Jump to a page, a request, a command").wait_for()
    assert not keys.get_by_text(elsewhere, exact=True).is_visible()
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")


@pytest.mark.parametrize(
    ("who", "host", "path"), [(ADA, "acme", "/manager/audit"), (LIN, "console", "/admin/incidents")]
)
def test_on_a_phone_and_without_scripts_its_control_is_in_the_rail(open_page, live_product, who, host, path):
    for scripts in (True, False):
        page = open_page(who, scripts=scripts)
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(live_product.url(host, path))
        page.wait_for_load_state()
        page.get_by_role("link", name="Search or jump (Ctrl K)").click()
        if scripts:
            page.locator(WORDS).fill("audi" if who == ADA else "team")
            page.locator(OPTION, has_text=re.compile("Audit|Team")).first.click()
        else:
            page.get_by_role("heading", name="Jump to").wait_for()
            page.get_by_role("link", name=re.compile("^(Audit|Team and coverage)$")).last.click()
        page.get_by_role("heading", name=re.compile("Audit|Team"), level=1).wait_for()
        assert page.complaints == []


@pytest.mark.parametrize(
    ("who", "host", "path"), [(ADA, "acme", "/manager/audit"), (OMAR, "console", "/admin/tickets")]
)
def test_it_looks_sound(open_page, live_product, who, host, path):
    page = open_page(who)
    open_palette(page, live_product, host, path)
    page.keyboard.type("re")
    page.locator(OPTION, has_text="Search all requests for “re”").wait_for()
    take_picture(page, f"palette-{host}")
    assert looked_at_everywhere(page, f"palette-{host}") == []


def test_single_keys_are_switched_off_and_on_again(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets"))
    page.wait_for_load_state()
    page.keyboard.press("?")
    page.get_by_label("Single keys work in this browser").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_load_state()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Control+k")
    page.locator(OPTION).first.wait_for()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Keys (?)").click()
    page.get_by_label("Single keys work in this browser").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.locator("[data-search]").evaluate("one => one === document.activeElement")
