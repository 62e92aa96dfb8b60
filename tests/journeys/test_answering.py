"""Ada answers several at once, thinks again, and sends it: with a mouse, with keys, on a phone and without scripts."""

import uuid

import pytest

from tests.journeys.test_inbox import ADA, SCRIPTS, open_for_somebody, strange
from tests.screens.conftest import take_picture
from tests.screens.test_screens import violations

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def choose(page, live_product, subjects):
    page.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))
    for subject in subjects:
        page.locator("li").filter(has_text=subject).locator(".choose input").check(force=True)


def words_in(page, live_product, subject):
    """What stands in the conversation of this request."""
    page.goto(live_product.url("acme", f"/manager/inbox?view=open&q={subject.split()[1]}"))
    page.locator(".ticket").filter(has_text=subject).first.click()
    page.get_by_role("heading", name=subject).wait_for()
    return page.locator("#timeline article .bubble").all_inner_texts()


@SCRIPTS
@pytest.mark.parametrize("width", [1440, 390])
def test_ada_answers_two_at_once_takes_it_back_and_sends_it(open_page, live_product, scripts, width):
    page, mark = open_page(ADA, scripts=scripts), uuid.uuid4().hex[:8]
    subjects = [open_for_somebody(page, live_product) for _ in range(2)]
    page.set_viewport_size({"width": width, "height": 844})
    choose(page, live_product, subjects)
    take_picture(page, f"bulk-{width}")
    page.get_by_role("button", name="Reply to all of them").click()
    page.get_by_role("heading", name="Who gets it: 2").wait_for()
    page.locator("#id_body").fill(f"Dear {{{{ first_name }}}}, {mark} comes.")
    page.get_by_role("button", name="Check who gets it").click()
    page.get_by_text("2 requests get this reply.").wait_for()
    page.get_by_text(f"Dear Cleo, {mark} comes.").first.wait_for()
    page.get_by_role("button", name="Send to 2").click()

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back from 2 requests.").wait_for()
    assert mark in page.locator("#id_body").input_value()
    page.get_by_role("button", name="Check who gets it").click()
    page.get_by_role("button", name="Send to 2").click()
    page.get_by_text("Your reply goes to 2 requests.").wait_for()

    for subject in subjects:
        assert f"Dear Cleo, {mark} comes." in "".join(words_in(page, live_product, subject))
    assert strange(page) == []


def test_it_goes_with_the_keyboard_and_axe_finds_nothing(open_page, live_product):
    page = open_page(ADA)
    subject = open_for_somebody(page, live_product)
    page.goto(live_product.url("acme", f"/manager/inbox?view=open&q={subject.split()[1]}"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Reply to all of them").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Who gets it: 1").wait_for()
    assert violations(page) == []
    page.keyboard.type("It is {{ number }}.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("1 request gets this reply.").wait_for()
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.get_by_text("Your reply goes to 1 request.").wait_for()
    page.keyboard.press("z")
    page.get_by_text("Taken back from 1 request.").wait_for()
    assert strange(page) == []


def test_the_undo_goes_when_its_time_is_over(open_page, live_product):
    page = open_page(ADA)
    choose(page, live_product, [open_for_somebody(page, live_product)])
    page.get_by_role("button", name="Reply to all of them").click()
    page.locator("#id_body").fill("It comes tomorrow.")
    page.get_by_role("button", name="Check who gets it").click()
    page.get_by_role("button", name="Send to 1").click()
    page.get_by_text("Goes out in 10 seconds.").wait_for()
    page.get_by_text("Goes out in 10 seconds.").wait_for(state="detached")
    page.wait_for_timeout(2_500)  # the page looks again then
    assert strange(page) == []


def test_ada_lets_one_rest_on_her_phone(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)
    page.get_by_role("button", name="Take it", exact=True).click()
    page.get_by_role("button", name="Solve", exact=True).wait_for()
    for width in (390, 360):
        page.set_viewport_size({"width": width, "height": 740})
        page.get_by_label("Snooze (H)").click()
        box = page.locator("#pick-snooze > .sheet").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.get_by_label("Snooze (H)").click()
    page.get_by_label("Snooze (H)").click()
    page.get_by_role("button", name="Tomorrow").click()
    page.get_by_text("lets this rest for a while").wait_for()
    assert strange(page) == []
