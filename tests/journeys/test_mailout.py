"""Ada answers; ten seconds later it is a mail, the conversation says so, and the demo shows it to everybody."""

import uuid

import pytest

from tests.journeys.test_inbox import ADA, open_for_somebody, strange, write
from tests.screens.conftest import take_picture
from tests.screens.test_screens import violations

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def until(page, text):
    """Load the page again until the worker has done it."""
    for _ in range(60):
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    raise AssertionError(f"{text!r} never came")


def test_an_answer_is_mailed_once_it_cannot_be_undone_any_more(open_page, live_product):
    page, mark = open_page(ADA), uuid.uuid4().hex[:8]
    subject = open_for_somebody(page, live_product)
    write(page, f"It is on its way, {mark}.")
    until(page, "Sent via e-mail to cleo@acme.example")
    take_picture(page, "mailout-sent")

    page.goto(live_product.url("", "/mail/"))
    page.get_by_role("link", name=subject).first.click()
    page.get_by_role("heading", name="As a mail program shows it").wait_for()
    assert mark in page.frame_locator(".mail-frame").locator("body").inner_text()
    assert violations(page) == []
    take_picture(page, "mailout-sink")
    assert strange(page) == []
