"""A key is made in the browser, used by a program, and ended."""

import uuid
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, CLEO, LIN = "ada@acme.example", "cleo@acme.example", "lin@portico.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def ask(product, slug, path, text):
    """The status of the answer to a program."""
    address = urlsplit(product.url(slug, path))
    line = HTTPConnection("127.0.0.1", address.port, timeout=60)
    line.request("GET", path, headers={"Host": address.netloc, "Authorization": f"Bearer {text}"})
    return line.getresponse().status


@SCRIPTS
@pytest.mark.parametrize(
    ("who", "slug", "path"),
    [(CLEO, "acme", "/api/v1/support/tickets"), (LIN, "console", "/platform-admin/tickets")],
)
def test_ones_own_key_is_made_used_and_ended(open_page, live_product, scripts, who, slug, path):
    page, name = open_page(who, scripts=scripts), f"Laptop {uuid.uuid4().hex[:6]}"
    page.goto(live_product.url(slug, "/requests" if slug == "acme" else "/admin/tickets"))
    page.locator(".menu summary[aria-label*='your account']").click()
    page.get_by_role("link", name="Your keys").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.locator("input[value='tickets:read']").check()
    page.get_by_role("button", name="Make the key").click()
    text = page.get_by_label("The key", exact=True).input_value()
    assert ask(live_product, slug, path, text) == 200

    page.goto(live_product.url(slug, "/account/keys"))
    assert text not in page.content()
    page.get_by_role("button", name=f"End {name}").click()
    page.get_by_text(f"“{name}” has ended.").wait_for()
    assert ask(live_product, slug, path, text) == 401
    assert page.complaints == []


def test_a_key_of_the_company_is_made_changed_and_ended(open_page, live_product):
    page, name = open_page(ADA), f"Robot {uuid.uuid4().hex[:6]}"
    page.goto(live_product.url("acme", "/manager/settings/keys"))
    page.get_by_label("Name", exact=True).fill(name)
    page.locator("input[value='tickets:read']").check()
    page.get_by_role("button", name="Make the key").click()
    first = page.get_by_label("The key", exact=True).input_value()
    page.get_by_role("button", name=f"New secret for {name}").click()
    page.get_by_text("The one before works until").wait_for()
    second = page.get_by_label("The key", exact=True).input_value()
    assert first != second
    path = "/api/v1/support/tickets"
    assert [ask(live_product, "acme", path, one) for one in (first, second)] == [200, 200]

    page.get_by_role("button", name=f"End {name}").click()
    page.get_by_text(f"“{name}” has ended.").wait_for()
    assert [ask(live_product, "acme", path, one) for one in (first, second)] == [401, 401]
    assert page.complaints == []
