"""The settings pages, held against the same rules as every other screen."""

import pytest

from tests.screens.test_screens import (
    ADA,
    CLEO,
    LIN,
    OMAR,
    WIDTHS,
    Screen,
    looked_at,
    looked_at_everywhere,
    show,
    tab_to,
)

pytestmark = pytest.mark.no_database

BEN, OLGA = "ben@acme.example", "olga@acme.example"
HOME, ACCOUNT = "/manager/settings/", "/account/security"
SCREENS = [
    Screen("settings", HOME, ADA),
    Screen("brand", HOME + "brand", ADA, main="Save brand"),
    Screen("domains", HOME + "domains", ADA, main="Add domain"),
    Screen("start", HOME + "start", ADA, main="Show this list after sign-in"),
    Screen("departments", HOME + "departments", ADA, main="Save departments"),
    Screen("types", HOME + "types", ADA, main="Add the type"),
    Screen("type", HOME + "types/customer_service", ADA, main="Save steps"),
    Screen("distribution", HOME + "distribution", ADA, main="Save distribution"),
    Screen("files", HOME + "files", ADA, main="Save rules for files"),
    Screen("numbers", HOME + "numbers", ADA, main="Save the form"),
    Screen("teams", HOME + "teams", ADA, main="Make the team"),
    Screen("people", HOME + "people", ADA),
    Screen("invite", HOME + "people/invite", ADA, main="Send invitations"),
    Screen("invitations", HOME + "people/invitations", ADA),
    Screen("import", HOME + "people/import", ADA, main="Look at it"),
    Screen("roles", HOME + "roles", ADA, main="Make the role"),
    Screen("profile", "/account/profile", BEN, main="Save"),
    Screen("profile-portal", "/account/profile", CLEO, main="Save"),
    Screen("telemetry", HOME + "telemetry", ADA, main="Save"),
    Screen("telemetry-person", HOME + "telemetry", ADA, click="td .row"),
    Screen("channels", HOME + "channels", ADA, main="Set up the channel"),
    Screen("mail-held", "/manager/mail", ADA),
    Screen("mail-console", "/admin/companies/acme/mail", OMAR),
    Screen("mails-console", "/admin/mails", LIN),
    Screen("outgoing", HOME + "mail/outgoing", ADA, main="Send me a test mail"),
    Screen("letters", HOME + "mail/letters", ADA),
    Screen("letter", HOME + "mail/letters/support_ticket_update", ADA, main="Save words"),
    Screen("notices-own", "/account/mails", BEN, main="Save"),
    Screen("notices-own-portal", "/account/mails", CLEO, main="Save"),
    Screen("keys", HOME + "keys", ADA, main="Make the key"),
    Screen("sign-in", HOME + "sign-in", ADA, main="Save the rules"),
    *(Screen(f"account-{who.partition('@')[0]}", ACCOUNT, who, main="Add a passkey") for who in (BEN, CLEO, LIN)),
    Screen("forgot", "/forgot", host="acme", main="Send the link"),
    Screen("by-code", "/login/code", host="console", main="Send the code"),
    Screen("link-over", "/reset/nothing", host="acme", status=410, main="Have another link sent"),
    Screen("account-password", ACCOUNT + "/password", BEN, main="Save the password"),
    Screen("account-address", ACCOUNT + "/address", CLEO, main="Send the link"),
    Screen("account-app", ACCOUNT + "/app", BEN, main="Add the app"),
    Screen("account-passkey", ACCOUNT + "/passkey", LIN, main="Make the passkey"),
    Screen("apps", HOME + "apps", ADA, main="Add the app"),
    Screen("keys-own", "/account/keys", BEN, main="Make the key"),
    Screen("keys-own-portal", "/account/keys", CLEO, main="Make the key"),
    Screen("keys-own-console", "/account/keys", LIN, main="Make the key"),
    Screen("connections", HOME + "connections", OLGA),
    Screen("connections-looked-at", HOME + "connections", ADA),
    Screen("connection-new", HOME + "connections/new/saml", OLGA, main="Save the connection"),
    Screen("sign-in-own", "/account/sign-in", BEN),
    Screen("sign-in-own-portal", "/account/sign-in", CLEO),
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
    assert found + [one for one in page.complaints if f"status of {screen.status}" not in one] == []


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


def test_domains_that_wait_for_their_records_are_sound(open_page, live_product):
    page = open_page(ADA)
    for domain, use in (("help.bücher.example", "The address of your desk"), ("acme.example", "Mail and single")):
        page.goto(live_product.url("acme", HOME + "domains"))
        page.get_by_label("Domain", exact=True).fill(domain)
        page.get_by_label(use).check()
        page.get_by_role("button", name="Add domain").click()
        page.get_by_text("Added.").wait_for()
    page.get_by_text("The name servers of this domain did not answer.").first.wait_for()

    assert looked_at_everywhere(page, "setup-domains-waiting") + page.complaints == []


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
