"""Words with a look: typed with tools, keys and pasting, seen before they are sent, kept when somebody goes away."""

import uuid

import pytest

from tests.journeys.test_inbox import SCRIPTS, open_for_somebody, strange, write
from tests.journeys.test_portal import ask, say

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, BEN, CLEO = "ada@acme.example", "ben@acme.example", "cleo@acme.example"
PASTED = (
    "<meta charset=utf-8><style>b{}</style><p>A <b>new</b> lamp from <a href='https://lamps.example/x'>Lamps</a>:</p>"
    "<ol><li>blue</li><li>red<ul><li>dark</li></ul></li></ol><script>window.bad = 1</script><img src=x onerror=bad()>"
    "<p><a href='javascript:window.bad=1'>here</a></p><blockquote><p>Said</p><p>twice</p></blockquote>"
)
READ = (
    "A **new** lamp from [Lamps](https://lamps.example/x):\n\n1. blue\n2. red\n   - dark\n\nhere\n\n> Said\n>\n> twice"
)
PASTE = """(area, html) => {
  const held = new DataTransfer()
  held.setData("text/html", html)
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }))
}"""


def test_tools_keys_and_undo_write_marks(open_page, live_product):
    page = open_page(BEN)
    open_for_somebody(page, live_product)
    field = page.locator("#id_body")
    field.fill("A lamp")
    field.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Control+b")
    assert field.input_value() == "A **lamp**"
    page.keyboard.press("Control+b")
    assert field.input_value() == "A lamp"
    page.get_by_role("button", name="Italic").click()
    assert field.input_value() == "A *lamp*"
    page.keyboard.press("Control+z")
    assert field.input_value() == "A lamp"
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("blue")
    page.keyboard.press("Enter")
    page.keyboard.type("red")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Shift+U")
    page.keyboard.type("Lamps")
    assert field.input_value() == "A lamp\n- blue\n- red\n[Lamps](https://)"
    assert strange(page) == []


def test_pasting_keeps_simple_looks_and_nothing_that_acts(open_page, live_product):
    page = open_page(BEN)
    open_for_somebody(page, live_product)
    page.locator("#id_body").focus()
    page.locator("#id_body").evaluate(PASTE, PASTED)
    assert page.locator("#id_body").input_value() == READ
    assert page.evaluate("window.bad") is None

    page.get_by_role("button", name="Send reply", exact=True).click()
    said = page.locator("article").filter(has_text="lamp from")
    said.wait_for()
    assert said.locator("strong").inner_text() == "new"
    assert said.locator("ol > li > ul > li").inner_text() == "dark"
    assert said.get_by_text("Show quoted text").count() == 1
    assert strange(page) == []


@SCRIPTS
def test_it_is_seen_before_it_is_sent(open_page, live_product, scripts):
    page = open_page(BEN, scripts=scripts)
    open_for_somebody(page, live_product)
    page.locator("#id_body").fill("A **new** lamp")
    page.get_by_role("button", name="Preview").click()
    page.locator("#look strong").filter(has_text="new").wait_for()
    assert page.get_by_role("button", name="Bold").count() == (1 if scripts else 0)
    if scripts:
        page.locator("#id_body").fill("A **blue** lamp")
        page.locator("#look strong").filter(has_text="blue").wait_for()
        page.get_by_role("button", name="Close the preview").click()
        page.locator("#look section").wait_for(state="detached")
    assert page.locator("article").filter(has_text="lamp").count() == 1


