"""Sam sees Acme's desk as Cleo: Ada agrees, watches and withdraws, and the half hour ends by the clock."""

import re
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, SAM = "ada@acme.example", "sam@portico.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
BOX = "/manager/staff-access"


def agree(ada, product, name):
    """Ada says what Portico's staff may do, for a week."""
    ada.goto(product.url("acme", BOX))
    ada.get_by_role("radio", name=re.compile(f"^{name}")).check()
    ada.get_by_label("Until the end of").fill((date.today() + timedelta(days=7)).isoformat())  # noqa: DTZ011
    ada.get_by_role("button", name="Save").click()
    ada.get_by_text("Staff access is now").first.wait_for()


def want(sam, product, mode="Read only", person="Cleo Marsh"):
    """Sam fills in the form on a request of Acme's."""
    sam.goto(product.url("console", "/admin/tickets?company=acme"))
    sam.locator(".table .fill > a").first.click()
    sam.get_by_role("link", name=re.compile("^View as")).click()
    sam.get_by_role("radio", name=person).check()
    sam.get_by_label("Why").fill("She cannot find her own request.")
    sam.get_by_role("radio", name=mode).check()


def come_in(sam, product, mode="Read only", person="Cleo Marsh"):
    """Through the console's form, which leads to Acme's host."""
    want(sam, product, mode, person)
    sam.get_by_role("button", name="Begin the visit").click()
    sam.get_by_role("button", name=f"Go on as {person}").click()
    sam.get_by_text(f"Sam Oduya as {person}").wait_for()


def leave(sam):
    sam.get_by_role("button", name="Leave").click()
    sam.get_by_role("heading", name="You have left").wait_for()


def move_clock(product, seconds):
    """Every visit at Acme began so much earlier."""
    with psycopg.connect(product.env["DATABASE_OWNER_URL"], autocommit=True) as rows:
        (schema,) = rows.execute("SELECT schema_name FROM public.tenants_company WHERE slug = 'acme'").fetchone()
        rows.execute(
            f"UPDATE {schema}.visits_visit SET began_at = began_at - make_interval(secs => %s) WHERE state = 'running'",
            [seconds],
        )


@SCRIPTS
def test_a_visit_from_the_request_to_the_log(open_page, live_product, scripts):
    ada, sam = open_page(ADA, scripts=scripts), open_page(SAM, scripts=scripts)
    agree(ada, live_product, "Allowed to look")
    come_in(sam, live_product)
    sam.get_by_role("link", name="My requests").first.click()
    sam.locator(".ticket").first.click()
    sam.get_by_label("Your reply").fill("In her name.")
    sam.get_by_role("button", name="Send", exact=True).click()
    sam.get_by_text("You are only looking").wait_for()
    ada.goto(live_product.url("acme", BOX))
    ada.get_by_text("Sam Oduya of Portico is Cleo Marsh right now").wait_for()
    sam.goto(live_product.url("acme", "/"))
    leave(sam)

    ada.goto(live_product.url("acme", BOX))
    ada.get_by_role("link", name="Looked as Cleo Marsh").first.click()
    ada.get_by_text("/requests", exact=True).wait_for()
    ada.get_by_text("Nothing was changed").wait_for()
    assert [one for one in ada.complaints + sam.complaints if "403" not in one] == []


@SCRIPTS
def test_what_is_done_is_confirmed_and_written_down(open_page, live_product, scripts):
    ada, sam = open_page(ADA, scripts=scripts), open_page(SAM, scripts=scripts)
    agree(ada, live_product, "Allowed with actions")
    come_in(sam, live_product, "With actions")
    sam.goto(live_product.url("acme", "/requests?q=lamp"))
    sam.locator(".ticket").first.click()
    words = f"It is the switch ({'with' if scripts else 'without'} scripts)."
    sam.get_by_label("Your reply").fill(words)
    sam.get_by_role("button", name="Send", exact=True).click()
    sam.get_by_role("heading", name="Reply to a request as Cleo Marsh?").wait_for()
    assert sam.get_by_text(words).first.is_visible()
    sam.get_by_role("button", name="Confirm").click()
    sam.wait_for_url(re.compile("/requests/[0-9a-f-]{36}"))
    sam.locator(".bubble", has_text=words).first.wait_for()
    leave(sam)

    ada.goto(live_product.url("acme", BOX))
    ada.get_by_role("link", name="Acted as Cleo Marsh").first.click()
    ada.get_by_text("Sam Oduya as Cleo Marsh replied").wait_for()
    ada.goto(live_product.url("acme", "/manager/inbox?q=lamp"))
    ada.locator(".ticket").first.click()
    said = ada.get_by_label("From Cleo Marsh, by Sam Oduya of Portico").filter(has_text=words)
    said.wait_for()  # a name stands above the first of several in a row
    assert ada.complaints + sam.complaints == []


