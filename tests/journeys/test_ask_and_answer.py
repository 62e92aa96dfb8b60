"""Ada asks, Lin answers and closes, Ada is told so; Bo sees nothing of it."""

import uuid

import pytest

from tests.journeys.test_team import choose, open_person

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, BO = "ada@acme.example", "bo@borealis.example"
LIN, UNA, OMAR = "lin@portico.example", "una@portico.example", "omar@portico.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def ask(page, product, part, words):
    """Ada's way to a new request; ends on its page."""
    page.goto(product.url("acme", "/manager/tickets"))
    page.get_by_role("link", name="New request").click()
    page.get_by_label("Topic").select_option(label="Website")
    page.get_by_label("Which part of it").fill(part)
    page.get_by_label("What happens?").fill(words)
    page.get_by_role("button", name="Send to Portico").click()
    page.get_by_role("heading", name=f"Website: {part}").wait_for()


def open_in_console(page, product, part):
    """Lin's way to the ticket."""
    page.goto(product.url("console", "/admin/tickets?subject=website"))
    page.get_by_role("link", name=part).click()
    page.get_by_role("heading", name=f"Website: {part}").wait_for()


def say(page, words):
    page.get_by_label("Your reply").fill(words)
    page.get_by_role("button", name="Send reply").click()
    page.get_by_role("article").filter(has_text=words).wait_for()


def move(page, status):
    page.locator("#pick-status > summary").click()
    page.locator("#pick-status").get_by_role("button", name=status, exact=True).click()
    page.get_by_text(f"to {status}", exact=False).last.wait_for()


OVERTAKEN = ("409", "oobErrorNoTarget", "htmx:sendAbort", "htmx:afterRequest")


def strange(page):
    """What the browser complained about, without the refusal itself and a refresh that something newer overtook."""
    return [one for one in page.complaints if not any(words in one for words in OVERTAKEN)]


@SCRIPTS
def test_ada_asks_lin_answers_and_closes(open_page, live_product, scripts):
    part = f"form {uuid.uuid4().hex[:8]}"
    ada, lin = open_page(ADA, scripts=scripts), open_page(LIN, scripts=scripts)
    ask(ada, live_product, part, "The contact form does not send.")

    open_in_console(lin, live_product, part)
    lin.get_by_role("button", name="Take it").click()
    lin.get_by_role("button", name="Put it back").wait_for()
    say(lin, "I look into it now.")

    if not scripts:
        ada.reload()
    ada.get_by_role("article").filter(has_text="I look into it now.").wait_for()
    say(ada, "Thank you, Lin.")

    if not scripts:
        lin.reload()
    lin.get_by_role("article").filter(has_text="Thank you, Lin.").wait_for()
    ada.get_by_label("Your reply").fill("One more thing.")
    move(lin, "Closed")
    assert lin.get_by_label("Your reply").count() == 0

    ada.get_by_role("button", name="Send reply").click()
    ada.get_by_text("Your reply was not sent.").wait_for()
    ada.get_by_role("button", name="Ask again").click()
    assert "One more thing." in ada.get_by_label("What happens?").input_value()
    assert strange(ada) == strange(lin) == []


def test_bo_sees_nothing_of_it(open_page, live_product):
    part = f"secret {uuid.uuid4().hex[:8]}"
    ada, bo = open_page(ADA), open_page(BO)
    ask(ada, live_product, part, "Only for us.")

    bo.goto(live_product.url("borealis", "/manager/tickets"))
    assert part not in bo.content()
    answer = bo.goto(ada.url.replace("acme.localhost", "borealis.localhost"))
    assert answer.status == 404
    assert part not in bo.content()


def test_a_change_of_coverage_opens_the_queue_at_the_next_click(open_page, live_product):
    part = f"covered {uuid.uuid4().hex[:8]}"
    ask(open_page(ADA), live_product, part, "Who reads this?")
    omar, una = open_page(OMAR), open_page(UNA)
    una.goto(live_product.url("console", "/admin/tickets"))
    assert part not in una.content()

    for is_on in (True, False):
        open_person(omar, live_product, "Una Weiss")
        choose(omar, "Website", is_on)
        omar.get_by_role("button", name="Save coverage").click()
        omar.get_by_text("Saved.").wait_for()
        una.reload()
        assert (part in una.content()) is is_on


def test_two_at_one_ticket_are_told_of_each_other(open_page, live_product):
    part = f"both {uuid.uuid4().hex[:8]}"
    ask(open_page(ADA), live_product, part, "Who is first?")
    lin, omar = open_page(LIN, scripts=False), open_page(OMAR, scripts=False)
    open_in_console(lin, live_product, part)
    open_in_console(omar, live_product, part)
    move(omar, "Triaged")

    lin.get_by_label("Your reply").fill("My long answer.")
    lin.get_by_role("button", name="Send reply").click()

    lin.get_by_text("Your reply was not sent.").wait_for()
    assert lin.get_by_label("Your reply").input_value() == "My long answer."
    lin.get_by_role("button", name="Send reply").click()
    lin.get_by_role("article").filter(has_text="My long answer.").wait_for()
