"""A passkey is made and used in a real browser and is useless elsewhere; a sibling's cookies change nothing."""

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

BEN, SECURITY = "ben@acme.example", "/account/security"


def with_authenticator(page):
    """A virtual authenticator with a finger that is always right; what it holds can be asked."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    number = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda: line.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]


def sign_in(page, product, email, slug="acme"):
    page.goto(product.url(slug, "/login"))
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(product.person(email)["password"])
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def with_passkey(open_page, live_product):
    """Ben's browser, with a passkey that it has just made."""
    page = open_page(BEN)
    held = with_authenticator(page)
    page.goto(live_product.url("acme", SECURITY))
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Ben’s laptop")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_text("Keep these now").wait_for()
    assert [one["rpId"] for one in held()] == ["acme.localhost"]
    page.get_by_role("link", name="I have kept them").click()
    return page


def test_a_passkey_signs_in_stands_as_second_step_is_useless_elsewhere_and_goes(with_passkey, live_product):
    page = with_passkey
    page.context.clear_cookies()
    page.goto(live_product.url("acme", "/login"))
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/manager/inbox")
    page.context.clear_cookies()
    sign_in(page, live_product, BEN)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/manager/inbox")

    page.context.clear_cookies()
    page.goto(live_product.url("borealis", "/login"))
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("That did not work").wait_for()
    sign_in(page, live_product, BEN)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/manager/inbox")
    page.goto(live_product.url("acme", SECURITY))
    page.get_by_role("button", name="Remove Ben’s laptop").click()
    page.get_by_text("no way into your account any more").wait_for()
    assert page.complaints == []


def test_a_siblings_cookies_change_nothing(open_page, live_product):
    """Borealis tosses cookies of Acme's names at the common domain: nobody is signed in by them, or out."""
    page = open_page("bo@borealis.example")
    page.goto(live_product.url("borealis", SECURITY))
    theirs = {one["name"]: one["value"] for one in page.context.cookies()}
    port = live_product.port
    page.goto(live_product.url("borealis", "/login"))
    for name, value in theirs.items():
        page.evaluate(f"document.cookie = '{name}={value}; domain=localhost; path=/'")
        page.evaluate(f"document.cookie = '{name}={value}; domain=acme.localhost; path=/account'")
    page.goto(live_product.url("acme", SECURITY))
    assert page.url.startswith(f"http://acme.localhost:{port}/login")
    sign_in(page, live_product, "ada@acme.example")
    page.wait_for_url("**/manager/inbox")
    page.goto(live_product.url("acme", SECURITY))
    page.get_by_text("ada@acme.example").first.wait_for()
    assert "bo@borealis.example" not in page.content()