def test_the_half_hour_ends_by_the_clock(open_page, live_product):
    ada, sam = open_page(ADA), open_page(SAM)
    agree(ada, live_product, "Allowed to look")
    come_in(sam, live_product)
    assert re.search(r"(30|29) min left", sam.locator(".watch-bar").inner_text())
    move_clock(live_product, 30 * 60 - 15)
    sam.reload()
    sam.get_by_text("1 min left").wait_for()

    sam.get_by_role("heading", name="This visit has ended").wait_for()  # nobody clicked
    sam.goto(live_product.url("acme", "/requests"))
    sam.wait_for_url("**/login**")
    ada.goto(live_product.url("acme", BOX))
    assert ada.get_by_text("30 minutes. The half hour was over.").first.is_visible()


def test_a_clock_that_is_ahead_ends_nothing(open_page, live_product):
    ada, sam = open_page(ADA), open_page(SAM, alone=True)
    agree(ada, live_product, "Allowed to look")
    sam.clock.install(time=datetime.now(UTC) + timedelta(hours=2))
    asked = []
    sam.on("request", lambda one: asked.append(one) if one.is_navigation_request() else None)
    come_in(sam, live_product)
    came = len(asked)
    sam.clock.run_for(3_000)

    assert re.search(r"(30|29) min left", sam.locator(".watch-bar").inner_text())
    assert len(asked) == came, "the page was loaded again and again"
    leave(sam)


def test_the_half_hour_ends_without_scripts_too(open_page, live_product):
    ada, sam = open_page(ADA), open_page(SAM, scripts=False)
    agree(ada, live_product, "Allowed to look")
    come_in(sam, live_product)
    move_clock(live_product, 1800)
    sam.get_by_role("link", name="My requests").first.click()
    sam.get_by_role("heading", name="This visit has ended").wait_for()


@SCRIPTS
def test_a_manager_is_asked_says_yes_and_ends_it(open_page, live_product, scripts):
    ada, sam = open_page(ADA, scripts=scripts), open_page(SAM, scripts=scripts)
    agree(ada, live_product, "Ask each time")
    want(sam, live_product, person="Mia Holt")
    sam.get_by_role("button", name="Begin the visit").click()
    sam.get_by_text("Acme has not agreed to this").wait_for()
    sam.get_by_role("button", name="Ask the managers").click()
    sam.get_by_text("You have asked").wait_for()

    ada.goto(live_product.url("acme", "/manager/tickets"))
    ada.get_by_role("link", name="Portico waits for your word").click()
    ada.get_by_role("button", name="Yes").click()
    ada.get_by_text("may come in once").wait_for()
    come_in(sam, live_product, person="Mia Holt")
    ada.reload()
    ada.get_by_role("button", name="End it now").click()
    ada.get_by_text("The visit of Sam Oduya has ended").wait_for()
    sam.reload()
    sam.get_by_role("heading", name="This visit has ended").wait_for()


def test_an_agents_desk_works_in_a_visit(open_page, live_product):
    ada, sam = open_page(ADA), open_page(SAM)
    agree(ada, live_product, "Allowed with actions")
    come_in(sam, live_product, "With actions", person="Ben Ode")
    sam.goto(live_product.url("acme", "/manager/inbox?view=open"))
    sam.locator(".ticket").first.click()
    sam.wait_for_url(re.compile("/manager/inbox/[0-9a-f-]{36}"))
    sam.wait_for_load_state("load")

    leave(sam)
    assert [one for one in sam.complaints if "204" not in one] == []
