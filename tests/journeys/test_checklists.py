"""What managers and agents of a support desk tick off before they trust it, one line after the other."""

import uuid
from urllib.parse import unquote_plus

import pytest

from tests.journeys.test_inbox import ADA, BEN, open_for_somebody, strange, write
from tests.screens.conftest import wait_for

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def listed(page, product, query):
    page.goto(product.url("acme", f"/manager/inbox?view=open&{query}"))
    return page.locator("#rows .ticket")


def pick(page, menu, choice):
    """Open a menu of the facts and choose from it."""
    page.locator(f"#{menu} > summary").click()
    page.locator(f"#{menu}").get_by_role("button", name=choice).first.click()


def test_what_a_manager_does(open_page, live_product):
    page = open_page(ADA)
    subject = open_for_somebody(page, live_product)
    here = page.url

    page.goto(live_product.url("acme", "/manager/inbox?view=open"))
    assert page.locator(".ticket").filter(has_text=subject).count() == 1
    for query in ("status=new", "priority=P3", "assignee=none"):
        assert listed(page, live_product, query).filter(has_text=subject).count() == 1, query
    for query in ("status=closed", "priority=P1", "department=billing"):
        assert listed(page, live_product, query).filter(has_text=subject).count() == 0, query

    page.goto(here)
    page.locator("#pick-assignee > summary").click()
    assert page.locator("#pick-assignee").get_by_text(" open").count() >= 3
    page.locator("#pick-assignee").get_by_role("button", name="Ben Ode").click()
    page.get_by_text("assigned this to Ben Ode").wait_for()
    write(page, "We look into it.")
    page.locator("article[data-from=agent]").get_by_text("Staff").wait_for()
    page.locator("label:has([data-mode=note])").click()
    write(page, "Ben knows her.", "Add note")
    pick(page, "pick-status", "Waiting for customer")
    page.get_by_text("from Open to Waiting for customer").wait_for()
    assert strange(page) == []


def test_what_an_agent_does(open_page, live_product):
    ada, page = open_page(ADA), open_page(BEN)
    subject = open_for_somebody(ada, live_product)
    pick(ada, "pick-assignee", "Ben Ode")
    ada.get_by_text("assigned this to Ben Ode").wait_for()

    page.goto(live_product.url("acme", "/manager/inbox?view=mine"))
    page.locator(".ticket").filter(has_text=subject).click()
    page.get_by_role("heading", name=subject).wait_for()
    assert page.locator("#pick-assignee").count() == 0
    write(page, "Which lamp is it?")
    page.locator("label:has([data-mode=note])").click()
    write(page, "Series 22, I guess.", "Add note")
    pick(page, "pick-status", "Solved")
    page.get_by_text("from Open to Solved").wait_for()
    assert strange(page) == []


def test_search_finds_it_by_number_subject_and_requester(open_page, live_product):
    page = open_page(ADA)
    subject = open_for_somebody(page, live_product)
    number = page.locator("#talk-bar .num").inner_text()
    for words in (number, subject, "Cleo Marsh " + subject, str(int(number.split("-")[-1]))):
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.locator("#seek").fill(words)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, words=words: words in unquote_plus(url))  # sent by a script or by the form itself
        page.locator("#rows .ticket").filter(has_text=subject).wait_for()
        wait_for(page, "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")  # of this search
    page.locator("#seek").fill(uuid.uuid4().hex)
    page.keyboard.press("Enter")
    page.get_by_text("Nothing found").wait_for()
