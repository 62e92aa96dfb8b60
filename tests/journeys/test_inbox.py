"""Ben's day at the inbox: he takes a request, answers, thinks again, notes and solves; Ada works many at once."""

import re
import uuid

import pytest

from tests.screens.conftest import take_picture, wait_for
from tests.screens.test_screens import violations

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, BEN = "ada@acme.example", "ben@acme.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def open_for_somebody(page, product):
    """A request of Cleo's that an agent writes down; ends at its conversation."""
    subject = f"Lamp {uuid.uuid4().hex[:8]}"
    page.goto(product.url("acme", "/manager/inbox/new"))
    page.get_by_label("Their e-mail").fill("cleo@acme.example")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("What happens?").fill("She called: the lamp flickers.")
    page.get_by_role("button", name="Open the request").click()
    page.get_by_role("heading", name=subject).wait_for()
    return subject


def write(page, words, button="Send reply"):
    page.locator("#id_body").fill(words)
    page.get_by_role("button", name=button, exact=True).click()
    page.locator("article").filter(has_text=words).wait_for()


def test_an_undo_is_not_lost_while_the_page_looks_again(open_page, live_product):
    page = open_page(BEN)
    open_for_somebody(page, live_product)
    page.get_by_role("button", name="Take it", exact=True).click()
    page.get_by_role("button", name="Put back").wait_for()
    page.route(re.compile("part=live"), lambda route: None)  # no answer ever comes

    with page.expect_request(re.compile("part=live")):
        write(page, "A new lamp comes tomorow.")
    page.locator("article").get_by_role("button", name="Undo").click()
    wait_for(page, "document.getElementById('id_body').value === 'A new lamp comes tomorow.'")


def test_words_typed_while_a_search_is_on_its_way_stay(open_page, live_product):
    page, held = open_page(BEN), []
    page.goto(live_product.url("acme", "/manager/inbox?view=open"))
    page.route(re.compile(r"[?&]q=lamp"), lambda route: held.append(route))
    page.locator("#seek").fill("lamp")
    with page.expect_request(re.compile(r"[?&]q=lamp")):
        page.keyboard.press("Enter")
    page.locator("#seek").fill("lantern")
    held.pop().continue_()
    page.get_by_role("heading", name="Search").wait_for()
    assert page.locator("#seek").input_value() == "lantern"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]q=lantern"))


def strange(page):
    """What the browser complained about, without requests that a later one overtook."""
    return [one for one in page.complaints if not one.startswith(("htmx:sendAbort", "htmx:afterRequest"))]


@SCRIPTS
def test_ben_takes_answers_undoes_notes_and_solves(open_page, live_product, scripts):
    page = open_page(BEN, scripts=scripts)
    open_for_somebody(page, live_product)
    page.get_by_role("button", name="Take it", exact=True).click()
    page.get_by_role("button", name="Put back").wait_for()

    write(page, "A new lamp comes tomorow.")
    page.get_by_role("button", name="Undo").first.click()
    page.locator("article").get_by_text("Goes out").wait_for(state="detached")
    assert page.locator("#id_body").input_value() == "A new lamp comes tomorow."
    write(page, "A new lamp comes tomorrow.")

    page.locator("label:has([data-mode=note])").click()
    assert not page.get_by_role("button", name="Send reply").is_visible()
    write(page, "Second lamp of this series.", "Add note")
    assert page.locator("article[data-from=note]").count() == 1

    page.get_by_role("button", name="Solve", exact=True).click()
    page.get_by_text("moved this from Open to Solved").wait_for()
    assert strange(page) == []


def test_everything_goes_with_the_keyboard(open_page, live_product):
    page = open_page(ADA)
    subject = open_for_somebody(page, live_product)
    page.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=subject).wait_for()
    page.keyboard.press("n")
    page.keyboard.type("Mine, I think. @b")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    page.locator("article[data-from=note]").filter(has_text="Mine, I think.").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    page.get_by_text("changed urgency from medium to critical").wait_for()
    page.keyboard.press("Control+k")
    page.locator("#palette-words").fill("unas")
    page.get_by_role("option", name="Unassigned").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=unassigned")
    assert strange(page) == []


