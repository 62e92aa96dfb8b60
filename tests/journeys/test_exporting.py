"""Ada takes a list along: with keys, on a phone, and without scripts."""

import csv
import uuid

import pytest

from tests.journeys.test_inbox import ADA, SCRIPTS, open_for_somebody, strange
from tests.screens.conftest import take_picture

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def rows_of(download):
    with open(download.path(), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@SCRIPTS
def test_ada_takes_what_she_searched_along_on_her_phone(open_page, live_product, scripts):
    page = open_page(ADA, scripts=scripts)
    subject = open_for_somebody(page, live_product)
    open_for_somebody(page, live_product)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_product.url("acme", f"/manager/inbox?view=open&q={subject.split()[1]}"))
    page.get_by_label("Export, and what a row shows").click()
    take_picture(page, "list-menu-phone")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Export as CSV").click()

    assert coming.value.suggested_filename.startswith("requests-acme-20")
    assert [row["subject"] for row in rows_of(coming.value)] == [subject]
    assert strange(page) == []


def test_the_keyboard_leads_to_it_and_the_audit_tells_of_it(open_page, live_product):
    page, tag = open_page(ADA), f"t{uuid.uuid4().hex[:6]}"
    page.goto(live_product.url("acme", f"/manager/inbox?view=open&tag={tag}"))
    page.get_by_label("Export, and what a row shows").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert rows_of(coming.value) == []

    page.goto(live_product.url("acme", "/manager/audit?action=ticket.export"))
    page.get_by_text("Ada Lind exported a list of requests as csv: 0 in all").first.wait_for()
    assert page.get_by_text(tag).count() == 1  # what the list was narrowed to
    assert strange(page) == []
