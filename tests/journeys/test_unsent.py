"""Words that nobody sent are there when one comes back, or one is asked before they go."""

import re

import pytest

from tests.journeys.test_inbox import open_for_somebody, strange
from tests.journeys.test_portal import ask, some_subject
from tests.screens.conftest import wait_for

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, BEN, CLEO, OMAR = "ada@acme.example", "ben@acme.example", "cleo@acme.example", "omar@portico.example"
HALF = "Half a thought"


def shown_again(page, address, words):
    """Load the page until the field has these words: what left with the page before may still be on its way."""
    for _ in range(100):
        page.goto(address)
        if page.locator("textarea[name=body]").input_value() == words:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{words} did not come back.")


def test_an_agent_looks_at_another_request_in_the_middle_of_a_word(open_page, live_product):
    page = open_page(BEN)
    first, second = open_for_somebody(page, live_product), open_for_somebody(page, live_product)
    page.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))
    page.locator(".ticket").filter(has_text=first).click()
    page.get_by_role("heading", name=first).wait_for()
    here = page.url
    page.locator("#id_body").fill(HALF)
    page.locator(".ticket").filter(has_text=second).click()
    page.get_by_role("heading", name=second).wait_for()
    assert page.locator("#id_body").input_value() == ""
    shown_again(page, here, HALF)
    assert strange(page) == []


def test_a_customer_leaves_the_page_in_the_middle_of_a_word(open_page, live_product):
    page = open_page(CLEO)
    ask(page, live_product, some_subject())
    page.wait_for_load_state()
    here = page.url.partition("?")[0]
    page.get_by_label("Your reply").fill(HALF)
    page.get_by_role("link", name="My requests").first.click()
    page.get_by_role("heading", name="My requests").wait_for()
    shown_again(page, here, HALF)


def test_staff_look_at_another_request_and_come_back_and_what_is_sent_is_gone(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets"))
    page.locator(".table .fill > a").first.click()
    page.locator("#rows .ticket[aria-current]").wait_for()
    page.wait_for_load_state()
    field = page.locator("#composer textarea[name=body]")
    rows = page.locator("#rows .ticket").filter(has_not=page.locator('[data-status="closed"]'))
    first, second = rows.nth(0).get_attribute("id"), rows.nth(1).get_attribute("id")

    def go_to(row):
        page.locator(f"#{row}").click()
        page.locator(f"#{row}[aria-current]").wait_for()

    go_to(first)
    field.fill(HALF)
    go_to(second)
    assert field.input_value() == ""
    go_to(first)
    wait_for(page, f"() => document.querySelector('#composer textarea').value === '{HALF}'")
    page.get_by_role("button", name="Send reply").click()
    page.locator("article").filter(has_text=HALF).wait_for()
    go_to(second)
    go_to(first)
    assert field.input_value() == ""


@pytest.mark.parametrize(
    ("who", "host", "path", "away"),
    [
        (CLEO, "acme", "/requests/new", "My requests"),
        (ADA, "acme", "/manager/inbox/new", "Inbox"),
        (ADA, "acme", "/manager/tickets/new", "Requests to Portico"),
    ],
)
def test_whoever_leaves_a_new_request_is_asked(open_page, live_product, who, host, path, away):
    page, asked = open_page(who), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(live_product.url(host, path))
    page.wait_for_load_state()
    field = page.locator("form[data-keep] textarea").first
    field.press_sequentially(HALF)
    page.get_by_role("link", name=away).first.click(no_wait_after=True)
    for _ in range(100):
        if asked:
            break
        page.wait_for_timeout(50)
    assert asked == ["beforeunload"]
    assert field.input_value() == HALF
    assert re.search(path, page.url)


def test_whoever_sends_a_new_request_is_not_asked(open_page, live_product):
    page, asked = open_page(CLEO), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    ask(page, live_product, some_subject())
    assert asked == []
