"""Lin's morning at the queue, with the keyboard alone: open, take, move on, answer, and the next one please."""

import re

import pytest

from tests.journeys.test_ask_and_answer import LIN, SCRIPTS, strange
from tests.screens.conftest import wait_for
from tests.screens.test_live import new_ticket

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def go_to(page, words):
    """Press J until the row with these words has the focus."""
    for _ in range(40):
        page.keyboard.press("j")
        if words in page.evaluate("document.activeElement.innerText"):
            return
    pytest.fail(f"{words} was not reached.")


def test_lin_triages_with_the_keyboard(open_page, live_product):
    page, part = open_page(LIN), new_ticket(live_product)["sub_subject"]
    page.goto(live_product.url("console", "/admin/tickets?subject=website&status=new"))

    go_to(page, part)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"Website: {part}").wait_for()
    assert page.url.endswith("?status=new&subject=website")
    page.keyboard.press("a")
    page.get_by_text("Assigned to Lin Haas.").wait_for()
    page.keyboard.press("e")
    page.get_by_text("Moved to Triaged.").wait_for()
    page.keyboard.press("s")
    page.get_by_role("button", name="Waiting on company", exact=True).press("Enter")
    page.get_by_text("Moved to Waiting on company.").wait_for()

    page.keyboard.press("r")
    page.keyboard.type("Which page is blank?")
    page.keyboard.press("Control+Enter")
    page.get_by_role("article").filter(has_text="Which page is blank?").wait_for()
    assert strange(page) == []


def test_another_request_opens_beside_the_list(open_page, live_product):
    page, one, other = open_page(LIN), *(new_ticket(live_product)["sub_subject"] for _ in range(2))
    page.goto(live_product.url("console", "/admin/tickets?subject=website"))
    page.get_by_role("link", name=one).click()
    page.get_by_role("heading", name=f"Website: {one}").wait_for()

    go_to(page, other)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"Website: {other}").wait_for()
    assert other in page.title() or other in page.locator("#rows .ticket[aria-current]").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_url("**/admin/tickets?subject=website")
    assert strange(page) == []


def test_several_are_moved_on_and_back_with_the_keyboard(open_page, live_product):
    page, one, other = open_page(LIN), *(new_ticket(live_product)["sub_subject"] for _ in range(2))
    page.goto(live_product.url("console", "/admin/tickets?subject=website&status=new"))
    for part in (one, other):
        page.get_by_role("link", name=part).focus()
        page.keyboard.press("x")
    page.get_by_text("2 chosen").wait_for()

    page.keyboard.press("s")
    page.locator("#bulk").get_by_role("button", name="Triaged").press("Enter")
    page.get_by_text("2 requests changed.").wait_for()
    assert not page.get_by_role("link", name=one).count()
    page.keyboard.press("z")
    page.get_by_role("link", name=one).wait_for()

    page.get_by_role("link", name=one).focus()
    page.keyboard.press("a")
    page.get_by_text("1 request changed.").wait_for()
    assert "Lin Haas" in page.locator("tr", has_text=one).inner_text()
    assert strange(page) == []


@SCRIPTS
def test_the_next_one_is_the_most_urgent_that_nobody_has(open_page, live_product, scripts):
    new_ticket(live_product)
    page = open_page(LIN, scripts=scripts)
    page.goto(live_product.url("console", "/admin/tickets"))

    if scripts:
        page.keyboard.press("n")
    else:
        page.get_by_role("button", name="Next for me").click()
    page.wait_for_url(re.compile(r"/admin/tickets/\d+$"))
    page.get_by_role("button", name="Put it back").wait_for()
    if scripts:
        wait_for(page, "document.querySelector('#rows .ticket[aria-current]') !== null")


def test_a_key_leads_to_the_search_and_it_finds_by_number(open_page, live_product):
    page, (wanted, other) = open_page(LIN), (new_ticket(live_product) for _ in range(2))
    page.goto(live_product.url("console", "/admin/tickets?subject=website"))
    page.keyboard.press("/")
    page.keyboard.type(wanted["number"])
    page.keyboard.press("Enter")
    page.get_by_label(f"Remove words {wanted['number']}").wait_for()

    assert page.get_by_role("link", name=wanted["sub_subject"]).count() == 1
    assert not page.get_by_role("link", name=other["sub_subject"]).count()
    assert "subject=website" in page.url
    assert strange(page) == []


@SCRIPTS
def test_all_that_match_are_moved_on_and_taken_back(open_page, live_product, scripts):
    page, word = open_page(LIN, scripts=scripts), new_ticket(live_product)["sub_subject"]
    page.goto(live_product.url("console", f"/admin/tickets?q={word}"))

    page.get_by_role("link", name="Do one thing with all that match").click()
    page.get_by_label("Do", exact=True).select_option(label="Move to Triaged")
    page.get_by_role("button", name="Do it with this one").click()
    page.get_by_text("1 of 1 request done.").wait_for()
    page.get_by_role("button", name="Undo all of it").click()
    page.get_by_text("Taken back: 1 of 1 request").wait_for()
    page.get_by_role("link", name="Back to the list").click()
    assert "New" in page.locator("tr", has_text=word).inner_text()
    assert strange(page) == []
