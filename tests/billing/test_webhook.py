"""What claims to be Stripe has to prove it; said twice it counts once; and nothing that it says is believed."""

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shared_apps.billing import actions
from shared_apps.billing.models import Account, Errand
from tenants.models import Company
from tests.fakes.stripe_server.serving import SECRET, signed

PATH = "/billing/webhook"
OLD = -600


def event(**more):
    thing = {"object": "subscription", "customer": "cus_1", "id": "sub_1"}
    return {"id": "evt_1", "object": "event", "type": "customer.subscription.updated", "data": {"object": thing}} | more


@pytest.fixture
def hook(stripe, visitor, acme, outside):
    """`hook(body, signature)` = the answer; Acme is the customer cus_1."""
    with outside():
        Account.lock(Company.objects.get(pk=acme.id))
        Account.objects.filter(pk=acme.id).update(customer="cus_1")
    client = visitor()

    def post(body, signature):
        sent = {"content_type": "application/json", "headers": {"Stripe-Signature": signature}}
        return client.post(PATH, data=body, **sent)

    return post


def errands(outside):
    with outside():
        return list(Errand.objects.filter(kind__startswith="customer.").values_list("pk", flat=True))


def test_what_stripe_signed_is_taken_and_said_twice_counts_once(hook, outside):
    body, signature = signed(event())
    answers = [hook(body, signature) for _ in range(3)]
    assert [(one.status_code, one.content) for one in answers] == [
        (200, b"new\n"),
        (200, b"known\n"),
        (200, b"known\n"),
    ]
    assert errands(outside) == ["evt_1"]


def by_hand(body, secret, at, version="v1"):
    text = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},{version}={text}"


def test_forged_old_and_early_signatures_are_refused(hook, outside):
    body, now = json.dumps(event()).encode(), int(time.time())
    wrong = [
        "",
        "t=,v1=",
        f"t={now}",
        "t=1e9,v1=00",
        by_hand(body, "whsec_another", now),
        by_hand(body, "", now),
        by_hand(body, SECRET, now + OLD),
        by_hand(body, SECRET, now - OLD),
        by_hand(body + b" ", SECRET, now),
        by_hand(body, SECRET, now, "v0"),
        by_hand(body, SECRET, now).replace(f"t={now}", f"t={now + 1}"),
        f"t={now - 1}," + by_hand(body, SECRET, now),
        "ü=ü,v1=ü,t=٣",
    ]
    assert [hook(body, one).status_code for one in wrong] == [400] * len(wrong)
    assert errands(outside) == []


def test_one_of_two_secrets_is_enough_while_one_is_replaced_and_none_lets_nobody_in(hook, settings):
    body, signature = signed(event())
    settings.STRIPE_WEBHOOK_SECRET = f"whsec_new, {SECRET}"
    assert hook(body, signature).status_code == 200
    for nothing in ("", " , "):
        settings.STRIPE_WEBHOOK_SECRET = nothing
        assert hook(body, by_hand(body, "", int(time.time()))).status_code == 400


@pytest.mark.parametrize(
    "told",
    [
        event(data={"object": {"object": "invoice", "customer": "cus_of_another_account"}}),
        event(data={"object": {"object": "invoice", "customer": None}}),
        event(data={"object": {"object": "customer", "id": "cus_2"}}),
    ],
)
def test_what_concerns_nobody_here_is_taken_and_left(hook, outside, told):
    assert hook(*signed(told)).content == b"foreign\n"
    assert errands(outside) == []


@pytest.mark.parametrize(
    "told", [[], 5, {}, event(id=""), event(id=7), event(data={"object": []}), event(id="e" * 999)]
)
def test_signed_nonsense_breaks_nothing(hook, told):
    body = json.dumps(told).encode()
    assert hook(body, by_hand(body, SECRET, int(time.time()))).status_code == 400


def test_a_message_that_says_paid_pays_nothing(hook, stripe, look, wishes, outside, acme):
    with outside():
        Account.objects.filter(pk=acme.id).update(customer=None)
    look()
    wishes("checkout", plan="team")
    (customer,) = stripe.all("customer")
    lie = {"object": "subscription", "customer": customer["id"], "id": "sub_1", "status": "active"}
    assert hook(*signed(event(data={"object": lie}))).content == b"new\n"
    assert look().plan == "trial"
    with outside():
        assert Errand.objects.get(pk="evt_1").done_at


def test_of_two_deliveries_at_once_one_counts(hook, outside):
    def hear(_):
        try:
            with outside():
                return actions.hear("evt_1", "customer.updated", "cus_1")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(hear, range(4))) == ["known", "known", "known", "new"]
    assert errands(outside) == ["evt_1"]
