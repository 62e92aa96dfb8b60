"""Cleo asks Acme and is answered: the user's part of the guide, with scripts, without, and with the keyboard alone."""

import uuid

import pytest

from tests.screens.conftest import wait_for, wait_for_socket

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

CLEO, MIA, CARL, MADS = "cleo@acme.example", "mia@acme.example", "carl@borealis.example", "mads@borealis.example"
ADA = "ada@acme.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def some_subject():
    return f"Shelf {uuid.uuid4().hex[:8]}"


def ask(page, product, subject, *, department="Technical", urgency="High", words="It wobbles.", slug="acme"):
    """Cleo's way to a new request; ends on its page."""
    page.goto(product.url(slug, "/"))
    page.get_by_role("link", name="New request", exact=True).click()
    page.get_by_label("In one line").fill(subject)
    page.get_by_label(department).check()
    page.get_by_label("What happens?").fill(words)
    page.get_by_label("How urgent is it?").select_option(value=urgency.lower())
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("heading", name=subject).wait_for()


def say(page, words):
    page.get_by_label("Your reply").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("article").filter(has_text=words).wait_for()


def row(page, subject):
    return page.locator(".ticket").filter(has_text=subject)


@SCRIPTS
@pytest.mark.parametrize(("department", "urgency"), [("Technical", "Low"), ("Billing", "Critical")])
def test_a_request_with_another_urgency_and_department(open_page, live_product, scripts, department, urgency):
    page, subject = open_page(CLEO, scripts=scripts), some_subject()
    ask(page, live_product, subject, department=department, urgency=urgency)
    assert page.get_by_text("Answer expected by").is_visible()
    assert page.locator("#facts").get_by_text(department).is_visible()
    assert page.complaints == []


@SCRIPTS
def test_the_list_by_status_and_search_the_conversation_a_reply_and_closing(open_page, live_product, scripts):
    page, subject = open_page(CLEO, scripts=scripts), some_subject()
    ask(page, live_product, subject)
    say(page, "It fell down now.")

    page.get_by_role("link", name="My requests").first.click()
    row(page, subject).wait_for()
    page.get_by_role("link", name="Closed").click()
    row(page, subject).wait_for(state="detached")
    page.get_by_role("searchbox").fill(subject.lower()[:-2])
    page.keyboard.press("Enter")
    row(page, subject).click()
    page.get_by_role("article").filter(has_text="It fell down now.").wait_for()

    page.get_by_text("It works now, close it").click()
    page.get_by_role("button", name="Close this request").click()
    page.get_by_text("is closed. Thank you").wait_for()
    assert page.get_by_label("Your reply").count() == 0
    page.goto(live_product.url("acme", "/requests?show=closed"))
    assert row(page, subject).is_visible()
    assert page.complaints == []


