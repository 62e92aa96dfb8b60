"""Eli tells two companies of an incident and resolves it; each reads of it alone; with scripts and without."""

import pytest

from tests.journeys.test_companies import opened_until

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ELI, LIN, ADA, BO = "eli@portico.example", "lin@portico.example", "ada@acme.example", "bo@borealis.example"
BEN = "ben@acme.example"
TITLE = "Published pages appear late or not at all"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def open_incident(page, live_product):
    page.goto(live_product.url("console", "/admin/incidents"))
    page.get_by_role("link", name="Publisher 3 loses what is published").first.click()


@SCRIPTS
def test_what_is_told_stands_above_each_companys_workspace(open_page, live_product, scripts):
    eli, ada, bo = (open_page(who, scripts=scripts) for who in (ELI, ADA, BO))
    words = f"Half of it is back, {'with' if scripts else 'without'} scripts."
    open_incident(eli, live_product)
    eli.get_by_label("State").select_option("monitoring")
    eli.get_by_label("Words to the companies").first.fill(words)
    eli.get_by_role("button", name="Tell them").click()
    eli.get_by_text("Told. The requests follow").wait_for()

    for page, slug in ((ada, "acme"), (bo, "borealis")):
        opened_until(page, live_product.url(slug, "/manager/tickets"), words)
        page.get_by_role("link", name="Your request").first.click()
        page.get_by_role("heading", name="Part of an incident").wait_for()
    eli.reload()
    assert eli.get_by_text("Heard the latest").count()

    ben = open_page(BEN, scripts=scripts)
    opened_until(ben, live_product.url("acme", "/manager/tickets"), words)
    ben.get_by_role("button", name="Put away until there is news").click()
    ben.get_by_text("Put away until there is news.").wait_for()
    ben.goto(live_product.url("acme", "/manager/inbox"))
    assert ben.get_by_text(words).count() == 0
    ada.goto(live_product.url("acme", "/manager/inbox"))
    assert ada.get_by_text(words).count(), "what one puts away is there for the others"


@SCRIPTS
def test_an_incident_is_opened_from_a_request_resolved_and_opened_again(open_page, live_product, scripts):
    page = open_page("sam@portico.example", scripts=scripts)
    page.goto(live_product.url("console", "/admin/tickets?company=borealis&subject=reports"))
    page.locator(".table .fill > a").first.click()
    page.get_by_role("link", name="Open one from this").click()
    headline = f"Exports end early {scripts}"
    page.get_by_label("Headline").fill(headline)
    page.get_by_label("What companies read").fill("Exports are cut off")
    page.get_by_role("button", name="Open the incident").click()
    page.get_by_text("The request is linked.").wait_for()
    page.get_by_label("Words to the companies").last.fill("All rows are there again.")
    page.get_by_role("button", name="Resolve").click()
    page.get_by_text("Resolved. The requests follow").wait_for()
    opened_until(page, page.url, "1 of 1")
    page.get_by_label("Words to the companies").fill("Not yet.")
    page.get_by_role("button", name="Open it again").click()
    opened_until(page, page.url, "1 of 1")
    page.get_by_role("button", name="Take TICK").first.click()
    page.get_by_text("Taken out of the incident").wait_for()
