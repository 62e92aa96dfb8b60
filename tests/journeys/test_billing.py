"""From the banner of the trial to a paid plan, through a failed payment, and back to the free one."""

import pytest

from tests.fakes.stripe_server import Server
from tests.fakes.stripe_server.serving import KEY, SECRET
from tests.screens import conftest as screens
from tests.screens.test_screens import looked_at_everywhere
from tests.support.running import running_product

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

OLGA, ADA, OMAR = "olga@acme.example", "ada@acme.example", "omar@portico.example"
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


def sound(page, name):
    assert looked_at_everywhere(page, f"billing-{name}") + page.complaints == []
    page.set_viewport_size({"width": 1440, "height": 900})


def pay(page, card="good"):
    page.get_by_label("Card").select_option(card)
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url("**/billing?waits=paid")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_trial_to_paid_and_back(open_page, live_product, stripe, scripts):
    page = open_page(OLGA if scripts else "odd@borealis.example", scripts=scripts)
    slug = "acme" if scripts else "borealis"
    home = live_product.url(slug, HOME)
    shown_until(page, live_product.url(slug, "/manager/tickets"), "left of your trial.")
    page.get_by_role("link", name="Choose a plan").click()
    page.get_by_role("button", name="Pay for Team").click()
    if not scripts:
        for _ in range(100):
            if page.get_by_role("link", name="Go on to Stripe").count():
                break
            page.wait_for_timeout(100)
            page.get_by_role("link", name="Look again").click()
        page.get_by_role("link", name="Go on to Stripe").click()
    pay(page)
    shown_until(page, home, "Cancel the subscription")
    assert page.get_by_text("left of your trial.").count() == 0

    page.get_by_role("button", name="Cancel the subscription").click()
    shown_until(page, home, "Keep the subscription")
    page.get_by_role("button", name="Keep the subscription").click()
    shown_until(page, home, "Cancel the subscription")
    assert page.complaints == []
