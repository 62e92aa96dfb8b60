"""What the fake keeps: objects as Stripe answers with them, a clock of its own, and the events of every change."""

import itertools
import threading
import time
from typing import Any

DAY, MONTH = 86_400, 30 * 86_400
LIVE = ("active", "trialing", "past_due", "unpaid")
Thing = dict[str, Any]


class No(Exception):
    """What Stripe refuses, with its status and code."""

    def __init__(self, message: str, status: int = 400, code: str = "parameter_invalid") -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Store:
    """Customers, subscriptions, invoices; `advance` lets time pass, and what is due happens."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.things: dict[str, Thing] = {}
        self.events: list[Thing] = []
        self.codes: dict[str, int] = {}  # promotion codes, with per cent off
        self.extra: dict[str, int] = {}  # what is counted on a subscription's next invoice
        self.later = 0
        self._numbers = itertools.count(1)

    def now(self) -> int:
        return int(time.time()) + self.later

    def make(self, prefix: str, kind: str, **values: Any) -> Thing:
        key = values.pop("id", "") or f"{prefix}_{next(self._numbers):06}"
        thing = {"id": key, "object": kind, "created": self.now(), "livemode": False, **values}
        self.things[key] = thing
        return thing

    def get(self, key: str, kind: str) -> Thing:
        thing = self.things.get(key)
        if thing is None or thing["object"] != kind:
            raise No(f"No such {kind}: '{key}'", 404, "resource_missing")
        return thing

    def all(self, kind: str, **same: Any) -> list[Thing]:
        found = [one for one in self.things.values() if one["object"] == kind]
        return [one for one in found if all(one.get(name) == value for name, value in same.items())][::-1]

    def tell(self, kind: str, thing: Thing) -> Thing:
        """An event about this, with a copy of it as it is now."""
        event = {"id": f"evt_{next(self._numbers):06}", "object": "event", "type": kind, "created": self.now()}
        event |= {"data": {"object": dict(thing)}, "livemode": False, "api_version": None, "pending_webhooks": 1}
        self.events.append(event)
        return event

    def card(self, customer: str, *, works: bool = True) -> Thing:
        """A card; one that does not work ends in 0341, as Stripe's own does."""
        card = {"brand": "visa", "last4": "4242" if works else "0341", "exp_month": 12, "exp_year": 2031}
        return self.make("pm", "payment_method", type="card", card=card, customer=customer)

    def subscribe(self, session: Thing, card: Thing, percent: int = 0) -> Thing:
        """What a paid checkout leaves behind."""
        line, told = session["line_items"][0], session["subscription_data"]
        trial = int(told["trial_end"]) if "trial_end" in told else None
        start = self.now()
        item = {"id": f"si_{next(self._numbers):06}", "object": "subscription_item", "quantity": int(line["quantity"])}
        item |= {"price": self.get(line["price"], "price"), "current_period_start": start}
        item["current_period_end"] = trial or start + MONTH
        made = self.make("sub", "subscription", customer=session["customer"], status="trialing" if trial else "active")
        made |= {"items": {"object": "list", "data": [item], "has_more": False}, "metadata": told.get("metadata", {})}
        made |= {"default_payment_method": card["id"], "cancel_at": None, "cancel_at_period_end": False}
        made |= {"trial_end": trial, "canceled_at": None, "discounts": [f"di_{percent}"] if percent else []}
        self.tell("customer.subscription.created", made)
        self.bill(made, "subscription_create", 0 if trial else None)
        return made

    def price_of(self, subscription: Thing) -> int:
        """A month of it, less what a coupon takes off."""
        item = subscription["items"]["data"][0]
        off = sum(int(one.removeprefix("di_")) for one in subscription["discounts"])
        return int(item["price"]["unit_amount"] * item["quantity"] * (100 - off) // 100)

    def bill(self, subscription: Thing, reason: str, total: int | None = None) -> Thing:
        """An invoice, and the first try to have it paid."""
        if total is None:
            total = self.price_of(subscription) + self.extra.pop(subscription["id"], 0)
        made = self.make("in", "invoice", customer=subscription["customer"], status="open", total=total)
        made |= {"amount_due": max(0, total), "currency": "eur", "attempt_count": 0, "billing_reason": reason}
        made |= {"number": f"P-{made['id'][3:]}", "hosted_invoice_url": f"{self.base}/invoice/{made['id']}"}
        details = {"type": "subscription_details", "subscription_details": {"subscription": subscription["id"]}}
        made["parent"] = details
        self.tell("invoice.created", made)
        self.try_to_pay(made)
        return made

    base = "http://127.0.0.1:0"

    def try_to_pay(self, invoice: Thing) -> bool:
        """Take it from the card that is there now."""
        subscription = self.get(invoice["parent"]["subscription_details"]["subscription"], "subscription")
        invoice["attempt_count"] += 1
        card = self.get(subscription["default_payment_method"], "payment_method")["card"]
        works = card["last4"] != "0341" or invoice["amount_due"] == 0
        invoice["status"] = "paid" if works else "open"
        self.tell("invoice.paid" if works else "invoice.payment_failed", invoice)
        if subscription["status"] in ("active", "past_due") and invoice["billing_reason"] != "subscription_create":
            owed = any(one["status"] == "open" for one in self.of_subscription(subscription))
            subscription["status"] = "past_due" if owed else "active"
            self.tell("customer.subscription.updated", subscription)
        return works

    def of_subscription(self, subscription: Thing) -> list[Thing]:
        def whose(one: Thing) -> Any:
            return one["parent"]["subscription_details"]["subscription"]

        return [one for one in self.all("invoice") if whose(one) == subscription["id"]]

    def end(self, subscription: Thing) -> None:
        subscription |= {"status": "canceled", "canceled_at": self.now()}
        self.tell("customer.subscription.deleted", subscription)

    def advance(self, days: float) -> None:
        """Let time pass: what ends ends, what is to be paid is asked for."""
        with self.lock:
            until = self.later + int(days * DAY)
            while True:
                ends = [(self._ends(one), one) for one in self.all("subscription") if one["status"] in LIVE]
                at, one = min(ends, key=lambda row: row[0], default=(0, None))
                if one is None or at > int(time.time()) + until:
                    break
                self.later = max(self.later, at - int(time.time()))
                self._turn(one)
            self.later = until

    def _ends(self, subscription: Thing) -> int:
        return int(subscription["items"]["data"][0]["current_period_end"])

    def _turn(self, subscription: Thing) -> None:
        """A month is over."""
        item = subscription["items"]["data"][0]
        if subscription["cancel_at_period_end"]:
            self.end(subscription)
            return
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] += MONTH
        if subscription["status"] == "trialing":
            subscription["status"] = "active"
        self.bill(subscription, "subscription_cycle")
