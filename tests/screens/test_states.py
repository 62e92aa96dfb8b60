"""What a screen looks like in between: menus, dialogs, problems, notices, doors that stay shut."""

import pytest

from tests.screens.conftest import WIDTHS
from tests.screens.test_forms import some_slug
from tests.screens.test_screens import ADA, CLEO, OMAR, looked_at
from tests.support.signups import fill_in, letter_to, link_of

pytestmark = pytest.mark.no_database


def sound(page, name):
    """Nothing sticks out and axe finds nothing, wide and on a phone."""
    for width, scheme in (("wide", "dark"), ("phone", "light")):
        assert looked_at(page, f"{name}-{width}-{scheme}", WIDTHS[width], scheme) == []


@pytest.mark.parametrize(("who", "host", "path"), [(ADA, "acme", "/manager/tickets"), (CLEO, "acme", "/")])
def test_the_account_menu(open_page, live_product, who, host, path):
    page = open_page(who)
    page.goto(live_product.url(host, path))
    page.locator("details.menu > summary").click()
    sound(page, f"menu-{who[:3]}")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0


def test_the_list_of_keys(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets"))
    page.get_by_role("button", name="Keys").click()
    sound(page, "keys")


def test_the_bar_for_several_of_the_queue(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets"))
    for place in (0, 2):
        page.locator(".choose input").nth(place).check()
    page.get_by_text("2 chosen").wait_for()
    sound(page, "queue-several")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#bulk summary", has_text="Status").click()
    sound(page, "queue-several-status")


def test_everything_of_the_queue_is_chosen_at_once(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets"))
    page.get_by_label("Choose all").check()
    page.locator("[data-bulk-count]").wait_for()
    assert page.locator(".choose :checked").count() == page.locator(".choose input").count() > 1


def test_the_views_that_staff_keep(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets?status=new"))
    page.keyboard.press("v")
    page.locator("#view-name").fill("New ones")
    page.get_by_role("button", name="Keep for all staff").click()
    page.get_by_text("Kept as “New ones”, for all staff.").wait_for()
    page.locator("#pick-view > summary").click()
    sound(page, "queue-views")
    page.get_by_role("button", name="Take the view New ones away").click()
    page.get_by_text("“New ones” is gone.").wait_for()


@pytest.mark.parametrize("menu", ["status", "person", "importance"])
def test_what_can_be_done_with_a_request_in_the_console(open_page, live_product, menu):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets"))
    page.locator(".table .fill > a").first.click()
    page.locator(f"#pick-{menu} > summary").click()
    assert looked_at(page, f"console-{menu}-wide-light", WIDTHS["wide"], "light") == []


def test_the_steps_of_a_signup(open_page, live_product):
    page, slug = open_page(), some_slug()
    page.goto(live_product.url())
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_text("Where do we reach you?").wait_for()
    sound(page, "signup-problems")
    page.get_by_label("E-mail").fill(f"dora@{slug}.example")
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_label("Code from the letter").fill("000000")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("not the code in our last letter").wait_for()
    sound(page, "signup-code")
    page.goto(live_product.url(path=link_of(letter_to(f"dora@{slug}.example", live_product.logs / "mail"))))
    sound(page, "signup-link")
    page.get_by_role("button", name="Go on here").click()
    page.get_by_label("Address").fill("acme")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("What is your company called?").wait_for()
    sound(page, "signup-name")
    page.get_by_label("Company").fill("Delphi Freight")
    page.get_by_label("Address").fill(slug)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Open my desk").click()
    page.get_by_text("What are you called?").wait_for()
    sound(page, "signup-owner")


@pytest.mark.parametrize("host", ["acme", "console"])
def test_a_sign_in_that_failed(open_page, live_product, host):
    page = open_page()
    page.goto(live_product.url(host, "/login"))
    page.get_by_label("E-mail").fill("nobody@acme.example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("is not right").wait_for()
    sound(page, f"login-failed-{host}")


def test_a_refusal_of_a_part_lands_among_the_notices(open_page, live_product):
    page = open_page(ADA)
    page.goto(live_product.url("acme", "/manager/tickets"))
    page.evaluate("htmx.ajax('GET', '/manager/nothing', { target: '#requests' })")
    page.get_by_role("status").get_by_text("There is nothing here.").wait_for()
    assert page.locator(".tickets .ticket").count() > 0
    sound(page, "notice")
    page.get_by_role("button", name="Close this notice").click()
    assert page.locator("#notices .notice").count() == 0


def test_an_answer_that_is_not_ours_replaces_nothing(open_page, live_product):
    page = open_page(ADA)
    page.goto(live_product.url("acme", "/manager/tickets"))
    page.route("**/manager/broken", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.evaluate("htmx.ajax('GET', '/manager/broken', { target: '#requests' })")
    page.get_by_text("The answer could not be used.").wait_for()
    page.route("**/manager/lost", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/manager/lost', { target: '#requests' }).catch(() => null)")
    page.get_by_text("The connection broke").wait_for()
    assert page.locator(".tickets .ticket").count() > 0


def test_a_form_that_grew_too_old(open_page, live_product):
    page = open_page()
    page.goto(live_product.url("acme", "/login"))
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').remove()")
    page.get_by_label("E-mail").fill("ada@acme.example")
    page.get_by_label("Password").fill("whatever")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Please send that again").wait_for()
    sound(page, "form-too-old")


def test_a_new_desk_says_what_to_do_first(open_page, live_product):
    page, slug = open_page(), some_slug()
    fill_in(page, live_product, slug)
    page.get_by_role("button", name="Open my desk").click()
    page.wait_for_url("**/manager/settings/start")
    sound(page, "first-steps")
    page.goto(live_product.url(slug, "/manager/tickets"))
    sound(page, "empty-desk")
