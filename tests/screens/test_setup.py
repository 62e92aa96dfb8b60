"""The settings pages, held against the same rules as every other screen."""

import pytest

from tests.screens.test_screens import (
    ADA,
    CLEO,
    LIN,
    WIDTHS,
    Screen,
    looked_at,
    looked_at_everywhere,
    show,
    tab_to,
)

pytestmark = pytest.mark.no_database
BEN, HOME = "ben@acme.example", "/manager/settings/"
SCREENS = [
    Screen("settings", HOME, ADA),
    Screen("brand", HOME + "brand", ADA, main="Save brand"),
    Screen("departments", HOME + "departments", ADA, main="Save departments"),
    Screen("types", HOME + "types", ADA, main="Add the type"),
    Screen("type", HOME + "types/customer_service", ADA, main="Save steps"),
    Screen("distribution", HOME + "distribution", ADA, main="Save distribution"),
    Screen("files", HOME + "files", ADA, main="Save rules for files"),
    Screen("numbers", HOME + "numbers", ADA, main="Save the form"),
    Screen("teams", HOME + "teams", ADA, main="Make the team"),
    Screen("people", HOME + "people", ADA),
    Screen("telemetry", HOME + "telemetry", ADA, main="Save"),
    Screen("telemetry-person", HOME + "telemetry", ADA, click="td .row"),
    Screen("keys", HOME + "keys", ADA, main="Make the key"),
    Screen("apps", HOME + "apps", ADA, main="Add the app"),
    Screen("keys-own", "/account/keys", BEN, main="Make the key"),
    Screen("keys-own-portal", "/account/keys", CLEO, main="Make the key"),
    Screen("keys-own-console", "/account/keys", LIN, main="Make the key"),
    Screen("person", HOME + "people", ADA, click="td .btn", main="Save"),
    Screen("macros", HOME + "recipes/macros", ADA, main="New macro"),
    Screen("macro-new", HOME + "recipes/macros/new", ADA, main="Save"),
    Screen("reply-new", HOME + "recipes/replies/new", BEN, main="Save"),
    Screen("template-new", HOME + "recipes/templates/new", BEN, main="Save"),
    Screen("view-new", HOME + "recipes/views/new", BEN, main="Save"),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_settings_page_is_sound_and_the_tab_key_reaches_its_main_control(open_page, live_product, screen):
    page = open_page(screen.who)
    assert show(page, live_product, screen) == screen.status
    if screen.main:
        tab_to(page, screen.main)

    found = looked_at_everywhere(page, f"setup-{screen.name}")
    assert found + page.complaints == []


def test_a_macro_with_every_kind_of_step_is_sound(open_page, live_product):
    page = open_page(ADA)
    page.goto(live_product.url("acme", HOME + "recipes/macros/new"))
    page.get_by_label("Name").fill("Everything")
    steps = page.get_by_label("Another step")
    for step in [one.get_attribute("value") for one in steps.locator("option").all()]:
        page.get_by_label("Another step").select_option(step)
        page.get_by_role("button", name="Add this step").click()
        page.locator(f'input[value="{step}"]').wait_for(state="attached")

    found = [one for name in ("wide", "phone") for one in looked_at(page, f"setup-steps-{name}", WIDTHS[name], "light")]
    assert found + page.complaints == []


def test_settings_are_two_keys_away(open_page, live_product):
    page = open_page(ADA)
    page.goto(live_product.url("acme", "/manager/tickets"))
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url(live_product.url("acme", HOME))


@pytest.mark.parametrize("name", ["", "Robot that carries the evening’s backups to the archive"], ids=["wrong", "made"])
def test_a_key_is_shown_once_or_refused_on_a_sound_page(open_page, live_product, name):
    page = open_page("olga@acme.example")
    page.goto(live_product.url("acme", HOME + "keys"))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Only from these addresses").fill("192.0.2.0/24\n2001:db8::/32")
    if name:
        page.locator("input[value='tickets:read']").check()
        page.locator("input[value='people:read']").check()
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("Take the key" if name else "Choose what it may do.").first.wait_for()

    found = looked_at_everywhere(page, f"setup-keys-{'made' if name else 'wrong'}")
    status = "status of 200" if name else "status of 422"
    assert found + [one for one in page.complaints if status not in one] == []


def test_an_app_is_made_asked_for_and_refused_on_sound_pages(open_page, live_product):
    page = open_page("olga@acme.example")
    page.goto(live_product.url("acme", HOME + "apps"))
    page.get_by_label("Name", exact=True).fill("Tables of the wholesale partner that copies every evening")
    page.get_by_label("Where people go back to").fill("https://partner.example/back")
    for scope in ("tickets:write", "people:read"):
        page.locator(f"input[value='{scope}']").check()
    page.get_by_role("button", name="Add the app").click()
    client = page.get_by_label("Client id", exact=True).input_value()
    found = looked_at_everywhere(page, "setup-app-made")

    query = f"client_id={client}&response_type=code&code_challenge_method=S256&code_challenge={'c' * 43}&redirect_uri="
    page.goto(live_product.url("acme", f"/oauth/authorize?{query}https%3A%2F%2Fpartner.example%2Fback"))
    tab_to(page, "Let it in")
    found += looked_at_everywhere(page, "consent")
    page.goto(live_product.url("acme", f"/oauth/authorize?{query}https%3A%2F%2Fevil.example%2Fback"))
    found += looked_at_everywhere(page, "consent-refused")
    assert found + [one for one in page.complaints if "status of 400" not in one] == []
