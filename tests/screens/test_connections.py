"""A connection that is set up, who would have to use it, and the sign-in page it stands on."""

import pytest

from tests.screens.test_screens import looked_at_everywhere

pytestmark = pytest.mark.no_database
OLGA, HOME = "olga@acme.example", "/manager/settings/connections"


def connect(page, product, name):
    page.goto(product.url("acme", f"{HOME}/new/oidc"))
    page.get_by_role("button", name="Save the connection").click()
    page.get_by_label("Name", exact=True).fill(name)
    for label, value in (("Issuer", "https://id.example"), ("Client id", "a"), ("Client secret", "b")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Save the connection").click()
    page.get_by_role("button", name="Switch on").wait_for()


def test_a_connection_and_what_comes_of_it_are_sound(open_page, live_product):
    page, name = open_page(OLGA), "Acme directory of the whole house"
    connect(page, live_product, name)
    found = looked_at_everywhere(page, "sign-in-connection")
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("link", name="Make it the only way in").click()
    page.get_by_role("heading", name="The only way in").wait_for()
    found += looked_at_everywhere(page, "sign-in-enforce")
    page.goto(live_product.url("acme", HOME))
    found += looked_at_everywhere(page, "sign-in-list")
    page.goto(live_product.url("acme", "/account/sign-in"))
    found += looked_at_everywhere(page, "sign-in-own")
    page.get_by_role("button", name=f"Connect {name}").click()
    page.get_by_role("link", name="Go on to").wait_for()
    found += looked_at_everywhere(page, "sign-in-go")

    stranger = open_page()
    stranger.goto(live_product.url("acme", "/login"))
    stranger.get_by_role("link", name=name).wait_for()
    found += looked_at_everywhere(stranger, "sign-in-login")
    page.goto(live_product.url("acme", HOME))
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Switch off").click()
    page.get_by_role("button", name="Switch on").wait_for()
    stranger.goto(live_product.url("acme", f"/sign-in/with/{page.url.rpartition('/')[2]}"))
    found += looked_at_everywhere(stranger, "sign-in-not-set-up")
    complaints = [one for one in page.complaints + stranger.complaints if "409" not in one]
    assert found + complaints == []