@SCRIPTS
def test_a_customer_writes_reads_and_reacts(open_page, live_product, scripts):
    cleo, ben, subject = open_page(CLEO, scripts=scripts), open_page(BEN), f"Shelf {uuid.uuid4().hex[:8]}"
    ask(cleo, live_product, subject)
    cleo.get_by_label("Your reply").fill("It is **still** broken")
    cleo.get_by_role("button", name="Preview").click()
    cleo.locator("#look strong").filter(has_text="still").wait_for()
    cleo.get_by_role("button", name="Send", exact=True).click()
    cleo.locator("article strong").filter(has_text="still").wait_for()

    ben.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))
    ben.locator(".ticket").filter(has_text=subject).click()
    ben.get_by_role("heading", name=subject).wait_for()
    write(ben, "On its way.")
    ben.locator(".marks").get_by_text("Goes out").wait_for(state="detached")
    cleo.goto(cleo.url.partition("#")[0])
    answer = cleo.locator("article[data-from=agent]")
    answer.get_by_text("React", exact=True).click()
    answer.get_by_role("button", name="React with 🎉").click()
    answer.locator(".badge").filter(has_text="🎉 1").wait_for()
    ben.reload()
    ben.locator("article .chip").filter(has_text="🎉 1").wait_for()
    assert cleo.complaints == []


def test_a_customers_words_wait_until_they_come_back(open_page, live_product):
    cleo, subject = open_page(CLEO), f"Shelf {uuid.uuid4().hex[:8]}"
    ask(cleo, live_product, subject)
    cleo.get_by_label("Your reply").press_sequentially("Half a thought")
    cleo.get_by_text("Draft saved").wait_for()
    address = cleo.url
    again = open_page(CLEO)
    again.goto(address)
    assert again.get_by_label("Your reply").input_value() == "Half a thought"
    say(again, "Half a thought, and the rest")
    cleo.goto(address)
    assert cleo.get_by_label("Your reply").input_value() == ""


@SCRIPTS
def test_quoted_mail_opens_without_scripts_too(open_page, live_product, scripts):
    cleo, subject = open_page(CLEO, scripts=scripts), f"Shelf {uuid.uuid4().hex[:8]}"
    words = "It works.\n\nOn Mon, 3 Nov 2025 at 10:12, Ben Ode <ben@acme.example> wrote:\n> Try again\n> please"
    ask(cleo, live_product, subject, words=words)
    article = cleo.locator("article").first
    assert not article.get_by_text("Try again").is_visible()
    article.get_by_text("Show quoted text").click()
    article.get_by_text("Try again").wait_for()


@SCRIPTS
def test_ada_chooses_what_her_rows_show_and_finds_where_she_was_called(open_page, live_product, scripts):
    ben, ada = open_page(BEN), open_page(ADA, scripts=scripts)
    subject = open_for_somebody(ben, live_product)
    ben.locator("label:has([data-mode=note])").click()
    write(ben, "@Ada please look", "Add note")

    ada.goto(live_product.url("acme", "/manager/inbox?view=mentions"))
    row = ada.locator("li").filter(has_text=subject)
    row.wait_for()
    assert row.get_by_text("Cleo Marsh").count() == 1
    try:
        ada.get_by_label("What a row shows").click()
        ada.get_by_label("Requester", exact=True).uncheck()
        ada.get_by_role("button", name="Show these").click()
        row.get_by_text("Cleo Marsh").wait_for(state="detached")
        row.wait_for()
        assert row.get_by_text("Cleo Marsh").count() == 0
    finally:
        ada.goto(live_product.url("acme", "/manager/inbox?view=mentions"))
        ada.get_by_label("What a row shows").click()
        ada.get_by_label("Requester", exact=True).check()
        ada.get_by_role("button", name="Show these").click()
    row.get_by_text("Cleo Marsh").wait_for()


def test_bones_lie_over_a_conversation_that_takes_long_and_never_over_a_quick_one(open_page, live_product):
    page = open_page(BEN)
    subject = open_for_somebody(page, live_product)
    page.goto(live_product.url("acme", "/manager/inbox?view=unassigned"))
    drawn = "getComputedStyle(document.getElementById('talk'), '::after')"
    held = []
    page.route("**/manager/inbox/*-*", lambda route: held.append(route))
    page.locator(".ticket").filter(has_text=subject).click()
    for _ in range(50):
        if page.evaluate(f"{drawn}.opacity") == "1":
            break
        page.wait_for_timeout(100)
    assert page.evaluate(f"[{drawn}.opacity, {drawn}.animationDelay]") == ["1", "0.2s"]
    held[0].continue_()
    page.get_by_role("heading", name=subject).wait_for()
    assert page.evaluate(f"{drawn}.content") == "none"
