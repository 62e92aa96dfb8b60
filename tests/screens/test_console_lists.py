"""The queue narrowed and searched, one thing done with all that match, and the list of companies: in every width."""

import pytest

from tests.journeys.test_ask_and_answer import LIN
from tests.screens.test_live import new_ticket
from tests.screens.test_words import looked_at_everywhere

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def test_the_queue_with_all_its_filters(open_page, live_product):
    page, word = open_page(LIN), new_ticket(live_product)["sub_subject"]
    page.goto(live_product.url("console", f"/admin/tickets?q={word}&created_from=2020-01-01&type=asleep"))
    assert looked_at_everywhere(page, "queue-narrowed") == []


def test_all_that_match_and_how_far_it_is(open_page, live_product):
    page, word = open_page(LIN), new_ticket(live_product)["sub_subject"]
    page.goto(live_product.url("console", f"/admin/tickets/all?q={word}"))
    assert looked_at_everywhere(page, "all") == []
    page.get_by_label("Do", exact=True).select_option(label="Take them")
    page.get_by_role("button", name="Do it with this one").click()
    page.get_by_text("1 of 1 request done.").wait_for()
    assert looked_at_everywhere(page, "batch") == []


def test_the_list_of_companies(open_page, live_product):
    page = open_page(LIN)
    page.goto(live_product.url("console", "/admin/companies?order=name&tier=standard"))
    assert looked_at_everywhere(page, "companies-narrowed") == []
