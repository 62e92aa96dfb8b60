"""Ada at the board: she drags a card, is refused in words, moves one with the keyboard, and sets, deletes and finds."""

import re

import pytest

from tests.journeys.test_inbox import ADA, SCRIPTS, open_for_somebody, strange
from tests.screens.conftest import wait_for

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def card(page, subject):
    return page.locator(".slip").filter(has_text=subject)


def cell(page, column):
    return page.locator(f'.cell[data-column="{column}"]').first


def at_the_board(page, product, query=""):
    subject = open_for_somebody(page, product)
    page.goto(product.url("acme", f"/manager/board{query}"))
    card(page, subject).wait_for()
    return subject


def test_a_card_is_dragged_and_the_move_undone(open_page, live_product):
    page = open_page(ADA)
    subject = at_the_board(page, live_product)
    card(page, subject).drag_to(cell(page, "resolved"))
    page.get_by_text(re.compile("went to Solved")).wait_for()
    cell(page, "resolved").locator(".slip").filter(has_text=subject).wait_for()

    page.keyboard.press("z")
    page.get_by_text("It stands where it stood.").wait_for()
    cell(page, "new").locator(".slip").filter(has_text=subject).wait_for()
    assert strange(page) == []


def test_columns_that_are_shut_are_shown_while_a_card_is_in_the_air(open_page, live_product):
    page = open_page(ADA)
    subject = at_the_board(page, live_product)
    card(page, subject).drag_to(cell(page, "closed"))
    cell(page, "closed").locator(".slip").filter(has_text=subject).wait_for()
    page.get_by_text(re.compile("went to Closed")).wait_for()

    card(page, subject).locator(".num").hover()
    page.mouse.down()
    page.mouse.move(300, 300, steps=5)
    page.locator('.cell[data-column="resolved"][data-shut]').first.wait_for()
    assert page.locator('.cell[data-column="open"][data-shut]').count() == 0
    cell(page, "resolved").hover()
    page.mouse.up()
    page.locator("[data-shut]").first.wait_for(state="detached")
    assert cell(page, "closed").locator(".slip").filter(has_text=subject).count() == 1


# What others do reaches this board no more, not even what is on its way.
DEAF = "addEventListener('htmx:beforeRequest', (one) => one.detail.elt.id === 'board' && one.preventDefault(), true)"


def test_a_card_that_somebody_else_moved_goes_back_with_a_word(open_page, live_product):
    page, other = open_page(ADA), open_page(ADA, scripts=False)
    subject = at_the_board(page, live_product)
    page.evaluate(DEAF)
    other.goto(page.url)
    card(other, subject).locator("summary").click()
    card(other, subject).get_by_role("button", name="Open", exact=True).click()
    other.get_by_text(re.compile("went to Open")).wait_for()

    card(page, subject).drag_to(cell(page, "closed"))
    page.get_by_text("Nothing was changed.").wait_for()
    cell(page, "new").locator(".slip").filter(has_text=subject).wait_for()


def test_the_keyboard_moves_it_and_keeps_its_place(open_page, live_product):
    page = open_page(ADA)
    subject = at_the_board(page, live_product, "?lanes=urgency")
    card(page, subject).locator(".title").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_text(re.compile("went to Open")).wait_for()
    wait_for(page, "words => document.activeElement.textContent.includes(words)", subject)
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_text(re.compile("went to Waiting")).wait_for()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/manager/calendar")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**month=*")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/manager/board")
    assert strange(page) == []


@SCRIPTS
def test_a_request_gets_a_due_date_is_deleted_and_comes_back(open_page, live_product, scripts):
    page = open_page(ADA, scripts=scripts)
    subject = open_for_somebody(page, live_product)
    place = page.url
    page.locator("#pick-due > summary").click()
    page.locator('#pick-due input[name="value"]').fill("2027-05-04T10:00")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_text("changed the due date to 4 May 2027").wait_for()
    page.goto(live_product.url("acme", "/manager/calendar?month=2027-05"))
    page.locator(".due-item").filter(has_text=subject).click()

    page.locator("#deleting > summary").click()
    page.get_by_role("button", name="Delete this request").click()
    page.get_by_text("can be brought back").wait_for()
    page.goto(live_product.url("acme", "/manager/deleted"))
    page.locator("tr").filter(has_text=subject).get_by_role("button", name="Bring back").click()
    page.get_by_role("heading", name=subject).wait_for()
    assert page.url.split("?")[0] == place.split("?")[0]
    assert strange(page) == []


def test_a_page_that_is_being_left_asks_for_nothing_more(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)

    def answer_late(route):
        if "do=delete" not in (route.request.post_data or ""):
            route.continue_()
            return
        door, here = route.request.url.split("/manager", 1)[0].removeprefix("http://"), route.request.url
        answer = route.fetch(
            url=here.replace(door, f"127.0.0.1:{door.rsplit(':', 1)[1]}"),  # only browsers know acme.localhost
            headers=route.request.headers | {"host": door, "cookie": route.request.header_value("cookie")},
        )
        page.wait_for_timeout(1_000)
        route.fulfill(response=answer)

    page.route("**/do*", answer_late)
    page.locator("#deleting > summary").click()
    page.get_by_role("button", name="Delete this request").click()
    page.get_by_text("can be brought back").wait_for()
    assert strange(page) == []
