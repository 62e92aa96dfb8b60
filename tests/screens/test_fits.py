"""What is said fits where it is said, and what counts is in sight: also on a phone."""

import uuid

import pytest

from tests.journeys.test_inbox import open_for_somebody
from tests.journeys.test_portal import ask, say, some_subject
from tests.support.signups import prove

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, BEN, CLEO, LIN = "ada@acme.example", "ben@acme.example", "cleo@acme.example", "lin@portico.example"
PHONE = {"width": 390, "height": 844}


def on_a_phone(page):
    page.set_viewport_size(PHONE)
    return page


def set_due(page, at):
    page.locator("#pick-due > summary").click()
    page.locator('#pick-due input[name="value"]').fill(at)
    page.locator("#pick-due").get_by_role("button", name="Set").click()
    page.get_by_text("changed the due date to").wait_for()


def test_a_due_date_stays_within_the_facts(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)
    set_due(page, "2026-09-27T22:55")
    ends = "(one) => one.getBoundingClientRect().right"
    due = page.locator("#pick-due .sla")
    assert "over since" in due.inner_text()
    assert due.evaluate(ends) <= page.locator("#facts .facts").first.evaluate(ends)


def test_the_calendar_of_a_phone_names_what_a_wide_one_shows(open_page, live_product):
    page = open_page(ADA)
    subject = open_for_somebody(page, live_product)
    set_due(page, "2099-04-01T10:00")  # in the last week of March
    for width in (1440, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(live_product.url("acme", "/manager/calendar?month=2099-03"))
        page.locator(".due-item", has_text=subject).wait_for()


def test_the_form_of_a_signup_is_in_sight(open_page, live_product):
    page = on_a_phone(open_page())
    prove(page, live_product, f"jo@f-{uuid.uuid4().hex[:10]}.example")
    button = page.get_by_role("button", name="Go on").bounding_box()
    assert button["y"] + button["height"] <= PHONE["height"]


def test_what_went_well_covers_nothing_and_goes_with_the_next_words(open_page, live_product):
    page = on_a_phone(open_page(CLEO))
    ask(page, live_product, some_subject())
    notice = page.get_by_text("Your request has arrived.")
    assert notice.is_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert notice.bounding_box()["y"] < 0
    say(page, "It fell down now.")
    notice.wait_for(state="detached")


def test_a_number_and_its_word_stand_apart(open_page, live_product):
    page = on_a_phone(open_page(LIN))
    page.goto(live_product.url("console", "/admin/companies"))
    assert page.locator(".figure").first.inner_text().replace("\xa0", " ").split()[1:] == ["open"]
