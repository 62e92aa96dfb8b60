"""What opens around words: the preview above a field, signs for an answer, quoted text, the choice of columns."""

import uuid

import pytest

from tests.journeys.test_inbox import open_for_somebody
from tests.journeys.test_portal import ask
from tests.screens.test_screens import looked_at_everywhere

pytestmark = pytest.mark.no_database

ADA, BEN, CLEO = "ada@acme.example", "ben@acme.example", "cleo@acme.example"
WORDS = (
    "A **new** lamp, *blue* or [red](https://lamps.example), `LX-7`:\n\n1. wait\n   - long\n\n"
    "> Which lamp?\n\nThis one.\n\n```\nlamp --on\n```"
)


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_the_preview_and_the_words_in_the_inbox(open_page, live_product, mode):
    page = open_page(BEN)
    open_for_somebody(page, live_product)
    page.locator(f"label:has([data-mode={mode}])").click()
    page.locator("#id_body").fill(WORDS)
    page.get_by_role("button", name="Preview").click()
    page.locator("#look code").first.wait_for()
    assert looked_at_everywhere(page, f"look-{mode}") == []

    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Add note" if mode == "note" else "Send reply", exact=True).click()
    page.locator("article code").first.wait_for()
    assert looked_at_everywhere(page, f"looked-{mode}") == []


def test_signs_and_quoted_text_on_the_portal(open_page, live_product):
    page, ben, subject = open_page(CLEO), open_page(BEN), f"Shelf {uuid.uuid4().hex[:8]}"
    ask(page, live_product, subject, words="It works.\n\nOn 3 Nov 2025 Ben wrote:\n> Try again\n> please\n")
    ben.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))
    ben.locator(".ticket").filter(has_text=subject).click()
    ben.get_by_role("heading", name=subject).wait_for()
    ben.locator("#id_body").fill(WORDS)
    ben.get_by_role("button", name="Send reply", exact=True).click()
    ben.locator("article code").first.wait_for()
    ben.locator(".marks").get_by_text("Goes out").wait_for(state="detached")

    page.reload()
    page.get_by_text("Show quoted text").first.click()
    page.get_by_text("React", exact=True).click()
    page.get_by_role("button", name="React with 🎉").wait_for()
    assert looked_at_everywhere(page, "signs") == []


def test_the_choice_of_columns(open_page, live_product):
    page = open_page(ADA)
    page.goto(live_product.url("acme", "/manager/inbox?view=open"))
    page.get_by_label("What a row shows").click()
    page.get_by_role("button", name="Show these").wait_for()
    assert looked_at_everywhere(page, "columns") == []