def test_many_are_tagged_at_once_and_back(open_page, live_product):
    page, tag = open_page(ADA), f"t{uuid.uuid4().hex[:6]}"
    subjects = [open_for_somebody(page, live_product) for _ in range(2)]
    page.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))
    for subject in subjects:
        page.locator("li").filter(has_text=subject).locator(".choose input").check(force=True)
    page.get_by_label("Do", exact=True).select_option("tag")
    page.get_by_label("Tag or number").fill(tag)
    page.get_by_role("button", name="Do it").click()
    page.get_by_text("2 requests changed.").wait_for()
    assert page.locator("li .labels").filter(has_text=tag).count() == 2

    page.keyboard.press("z")
    page.locator("li .labels").filter(has_text=tag).first.wait_for(state="detached")


def test_a_colleagues_word_stops_the_reply(open_page, live_product):
    ada, ben = open_page(ADA, scripts=False), open_page(BEN)
    subject = open_for_somebody(ben, live_product)
    ada.goto(ben.url)
    ada.get_by_role("heading", name=subject).wait_for()
    ben.locator("#id_body").fill("Dear Cleo, …")
    ada.locator("label:has([data-mode=note])").click()
    write(ada, "I called her already.", "Add note")

    ben.get_by_role("button", name="Send reply", exact=True).click()
    ben.get_by_text("Your reply was not sent.").wait_for()
    assert ben.locator(".stop").get_by_text("I called her already.").is_visible()
    assert ben.locator("#id_body").input_value() == "Dear Cleo, …"
    ben.get_by_role("button", name="Send anyway").click()
    ben.locator("article[data-from=agent]").filter(has_text="Dear Cleo").wait_for()


@SCRIPTS
def test_ada_lets_a_request_rest_until_a_time_of_her_own_and_marks_it_as_unread(open_page, live_product, scripts):
    page = open_page(ADA, scripts=scripts)
    subject = open_for_somebody(page, live_product)
    menu = page.locator("#pick-snooze")
    menu.locator("summary").click()
    menu.get_by_label("Until a day and time of your own").fill("2099-03-05T08:30")
    if scripts:
        take_picture(page, "inbox-snooze")
        assert strange(page) == []
        assert violations(page) == []
        page.complaints.clear()  # axe writes styles of its own into the page
    menu.get_by_role("button", name="Until then").click()
    page.get_by_role("button", name="Wake up").wait_for()

    page.get_by_role("button", name="Mark as unread").first.click()
    page.get_by_text("is unread again.").wait_for()
    page.goto(live_product.url("acme", f"/manager/inbox?view=snoozed&q={subject.split()[1]}"))
    page.locator(".ticket[data-unread]", has_text=subject).wait_for()
    assert strange(page) == []


def test_what_is_opened_is_whole_though_the_list_was_drawn_anew_meanwhile(open_page, live_product):
    page, helper = open_page(ADA), open_page(BEN)
    first, second = open_for_somebody(page, live_product), open_for_somebody(page, live_product)
    page.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))
    page.locator(".ticket").filter(has_text=first).click()
    page.get_by_role("heading", name=first).wait_for()
    row = page.locator(".ticket").filter(has_text=second)
    key = row.get_attribute("id").removeprefix("row-")

    held = []
    page.route(f"**/manager/inbox/{key}*", lambda route: held.append(route))
    row.click()
    third = open_for_somebody(helper, live_product)
    page.locator(".ticket").filter(has_text=third).wait_for()
    for route in held:
        route.continue_()

    page.get_by_role("heading", name=second).wait_for()
    assert all(key in one for one in page.locator("#facts form").evaluate_all("all => all.map((one) => one.action)"))
    assert strange(page) == []


def test_what_one_did_is_shown_though_something_else_was_asked_meanwhile(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)
    held = []
    page.route("**/do", lambda route: held.append(route))
    menu = page.locator("#pick-snooze")
    menu.locator("summary").click()
    menu.get_by_label("Until a day and time of your own").fill("2099-03-05T08:30")
    menu.get_by_role("button", name="Until then").click()
    page.evaluate("htmx.trigger('#timeline', 'live')")
    page.wait_for_timeout(400)  # longer than a refresh waits before it asks
    for route in held:
        route.continue_()
    page.get_by_role("button", name="Wake up").wait_for(timeout=10_000)
