"""Stripe, as far as the product speaks with it. Only the worker does, and only `looking` asks for it.

The client is imported when it is first needed: it takes 30 MB that no web process has to carry. Whatever is written
has a key of idempotency made of the account's version and of what is sent: sent again after a crash it is one thing.
"""

import hashlib
import json
import logging
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from shared_apps.billing import plans
from shared_apps.billing.settling import Invoice, Reality, Subscription

TIMEOUT, RETRIES = 10, 1
_SHOWN = 24
_EVERY = {"status": "all", "limit": 100, "expand": ["data.default_payment_method"]}


class Away(Exception):
    """Stripe cannot be reached, or not now."""


class Declined(Exception):
    """Stripe does not do it; the words are for the log and for whoever wished it."""


@lru_cache(4)
def _client(key: str, address: str) -> Any:
    import httpx
    import stripe

    logging.getLogger("stripe").setLevel(logging.WARNING)  # it tells every request
    # Without a name of ours in it: where this runs is nobody's business there.
    stripe.enable_telemetry = False
    http = stripe.HTTPXClient(timeout=httpx.Timeout(TIMEOUT), allow_sync_methods=True)
    where = {"base_addresses": {"api": address}} if address else {}
    return stripe.StripeClient(key, http_client=http, max_network_retries=RETRIES, **where)  # type: ignore[arg-type]


class Cashier:
    """What is asked and written for one account; `mark` makes the keys of what is written its own."""

    def __init__(self, mark: str) -> None:
        self.mark = f"{settings.BASE_HOST}-{mark}"
        self.api = _client(settings.STRIPE_KEY, settings.STRIPE_API).v1

    def write(self, call: Any, *names: str, **params: Any) -> Any:
        """Change something at Stripe, once for all the times this is tried."""
        text = json.dumps([*names, call.__qualname__, params], sort_keys=True)
        key = f"{self.mark}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
        return _called(call, *names, params=params, options={"idempotency_key": key})

    def read(self, call: Any, *names: str, **params: Any) -> Any:
        """Ask Stripe something."""
        return _called(call, *names, params=params)

    def reality(self, customer: str) -> Reality:
        """What is true of this customer now."""
        person = self.read(self.api.customers.retrieve, customer, expand=["invoice_settings.default_payment_method"])
        if getattr(person, "deleted", False):
            return Reality(is_gone=True)
        subscriptions = self.read(self.api.subscriptions.list, customer=customer, **_EVERY)
        invoices = self.read(self.api.invoices.list, customer=customer, limit=_SHOWN)
        unpaid = self.read(self.api.invoices.list, customer=customer, status="open", limit=100)
        both = {one.id: one for one in [*invoices.data, *unpaid.data]}
        return Reality(
            [_subscription(one) for one in subscriptions.data],
            [_invoice(one) for one in both.values()],
            next((card for one in [*subscriptions.data, person] if (card := _card_of(one))), {}),
        )

    def portal(self) -> str:
        """How Stripe's own page for customers was set up by us; empty where nobody did."""
        kept = self.read(self.api.billing_portal.configurations.list, active=True, limit=100).data
        ours = (one.id for one in kept if getattr(one.metadata, "portico_host", "") == settings.BASE_HOST)
        return str(next(ours, ""))

    def price_of(self, plan: str) -> str:
        """The price of a plan at Stripe."""
        found = self.read(self.api.prices.list, lookup_keys=[plans.PAID[plan].lookup], active=True, limit=1).data
        if not found:
            raise Declined(f"There is no price {plans.PAID[plan].lookup} at Stripe: `manage.py billing sync` makes it.")
        return str(found[0].id)


def _called(call: Any, *args: Any, **kwargs: Any) -> Any:
    import stripe

    try:
        return call(*args, **kwargs)
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError) as trouble:
        raise Away(type(trouble).__name__) from trouble
    except stripe.StripeError as trouble:
        if (trouble.http_status or 500) >= 500:
            raise Away(type(trouble).__name__) from trouble
        raise Declined(str(trouble.user_message or trouble)[:300]) from trouble


def _subscription(one: Any) -> Subscription:
    item = one["items"].data[0]
    ends = one.cancel_at or (item.current_period_end if one.cancel_at_period_end else None)
    known = {plan.lookup: plan.key for plan in plans.PAID.values()}
    return Subscription(
        id=one.id,
        item=item.id,
        plan=known.get(item.price.lookup_key or "", ""),
        status=one.status,
        seats=item.quantity or 1,
        created=moment(one.created),
        period_ends=moment(item.current_period_end),
        ends=moment(ends) if ends else None,
    )


def _invoice(one: Any) -> Invoice:
    return Invoice(
        id=one.id,
        number=one.number or "",
        status=one.status or "",
        total=one.total,
        currency=one.currency,
        created=moment(one.created),
        url=one.hosted_invoice_url or "",
        attempts=one.attempt_count,
        is_first=one.billing_reason == "subscription_create",
    )


def _card_of(one: Any) -> dict[str, Any]:
    """What a subscription that goes on is paid with, or else what its customer put in for all."""
    if one.object == "subscription":
        return _card(one.default_payment_method) if one.status != "canceled" else {}
    return _card(one.invoice_settings.default_payment_method)


def _card(method: Any) -> dict[str, Any]:
    card = getattr(method, "card", None)
    if not card:
        return {"kind": str(method.type)} if method and not isinstance(method, str) else {}
    return {"kind": card.brand, "last4": card.last4, "until": f"{card.exp_month:02}/{card.exp_year}"}


def moment(seconds: int) -> datetime:
    """A moment as Stripe tells it."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds(moment: datetime) -> int:
    """The same for Stripe."""
    return int(moment.timestamp())
