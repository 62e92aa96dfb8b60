"""What Lin cannot do goes up the path: with the keyboard, and back, without JavaScript, and with a note for few."""

import re

import pytest

from tests.journeys.test_ask_and_answer import LIN, SCRIPTS, strange
from tests.screens.test_live import new_ticket
from tests.screens.test_screens import OMAR

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
SAM, ELI, WHY = "sam@portico.example", "eli@portico.example", "The certificate chain is broken."


def opened(page, product):
    """A new request about the website, open beside the list; its headline."""
    part = new_ticket(product)["sub_subject"]
    page.goto(product.url("console", "/admin/tickets?subject=website&status=new"))
    page.get_by_role("link", name=part).click()
    page.get_by_role("heading", name=f"Website: {part}").wait_for()
    return part


def test_lin_escalates_with_the_keyboard_and_takes_it_back(open_page, live_product):
    page = open_page(LIN)
    opened(page, live_product)

    page.keyboard.press("u")
    page.get_by_role("heading", name=re.compile("^Pass on TICK-")).wait_for()
    page.get_by_role("radio", name=re.compile("^An engineer")).check()
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Pass on").click()
    page.get_by_text(re.compile("waits for an engineer now")).wait_for()
    page.get_by_text(f"Lin Haas escalated this to engineers: {WHY}").wait_for()

    page.keyboard.press("z")
    page.get_by_text("1 request changed.").wait_for()
    assert strange(page) == []


def test_several_go_up_for_one_reason(open_page, live_product):
    page = open_page(SAM)
    parts = [new_ticket(live_product)["sub_subject"] for _ in range(2)]
    page.goto(live_product.url("console", "/admin/tickets?subject=website&status=new"))
    for part in parts:
        page.get_by_role("row").filter(has_text=part).get_by_role("checkbox").check()
    page.keyboard.press("u")
    page.get_by_role("heading", name="Pass on 2 requests").wait_for()
    page.get_by_role("radio", name=re.compile("^A supervisor")).check()
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Pass on").click()
    page.get_by_text("2 requests changed.").wait_for()

    page.goto(live_product.url("console", "/admin/tickets?escalated=supervisor"))
    for part in parts:
        page.get_by_role("row").filter(has_text=part).get_by_text("supervisors").wait_for()
    assert strange(page) == []


@SCRIPTS
def test_a_note_for_few_is_there_for_them_and_for_nobody_else(open_page, live_product, scripts):
    sam, lin = open_page(SAM, scripts=scripts), open_page(LIN, scripts=scripts)
    part = opened(sam, live_product)
    sam.get_by_text("Note for colleagues", exact=True).first.click()
    sam.get_by_label("Note for colleagues").fill("They owe us two months.")
    sam.get_by_label(re.compile("^Confidential")).check()
    sam.get_by_role("button", name="Add note").click()
    sam.get_by_role("article").filter(has_text="They owe us two months.").wait_for()

    lin.goto(sam.url)
    lin.get_by_role("heading", name=f"Website: {part}").wait_for()
    assert "They owe us" not in lin.content()
    omar = open_page(OMAR, scripts=scripts)
    omar.goto(sam.url)
    omar.get_by_role("article", name="Internal note").get_by_text("They owe us two months.").wait_for()
    assert strange(sam) == strange(lin) == []
