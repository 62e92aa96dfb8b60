"""Ada looks who was here, follows a name and a request, and takes the list along."""

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA = "ada@acme.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def test_a_sign_in_that_failed_is_found_by_two_keys(open_page, live_product):
    stranger = open_page()
    stranger.goto(live_product.url("acme", "/login"))
    stranger.get_by_label("E-mail").fill(ADA)
    stranger.get_by_label("Password").fill("certainly not this")
    stranger.get_by_role("button", name="Sign in").click()
    stranger.get_by_text("is not right").first.wait_for()

    page = open_page(ADA)
    page.goto(live_product.url("acme", "/manager/inbox"))
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(live_product.url("acme", "/manager/audit"))
    page.get_by_text("Somebody was not let in as Ada Lind").first.wait_for()
    assert page.complaints == []


@SCRIPTS
def test_what_portico_did_is_narrowed_and_taken_along(open_page, live_product, scripts):
    page = open_page(ADA, scripts=scripts)
    page.goto(live_product.url("acme", "/manager/audit"))
    page.get_by_label("Action").fill("ticket.message.create")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("replied").first.wait_for()
    page.get_by_title("Only Lin Haas").first.click()
    page.wait_for_url(lambda url: "who=Lin" in url)
    assert page.get_by_text("Portico", exact=True).count() > 0
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    text = taken.value.path().read_text(encoding="utf-8")
    assert text.startswith("at,verb,actor_kind,actor_label")
    assert "Lin Haas" in text
    page.goto(live_product.url("acme", "/manager/audit?action=audit.export"))
    page.get_by_text("Ada Lind exported the audit as csv").first.wait_for()
