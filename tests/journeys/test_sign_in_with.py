"""An owner connects a provider in the browser, tries it, and comes in with it."""

import re

import pytest

from tests.sso.conftest import ops

__all__ = ["ops"]
pytestmark = [pytest.mark.no_database, pytest.mark.browser]

OLGA, HOME = "olga@acme.example", "/manager/settings/connections"


def agree(page, sub):
    """At the provider: be this person there."""
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_provider_is_connected_tried_and_used(open_page, live_product, ops, scripts):
    page, name = open_page(OLGA, scripts=scripts), f"Acme ID {scripts}"
    page.goto(live_product.url("acme", HOME))
    page.get_by_role("link", name=re.compile("OpenID Connect")).click()
    for label, value in (("Name", name), ("Issuer", ops[0].issuer), ("Client id", "acme"), ("Client secret", "s3cret")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Save the connection").click()
    page.get_by_role("button", name="Try this connection").click()
    page.get_by_role("link", name="Go on to").click()
    agree(page, f"olga-{scripts}")
    page.get_by_role("heading", name="It works").wait_for()
    page.get_by_role("link", name="Back to the connection").click()
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("button", name="Switch off").wait_for()

    page.goto(live_product.url("acme", "/account/sign-in"))
    page.get_by_role("button", name=f"Connect {name}").click()
    page.get_by_role("link", name="Go on to").click()
    agree(page, f"olga-{scripts}")
    page.get_by_text(f"you can sign in with {name}").wait_for()

    stranger = open_page(scripts=scripts)
    stranger.goto(live_product.url("acme", "/login?next=/manager/settings/"))
    stranger.get_by_role("link", name=name).click()
    agree(stranger, f"olga-{scripts}")
    stranger.wait_for_url(live_product.url("acme", "/manager/settings/"))
    theirs = "cdn.jsdelivr.net"  # the provider's own pages want a style sheet from there
    assert [one for one in page.complaints + stranger.complaints if theirs not in one] == []
