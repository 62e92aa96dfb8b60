"""News in any order, twice, or never: after the next look by itself the company stands as it would have otherwise."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from shared_apps.billing import actions, looking
from shared_apps.billing.models import Account, Errand
from tenants.models import Company
from tests.fakes.stripe_server import pages
from tests.fakes.stripe_server.store import No

# What happens at Stripe, without us.
HAPPENINGS = {
    "pay": lambda stripe, page: pay(stripe, page),
    "month": lambda stripe, page: stripe.advance(31),
    "bad card": lambda stripe, page: pages.change_card(stripe, customer(stripe), works=False),
    "good card": lambda stripe, page: pages.change_card(stripe, customer(stripe), works=True),
    "end": lambda stripe, page: [stripe.end(one) for one in alive(stripe)[:1]],
    "fewer": lambda stripe, page: [one["items"]["data"][0].update(quantity=9) for one in alive(stripe)],
}


def pay(stripe, page):
    with suppress(No):  # the page has expired
        pages.pay(stripe, page)


def customer(stripe):
    return stripe.all("customer")[0]["id"]


def alive(stripe):
    return [one for one in stripe.all("subscription") if one["status"] != "canceled"]


def stands(acme):
    account = Account.objects.get(pk=acme.id)
    invoices = [(one["number"], one["status"], one["total"]) for one in account.invoices]
    company = Company.objects.get(pk=acme.id)
    return account.plan, account.state, account.facts, invoices, company.billing, company.state


@pytest.mark.timeout(600)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=some.lists(some.sampled_from(sorted(HAPPENINGS)), min_size=1, max_size=7),
    seed=some.integers(0, 2**32),
    kept=some.floats(0, 1),
)
def test_whatever_becomes_of_the_news_the_truth_is_found(stripe, look, wishes, outside, acme, steps, seed, kept):
    chance = random.Random(seed)  # noqa: S311 (no secret)
    begin_again(stripe, outside, acme)
    look()
    page = wishes("checkout", plan="team")["url"].rpartition("/")[2]
    seen = len(stripe.events)
    for step in steps:
        HAPPENINGS[step](stripe, page)
    news = [one for one in stripe.events[seen:] if chance.random() < kept]
    news += chance.choices(news, k=len(news)) if news else []
    chance.shuffle(news)
    for one in news:
        with outside():
            actions.hear(one["id"], one["type"], customer(stripe))
        if chance.random() < 0.5:
            look(stripe.later / 86_400)
    look(stripe.later / 86_400)
    with outside():
        found = stands(acme)
        assert not Errand.objects.filter(done_at=None).exists()
        Account.objects.filter(pk=acme.id).update(plan="trial", state="trial", facts={}, invoices=[])
    look(stripe.later / 86_400)  # by somebody who heard of nothing
    with outside():
        assert stands(acme) == found
    assert len(alive(stripe)) <= 1


def begin_again(stripe, outside, acme):
    """As if nothing had happened yet: examples share a test's rows."""
    with outside():
        Account.objects.all().delete()
        Errand.objects.all().delete()
        Company.objects.filter(pk=acme.id).update(billing={}, state="active", notice="")
    stripe.later = 0
    for kind in ("customer", "subscription", "invoice", "checkout.session", "payment_method"):
        for one in stripe.all(kind):
            del stripe.things[one["id"]]
    stripe.extra.clear()
    stripe._answers.clear()
    cache.clear()  # how often somebody wished


def test_two_workers_at_once_leave_one_page_to_pay_on(stripe, look, outside, inside, acme, olga):
    look()
    with inside(acme):
        for plan in ("team", "business"):
            actions.wish("checkout", once=uuid4(), by=olga, plan=plan)

    def work(_):
        try:
            with outside():
                looking.look(acme.id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        list(several.map(work, range(4)))
    assert sorted(one["status"] for one in stripe.all("checkout.session")) == ["expired", "open"]
    assert len(stripe.all("customer")) == 1