def reach(page, role, name):
    """Tab until the control with this role and name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{name} is not reached with the keyboard")


def test_asking_and_closing_with_the_keyboard_alone(open_page, live_product):
    page, subject = open_page(CLEO), some_subject()
    page.goto(live_product.url("acme", "/"))
    page.keyboard.press("c")
    page.get_by_label("In one line").wait_for()
    reach(page, "textbox", "In one line")
    page.keyboard.type(subject)
    reach(page, "textbox", "What happens?")
    page.keyboard.type("No mouse here.")
    reach(page, "button", "Send request")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=subject).wait_for()

    page.keyboard.press("r")
    page.keyboard.type("And a reply.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("article").filter(has_text="And a reply.").wait_for()
    page.locator("summary").filter(has_text="close it").press("Enter")
    reach(page, "button", "Close this request")
    page.keyboard.press("Enter")
    page.get_by_text("is closed. Thank you").wait_for()


@SCRIPTS
def test_two_windows_one_closes_the_other_replies(open_page, live_product, scripts):
    first, subject = open_page(CLEO, scripts=scripts), some_subject()
    ask(first, live_product, subject)
    second = open_page(CLEO, scripts=False)
    second.goto(first.url)
    first.get_by_label("Your reply").fill("One more thing.")
    second.get_by_text("It works now, close it").click()
    second.get_by_role("button", name="Close this request").click()
    second.get_by_text("is closed. Thank you").wait_for()

    first.get_by_role("button", name="Send", exact=True).click()
    first.get_by_text("Your reply was not sent.").wait_for()
    first.get_by_role("button", name="Ask again").click()
    assert first.get_by_label("What happens?").input_value() == "One more thing."
    first.get_by_role("button", name="Send request").click()
    first.get_by_text("Goes on from").wait_for()


def test_a_word_of_the_desk_leaves_the_question_open(open_page, live_product):
    page, subject = open_page(CLEO), some_subject()
    ask(page, live_product, subject)
    page.locator("summary").filter(has_text="close it").press("Enter")
    reach(page, "button", "Close this request")
    other = open_page(CLEO, scripts=False)
    other.goto(page.url)
    other.get_by_label("Your reply").fill("Wait a moment.")
    other.get_by_role("button", name="Send", exact=True).click()

    page.get_by_role("article").filter(has_text="Wait a moment.").wait_for()
    wait_for(page, "document.activeElement.innerText.includes('Close this request')")
    page.keyboard.press("Enter")
    page.get_by_text("is closed. Thank you").wait_for()


def offer(page, product, kind):
    """A manager lets customers choose a type."""
    page.goto(product.url("acme", f"/manager/settings/types/{kind}"))
    page.get_by_label("Customers may choose it").check()
    page.get_by_role("button", name="Save name and replies").click()
    page.get_by_text("It holds for every request").wait_for()


def test_another_kind_of_request_is_chosen_and_the_words_stay(open_page, live_product):
    offer(open_page(ADA), live_product, "simple")
    page = open_page(CLEO)
    page.goto(live_product.url("acme", "/requests/new"))
    page.get_by_label("In one line").fill("Kept words")
    with page.expect_response("**/requests/new"):
        page.get_by_label("Simple").check()
    page.wait_for_timeout(200)
    assert page.get_by_label("In one line").input_value() == "Kept words"
    assert page.get_by_label("Simple").is_checked()
    assert page.evaluate("document.activeElement.value") == "simple"


def test_a_change_elsewhere_appears_by_itself_and_leaves_the_draft(open_page, live_product):
    first, subject = open_page(CLEO), some_subject()
    ask(first, live_product, subject)
    first.reload()
    wait_for_socket(first)
    first.get_by_label("Your reply").fill("A draft of mine")
    second = open_page(CLEO, scripts=False)
    second.goto(first.url)
    say(second, "From my phone.")

    first.get_by_role("article").filter(has_text="From my phone.").wait_for()
    assert first.get_by_label("Your reply").input_value() == "A draft of mine"


@pytest.mark.parametrize("who", [MIA, CARL])
def test_others_see_nothing_of_it(open_page, live_product, who):
    cleo, subject = open_page(CLEO), some_subject()
    ask(cleo, live_product, subject)
    other, slug = open_page(who), who.partition("@")[2].removesuffix(".example")
    other.goto(live_product.url(slug, "/requests?show=all"))
    assert subject not in other.content()
    answer = other.goto(cleo.url.replace("//acme.", f"//{slug}."))
    assert answer.status == 404
    assert subject not in other.content()


@pytest.mark.parametrize("path", ["/", "/requests", "/requests/new", "/requests?q=lamp"])
def test_nothing_sticks_out_at_360_pixels(open_page, live_product, path):
    page = open_page(CLEO)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(live_product.url("acme", path))
    if "q=" in path:
        page.locator(".ticket").first.click()
        page.locator("#talk").wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@SCRIPTS
def test_a_member_who_sees_all_finds_whose_a_request_is_and_follows_it(open_page, live_product, scripts):
    carl, mads, subject = open_page(CARL), open_page(MADS, scripts=scripts), some_subject()
    ask(carl, live_product, subject, slug="borealis")
    mads.goto(live_product.url("borealis", "/requests"))
    assert row(mads, subject).count() == 0
    mads.get_by_role("link", name="Everybody’s").click()
    row(mads, subject).filter(has_text="asked by Carl Voss").click()
    mads.get_by_role("button", name="Follow").click()
    mads.get_by_role("button", name="Stop following").wait_for()
    assert mads.get_by_text("close it").count() == 0
    assert mads.complaints == []
