"""What a company pays follows what is true at Stripe: the way from the trial to a paid plan, and back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portico.events import record
from shared_apps.accounts.models import User
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.billing import following, looking, plans
from shared_apps.billing.models import Account, Errand
from shared_apps.care.models import Care
from tenant_apps.journal.models import Event
from tenants import routing
from tenants.life import actions as life
from tenants.models import Company
from tests.fakes.stripe_server import pages
from tests.fakes.stripe_server.store import No
from tests.support import letters


def stands(outside, company):
    with outside():
        return Company.objects.get(pk=company.id).standing


def test_a_new_company_tries_for_two_weeks_and_is_free_then(look, acme, outside):
    first = look()
    assert (first.plan, first.state, first.customer) == ("trial", "trial", None)
    assert first.look_at <= timezone.now() + timedelta(days=1)
    assert stands(outside, acme).days_left == 14

    assert look(13.99).state == "trial"
    assert (look(14.01).plan, look(14.01).state) == ("free", "free")
    with outside():
        told = PlatformAuditLog.objects.get(verb="company.plan.update")
        assert (told.facts, told.actor_label) == ({"from": "trial", "to": "free"}, "Portico billing")
        assert Care.of(acme.id).tier == "free"


def test_paying_gives_the_plan_to_the_company_and_its_door(pays, stripe, acme, outside, settings):
    account = pays("business")

    assert (account.plan, account.state, account.facts["seats"]) == ("business", "active", 3)
    assert account.facts["card"] == {"kind": "visa", "last4": "4242", "until": "12/2031"}
    assert [(one["status"], one["total"]) for one in account.invoices] == [("paid", 3 * 3900)]
    door = routing.door_of(f"acme.{settings.BASE_HOST}")
    assert (door.standing.plan, door.company.plan, door.brand.is_white_label) == ("business", "business", True)
    with outside():
        assert Care.of(acme.id).tier == "enterprise"


def test_no_more_than_the_billing_contact_goes_to_stripe(pays, stripe):
    pays("team", code="")
    (told,) = [sent for method, path, sent in stripe.asked if (method, path) == ("POST", "customers")]
    assert (told["name"], told["email"]) == ("Acme", "olga@acme.example")
    everything = repr(stripe.asked)
    assert [one for one in ("Ada", "ada@", "Ben", "Cleo", "Olga Acker") if one in everything] == []


def test_paying_early_loses_no_day_of_the_trial(pays, stripe, look):
    account = pays("team", after=0)
    assert (account.state, account.facts["status"], account.invoices[0]["total"]) == ("active", "trialing", 0)

    stripe.advance(15)
    assert [one["total"] for one in look(15).invoices] == [5700, 0]


def test_a_coupon_is_taken_off(pays, stripe):
    stripe.codes["HELLO"] = 50
    assert pays("team", code="HELLO").invoices[0]["total"] == 2850


def test_of_two_pages_only_one_can_be_paid(stripe, look, wishes):
    look()
    first, same, other = (wishes("checkout", plan=plan)["url"] for plan in ("team", "team", "business"))
    assert first == same != other
    with pytest.raises(No, match="expired"):
        pages.pay(stripe, first.rpartition("/")[2])
    pages.pay(stripe, other.rpartition("/")[2])
    assert "already" in wishes("checkout", plan="team")["no"]
    assert len(stripe.all("subscription")) == 1


def test_a_second_subscription_is_ended_and_the_first_stays(pays, stripe, look, outside):
    account = pays("team")
    line = {"price": stripe.all("price")[0]["id"], "quantity": "3"}
    session = {"customer": account.customer, "line_items": [line], "subscription_data": {}}
    stripe.advance(1)
    stripe.subscribe(session, stripe.card(account.customer))

    assert look(16).facts["subscription"] == account.facts["subscription"]
    assert sorted(one["status"] for one in stripe.all("subscription")) == ["active", "canceled"]
    with outside():
        assert PlatformAuditLog.objects.filter(verb="billing.doubled").count() == 1


def test_seats_follow_those_who_answer(pays, stripe, look, acme, inside):
    account = pays("team")
    subscription = stripe.get(account.facts["subscription"], "subscription")
    for number in (4, 3, 4):  # to and fro within a day: each is written anew
        with inside(acme):
            User.objects.filter(name="Mia Holt").update(role="agent" if number == 4 else "member")
        assert look(15).facts["seats"] == number
        assert subscription["items"]["data"][0]["quantity"] == number


def test_what_happens_to_people_is_a_reason_to_look_when_their_number_has_changed(pays, acme, inside, ada):
    pays("team")
    with inside(acme):
        record("person.profile.update", None, by=ada)
    letters.leave()
    with inside(acme):
        assert not Errand.objects.filter(kind="seats").exists()
        User.objects.filter(name="Mia Holt").update(role="agent")
        record("person.role.update", User.objects.get(name="Mia Holt"), by=ada)
    letters.leave(), letters.leave()
    with inside(acme):
        assert Errand.objects.filter(kind="seats").count() == 1


def test_another_plan_is_shown_before_it_is_taken(pays, stripe, wishes, look):
    pays("team")
    figures = wishes("preview", 15, plan="business")
    assert figures["seats"] == 3
    assert abs(figures["next"] - (3 * 3900 + 3 * 2000)) < 10  # a second of the month is worth less than a cent
    assert look(15).plan == "team"

    assert wishes("change", 15, plan="business") == {"words": "Your plan is Business now."}
    assert look(15).plan == "business"


def test_a_cancelled_plan_ends_with_what_is_paid_and_can_be_taken_back(pays, stripe, wishes, look, acme, outside):
    pays("team")
    wishes("cancel", 15)
    assert stands(outside, acme).ends is not None
    assert look(15).state == "active"
    wishes("return", 15)
    assert stands(outside, acme).ends is None

    wishes("cancel", 15)
    stripe.advance(31)
    assert (look(46).plan, look(46).state) == ("free", "free")
    assert "Choose a plan first" in wishes("return", 46)["no"]


def test_what_owners_decide_stands_in_the_companys_journal(pays, wishes, acme, inside):
    pays("team")
    wishes("cancel", 15)
    with inside(acme):
        told = Event.objects.filter(verb__startswith="billing.").order_by("at")
        assert [(one.verb, one.actor_label.split()[0]) for one in told] == [
            ("billing.checkout", "Olga"),
            ("billing.cancel", "Olga"),
        ]


def test_an_archived_company_pays_no_longer(pays, stripe, look, acme, outside):
    account = pays("team")
    with outside():
        Company.objects.filter(pk=acme.id).update(state="archived")
    assert look(15).plan == "free"
    assert stripe.get(account.facts["subscription"], "subscription")["status"] == "canceled"


def test_an_erased_company_leaves_nothing_at_stripe(pays, stripe, acme, omar, outside):
    account = pays("team")
    with outside():
        life.begin_erasure(Company.objects.get(pk=acme.id), by=omar, typed="acme")
        following.forget(account.customer)
        following.forget(account.customer)
    assert [one.get("deleted") for one in stripe.all("customer")] == [True]
    assert [one["status"] for one in stripe.all("subscription")] == ["canceled"]


def test_who_was_deleted_at_stripe_by_hand_is_free_and_can_pay_anew(pays, stripe, look, wishes, outside):
    account = pays("team")
    with outside():
        following.forget(account.customer)
    assert (look(15).plan, look(15).customer) == ("free", None)
    pages.pay(stripe, wishes("checkout", 15, plan="team")["url"].rpartition("/")[2])
    assert look(15).plan == "team"


def test_while_stripe_is_away_nothing_changes_and_who_waits_is_told(pays, stripe, wishes, look, outside, acme):
    before = pays("team")
    stripe.is_down = True
    assert "does not answer" in wishes("cancel", 15)["no"]
    with outside():
        account = Account.objects.get(pk=acme.id)
    assert (account.plan, account.attempts, account.version) == ("team", 1, before.version)

    stripe.is_down = False
    assert (look(15).trouble, look(15).attempts) == ("", 0)


def test_an_installation_without_payments_asks_stripe_nothing(stripe, acme, settings, outside):
    assert plans.of_company(acme) is plans.TRYING
    asked, settings.STRIPE_KEY = len(stripe.asked), ""
    with outside():
        assert looking.look(acme.id) is None
        assert not Account.objects.exists()
    assert (len(stripe.asked), plans.of_company(acme)) == (asked, plans.UNBOUND)
