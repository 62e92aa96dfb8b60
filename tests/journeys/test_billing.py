"""From the banner of the trial to a paid plan, through a failed payment, and back to the free one."""

import pytest

from tests.fakes.stripe_server import Server
from tests.fakes.stripe_server.serving import KEY, SECRET
from tests.fakes.stripe_server.store import DAY
from tests.screens import conftest as screens
from tests.screens.test_screens import looked_at_everywhere
from tests.support.running import running_product

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

OLGA, ADA, ODD, OMAR = "olga@acme.example", "ada@acme.example", "odd@borealis.example", "omar@portico.example"
HOME = "/manager/settings/billing"


@pytest.fixture(scope="module")
def stripe():
    with Server() as server:
        yield server
        assert server.wrong == []


@pytest.fixture(scope="module")
def live_product(tmp_path_factory, static_files, stripe):
    """One that takes payments."""
    said = {"STRIPE_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API": stripe.url}
    screens._cookies.clear()  # those of the other product open nothing here
    with running_product(tmp_path_factory.mktemp("billing"), **said) as product:
        product.command("billing", "sync")
        stripe.deliver_to = product.url("", "/billing/webhook").replace("localhost", "127.0.0.1")
        yield product
        stripe.deliver_to = ""
    screens._cookies.clear()


def shown_until(page, address, words):
    """Look again until the words are there: a process goes on for seconds with what it knew of a company."""
    for _ in range(240):
        page.goto(address)
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(250)
    pytest.fail(f"{words} did not come.")


def gone_until(page, address, words):
    """The same, until they are not."""
    for _ in range(240):
        page.goto(address)
        if not page.get_by_text(words).count():
            return
        page.wait_for_timeout(250)
    pytest.fail(f"{words} did not go.")


def sound(page, name):
    complaints = [one for one in page.complaints if "status of 503" not in one]  # while the desk rests
    assert looked_at_everywhere(page, f"billing-{name}") + complaints == []
    page.set_viewport_size({"width": 1440, "height": 900})


def go_to_pay(page, scripts):
    page.get_by_role("button", name="Pay for Team").click()
    if not scripts:
        for _ in range(100):
            if page.get_by_role("link", name="Go on to Stripe").count():
                break
            page.wait_for_timeout(100)
            page.get_by_role("link", name="Look again").click()
        page.get_by_role("link", name="Go on to Stripe").click()
    page.get_by_label("Card").select_option("good")
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url("**/billing?waits=paid")


def heard(page, words):
    """A wish arrived: its page stands there, or what became of it is told already."""
    page.get_by_text(words).or_(page.get_by_role("link", name="Look again")).first.wait_for()


def paid(page, home):
    """On the page of a company that pays, whatever happened to it before."""
    shown_until(page, home, "Plan and billing")
    shown_until(page, home, "for each agent a month")
    if page.get_by_role("button", name="Pay for Team").count():
        go_to_pay(page, scripts=True)
    shown_until(page, home, "Cancel the plan")


@pytest.mark.parametrize(("who", "scripts"), [(OLGA, True), (ODD, False)], ids=["scripts", "no scripts"])
def test_from_the_trial_to_paid_and_back(open_page, live_product, who, scripts):
    page, slug = open_page(who, scripts=scripts), screens.host_of(who)
    home = live_product.url(slug, HOME)
    shown_until(page, live_product.url(slug, "/manager/tickets"), "left of your trial.")
    page.get_by_role("link", name="Choose a plan").click()
    go_to_pay(page, scripts)
    shown_until(page, home, "Cancel the plan")
    gone_until(page, live_product.url(slug, "/manager/tickets"), "left of your trial.")

    page.goto(home)
    page.get_by_role("button", name="Cancel the plan").click()
    heard(page, "Your plan is cancelled.")
    shown_until(page, home, "Cancelled: it holds until")
    if scripts:
        sound(page, "cancelled")
        page.complaints.clear()  # axe writes styles of its own into the page
    page.get_by_role("button", name="Keep the plan").click()
    heard(page, "Good to have you back")
    shown_until(page, home, "Cancel the plan")
    assert page.complaints == []


def test_another_plan_is_shown_before_it_is_taken(open_page, live_product):
    page = open_page(OLGA)
    paid(page, live_product.url("acme", HOME))
    page.get_by_role("button", name="See what Business costs").click()
    page.get_by_text("From then on").wait_for()
    sound(page, "preview")
    page.get_by_role("button", name="Change to Business").click()
    page.get_by_text("Your plan is Business now.").wait_for()
    sound(page, "paid")


def test_who_does_not_pay_rests_and_is_let_in_to_pay(open_page, live_product, stripe):
    page, home = open_page(OLGA), live_product.url("acme", HOME)
    paid(page, home)
    subscription = next(one for one in stripe.all("subscription") if stripe.things[one["customer"]]["name"] == "Acme")
    stripe.get(subscription["default_payment_method"], "payment_method")["card"]["last4"] = "0341"
    subscription["status"], stripe.later = "active", -16 * DAY
    invoice = stripe.bill(subscription, "subscription_cycle")
    stripe.later = 0
    shown_until(page, live_product.url("acme", "/manager/inbox"), "Sign in and pay")
    assert looked_at_everywhere(page, "billing-resting") == []
    page.get_by_role("link", name="Sign in and pay").click()
    shown_until(page, home, "Your desk rests")
    sound(page, "rests")

    stripe.get(subscription["default_payment_method"], "payment_method")["card"]["last4"] = "4242"
    page.get_by_role("link", name=invoice["number"]).click()
    page.get_by_role("button", name="Pay it").click()
    page.get_by_text("This is paid.").wait_for()
    gone_until(page, live_product.url("acme", "/manager/inbox"), "Sign in and pay")


def test_the_pages_of_plans_are_sound(open_page, live_product):
    for who, host, path, name in (
        (ADA, "acme", HOME, "manager"),
        (OMAR, "console", "/admin/companies?order=plan", "companies"),
        (OMAR, "console", "/admin/companies/acme", "company"),
    ):
        page = open_page(who)
        page.goto(live_product.url(host, path))
        sound(page, name)
    olga = open_page(OLGA)
    shown_until(olga, live_product.url("acme", HOME), "for each agent a month")
    sound(olga, "offers")
