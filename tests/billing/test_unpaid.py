"""What is not paid: all goes on for two weeks, then the desk rests until it is paid; nobody else's rest is lifted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from portico.standing import NOTICE
from shared_apps.billing import looking, plans, settling
from shared_apps.billing.models import Account
from shared_apps.billing.settling import Invoice, Reality, Subscription
from shared_apps.mail import rendering
from shared_apps.mail.models import Outgoing
from tenants import routing
from tenants.life import actions as life
from tenants.models import Company
from tests.billing.conftest import days_later
from tests.fakes.stripe_server import pages

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def paid(status="active"):
    return Subscription("sub_1", "si_1", "team", status, 3, NOON)


def owed(at=NOON, **more):
    return Invoice("in_1", "P-1", "open", 5700, "eur", at, attempts=1, **more)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("reality", "now", "plan", "state"),
    [
        (Reality(), NOON - SECOND, "trial", "trial"),
        (Reality(), NOON, "free", "free"),
        (Reality([paid()]), NOON - SECOND, "team", "active"),
        (Reality([paid("trialing")]), NOON, "team", "active"),
        (Reality([paid("incomplete")]), NOON, "free", "free"),
        (Reality([paid("canceled")]), NOON, "free", "free"),
        (Reality([paid("past_due")], [owed()]), NOON + plans.GRACE - SECOND, "team", "past_due"),
        (Reality([paid("past_due")], [owed()]), NOON + plans.GRACE, "team", "suspended"),
        (Reality([paid("canceled")], [owed()]), NOON + plans.GRACE, "free", "suspended"),
        (Reality([paid()], [owed(is_first=True)]), NOON + plans.GRACE, "team", "active"),
        (Reality([paid("past_due")], [owed(NOON + SECOND), owed()]), NOON + plans.GRACE, "team", "suspended"),
    ],
)
def test_the_standing_follows_from_what_is_true_and_the_time(reality, now, plan, state):
    found = settling.settle(reality, NOON, now)
    assert (found.plan, found.state) == (plan, state)


@pytest.mark.no_database
def test_the_next_look_is_at_the_next_edge_or_a_day_later():
    grace = settling.settle(Reality([paid("past_due")], [owed()]), NOON, NOON + plans.GRACE - SECOND)
    assert settling.next_look(grace, [], NOON + plans.GRACE - SECOND) == NOON + plans.GRACE
    assert settling.next_look(grace, [], NOON) == NOON + timedelta(days=1)


@pytest.fixture
def fails(pays, stripe, look):
    """A paid company whose next month cannot be taken from its card: 45 days from now."""

    def go():
        account = pays("team")
        stripe.get(stripe.all("subscription")[0]["default_payment_method"], "payment_method")["card"]["last4"] = "0341"
        stripe.advance(30.1)
        return account

    return go


def company_of(outside, acme):
    with outside():
        return Company.objects.get(pk=acme.id)


def test_owners_are_told_by_letter_and_nobody_else(fails, look, outside):
    fails()
    look(45.2), look(46), look(59.2)
    with outside():
        rows = list(Outgoing.objects.order_by("created_at"))
        found = [(one.to, rendering.render(one.template, one.facts)) for one in rows]
    assert [(to, said.subject) for to, said in found] == [
        ("olga@acme.example", "The trial of Acme has ended"),
        ("olga@acme.example", "A payment for Acme did not go through"),
        ("olga@acme.example", "The desk of Acme rests until it is paid"),
    ]
    links = ["http://acme.localhost:8000/manager/settings/billing" in said.text for _, said in found]
    assert (links, "rests until it is" in found[1][1].text) == ([True] * 3, True)


def test_owners_hear_three_days_and_a_day_before_a_trial_ends(look, outside, inside, acme):
    from shared_apps.accounts.models import User

    with inside(acme):
        User.objects.filter(role="manager").update(role="owner")
    for day in (0, 10.9, 11.1, 11.5, 12.9, 13.1, 13.9, 14.1):
        look(day)
    with outside():
        rows = list(Outgoing.objects.order_by("created_at"))
        told = [(one.to, rendering.render(one.template, one.facts)) for one in rows]
    both = ["ada@acme.example", "olga@acme.example"]
    subjects = [f"The trial of Acme {words}" for words in ("ends in 3 days", "ends tomorrow", "has ended")]
    assert [said.subject for _, said in told] == [one for one in subjects for _ in both]
    assert sorted(to for to, _ in told) == sorted(both * 3)
    assert all("http://acme.localhost:8000/manager/settings/billing" in said.text for _, said in told)


def test_whoever_pays_or_rests_is_not_told_that_a_trial_ends(pays, look, outside, acme):
    pays("team", after=5)
    look(11.5), look(13.5)
    with outside():
        assert not Outgoing.objects.filter(template="billing_ends").exists()


def test_the_moments_of_the_letters_are_looked_at():
    trial = settling.settle(Reality(), NOON, NOON - timedelta(days=3, seconds=1))
    assert settling.next_look(trial, [], NOON - timedelta(days=3, seconds=1)) == NOON - timedelta(days=3)
    found = [settling.days_to_warn(trial, NOON - timedelta(hours=one)) for one in (73, 72, 25, 24, 1)]
    assert found == [0, 3, 3, 1, 1]


def test_grace_then_rest_then_open_again_when_it_is_paid(fails, stripe, look, outside, acme):
    account = fails()
    assert (look(45.2).state, company_of(outside, acme).state) == ("past_due", "active")

    assert look(58.9).state == "past_due"
    assert look(59.2).state == "suspended"
    assert (company_of(outside, acme).state, company_of(outside, acme).notice) == ("suspended", NOTICE)

    pages.change_card(stripe, account.customer, works=True)
    assert (look(60).state, look(60).plan) == ("active", "team")
    assert company_of(outside, acme).state == "active"


def test_an_owner_of_a_resting_desk_gets_in_to_pay_and_nowhere_else(fails, look, client_for, settings, visitor):
    fails()
    olga, ada = client_for("olga"), client_for("ada")
    look(59.2)
    page = olga.get("/manager/settings/billing")
    assert (page.status_code, "Your desk rests" in page.content.decode()) == (200, True)
    assert visitor("acme").get("/login").status_code == 200
    for client, path in ((olga, "/manager/inbox"), (ada, "/manager/settings/"), (visitor("acme"), "/")):
        answer = client.get(path)
        assert (answer.status_code, "Sign in and pay" in answer.content.decode()) == (503, True)


def test_a_rest_that_staff_decided_is_theirs_to_lift(fails, stripe, look, outside, acme, omar, client_for):
    account = fails()
    with outside():
        life.suspend(Company.objects.get(pk=acme.id), by=omar, notice="Abuse.")
    assert look(59.2).suspended_at is None
    routing.forget()
    assert client_for("olga").get("/manager/settings/billing").status_code == 503

    pages.change_card(stripe, account.customer, works=True)
    assert look(60).state == "active"
    assert company_of(outside, acme).state == "suspended"


def test_several_who_look_at_once_take_their_own_rest_for_nobody_elses(fails, stripe, look, outside, acme):
    """Whoever waited for the account sees the company as it is by then, and does not think that staff opened it."""

    def work(_):
        try:
            with days_later(59.2), outside():
                looking.look(acme.id)
        finally:
            connection.close()

    account = fails()
    with ThreadPoolExecutor(4) as several:
        list(several.map(work, range(4)))
    with outside():
        found = Account.objects.get(pk=acme.id)
    assert (found.suspended_at is not None, found.mercy_until) == (True, None)
    pages.change_card(stripe, account.customer, works=True)
    assert (look(60).state, company_of(outside, acme).state) == ("active", "active")


def test_staff_who_open_the_doors_give_a_week(fails, look, outside, acme, omar):
    fails()
    look(59.2)
    with outside():
        life.resume(Company.objects.get(pk=acme.id), by=omar)
    assert (look(60).state, company_of(outside, acme).state) == ("suspended", "active")
    assert (look(66.9), company_of(outside, acme).state)[1] == "active"
    assert (look(67.1), company_of(outside, acme).state)[1] == "suspended"
