"""What each address of the API does with the store."""

import re
from collections.abc import Callable
from typing import Any

from tests.fakes.stripe_server.store import No, Store, Thing

Sent = dict[str, Any]


def answer(store: Store, method: str, path: str, sent: Sent) -> Thing:
    """The object, or No."""
    for (verb, pattern), do in _WAYS.items():
        match = re.fullmatch(pattern.replace("*", "([^/]+)"), path)
        if verb == method and match:
            return do(store, sent, *match.groups())
    raise No(f"Unrecognized request URL ({method}: /v1/{path}).", 404, "url_invalid")


def pattern_of(method: str, path: str) -> str:
    """The address without its ids."""
    for verb, pattern in _WAYS:
        if verb == method and re.fullmatch(pattern.replace("*", "[^/]+"), path):
            return pattern
    return path


def _make_customer(store: Store, sent: Sent) -> Thing:
    made = store.make(
        "cus", "customer", name=sent.get("name"), email=sent.get("email"), metadata=sent.get("metadata", {})
    )
    made["invoice_settings"] = {"default_payment_method": None}
    store.tell("customer.created", made)
    return made


def _customer(store: Store, sent: Sent, key: str) -> Thing:
    found = dict(store.get(key, "customer"))
    if found.get("deleted"):
        return found
    method = found["invoice_settings"]["default_payment_method"]
    if method and "invoice_settings.default_payment_method" in sent.get("expand", ()):
        found["invoice_settings"] = {"default_payment_method": store.get(method, "payment_method")}
    return found


def _forget(store: Store, sent: Sent, key: str) -> Thing:
    if store.get(key, "customer").get("deleted"):
        raise No(f"No such customer: '{key}'", 404, "resource_missing")
    for one in store.all("subscription", customer=key):
        if one["status"] != "canceled":
            store.end(one)
    store.things[key] = {"id": key, "object": "customer", "deleted": True}
    return store.things[key]


def _make_product(store: Store, sent: Sent) -> Thing:
    if sent.get("id") in store.things:
        raise No("Product already exists.", 400, "resource_already_exists")
    return store.make("prod", "product", **sent)


def _make_price(store: Store, sent: Sent) -> Thing:
    store.get(sent["product"], "product")
    for other in store.all("price", lookup_key=sent.get("lookup_key")):
        if sent.get("transfer_lookup_key") != "true":
            raise No("A price with this lookup key exists already.")
        other["lookup_key"] = None
    kept = {name: sent[name] for name in ("product", "currency", "lookup_key", "recurring", "tax_behavior")}
    return store.make("price", "price", unit_amount=int(sent["unit_amount"]), active=True, type="recurring", **kept)


def _listed(kind: str, *by: str) -> Callable[..., Thing]:
    def found(store: Store, sent: Sent) -> Thing:
        rows = store.all(kind, **{name: sent[name] for name in by if sent.get(name) not in (None, "all")})
        if "lookup_keys" in sent:
            rows = [one for one in rows if one["lookup_key"] in sent["lookup_keys"]]
        if kind == "subscription" and sent.get("status") is None:
            rows = [one for one in rows if one["status"] != "canceled"]
        limit = int(sent.get("limit", 10))
        shown = [_expanded(store, one, sent) for one in rows[:limit]]
        return {"object": "list", "data": shown, "has_more": len(rows) > limit, "url": f"/v1/{kind}s"}

    return found


def _expanded(store: Store, thing: Thing, sent: Sent) -> Thing:
    if "data.default_payment_method" not in sent.get("expand", ()):
        return thing
    return thing | {"default_payment_method": store.get(thing["default_payment_method"], "payment_method")}


def _change(store: Store, sent: Sent, key: str) -> Thing:
    one = store.get(key, "subscription")
    if one["status"] == "canceled":
        raise No("A canceled subscription can only update its cancellation_details and metadata.")
    before, item = store.price_of(one), one["items"]["data"][0]
    for told in sent.get("items", ()):
        if told.get("id") != item["id"]:
            raise No("Without the id of its item a second one would be added.")
        item["quantity"] = int(told.get("quantity", item["quantity"]))
        item["price"] = store.get(told["price"], "price") if "price" in told else item["price"]
    if "cancel_at_period_end" in sent:
        one["cancel_at_period_end"] = sent["cancel_at_period_end"] == "true"
        one["cancel_at"] = item["current_period_end"] if one["cancel_at_period_end"] else None
    if sent.get("proration_behavior") == "create_prorations" and one["status"] != "trialing":
        store.extra[key] = store.extra.get(key, 0) + _prorated(store, item, store.price_of(one) - before)
    store.tell("customer.subscription.updated", one)
    return one


def _prorated(store: Store, item: Thing, difference: int) -> int:
    start, end = item["current_period_start"], item["current_period_end"]
    return difference * max(0, end - store.now()) // (end - start)


def _cancel(store: Store, sent: Sent, key: str) -> Thing:
    one = store.get(key, "subscription")
    if one["status"] == "canceled":
        raise No("No such subscription.", 404, "resource_missing")
    store.end(one)
    return one


def _preview(store: Store, sent: Sent) -> Thing:
    one = store.get(sent["subscription"], "subscription")
    if one["customer"] != sent["customer"]:
        raise No("The subscription is another customer's.")
    item = one["items"]["data"][0]
    told = sent["subscription_details"]["items"][0]
    price = store.get(told["price"], "price")["unit_amount"] * int(told["quantity"])
    extra = _prorated(store, item, price - store.price_of(one)) if one["status"] != "trialing" else 0
    total = price + extra + store.extra.get(one["id"], 0)
    figures = {"total": total, "amount_due": max(0, total), "currency": "eur", "created": store.now()}
    return {"id": "upcoming_in_1", "object": "invoice", "status": "draft", "livemode": False, **figures}


def _make_session(store: Store, sent: Sent) -> Thing:
    store.get(sent["customer"], "customer")
    for line in sent["line_items"]:
        store.get(line["price"], "price")
    end = sent.get("subscription_data", {}).get("trial_end")
    if end and int(end) < store.now() + 48 * 3600:
        raise No("The `trial_end` date has to be at least 2 days in the future.")
    if sent.get("tax_id_collection") and "customer_update" not in sent:
        raise No("Tax ID collection needs customer_update[name]=auto with an existing customer.")
    kept = {name: sent[name] for name in ("mode", "customer", "success_url", "cancel_url", "client_reference_id")}
    made = store.make("cs", "checkout.session", status="open", payment_status="unpaid", subscription=None, **kept)
    made |= {"allow_promotion_codes": sent.get("allow_promotion_codes") == "true", "expires_at": store.now() + 86_400}
    made |= {"url": f"{store.base}/pay/{made['id']}", "line_items": sent["line_items"]}
    made["subscription_data"] = sent.get("subscription_data", {})
    return made


def _session(store: Store, sent: Sent, key: str) -> Thing:
    found = store.get(key, "checkout.session")
    if found["status"] == "open" and found["expires_at"] <= store.now():
        found["status"] = "expired"
    return shown(found)


def shown(session: Thing) -> Thing:
    """A session without what the fake notes beside it."""
    return {name: value for name, value in session.items() if name not in ("subscription_data", "line_items")}


def _expire(store: Store, sent: Sent, key: str) -> Thing:
    found = store.get(key, "checkout.session")
    if found["status"] != "open":
        raise No('Only Checkout Sessions with a status in ["open"] can be expired.')
    found |= {"status": "expired", "url": None}
    return shown(found)


def _portal(store: Store, sent: Sent) -> Thing:
    store.get(sent["customer"], "customer")
    made = store.make("bps", "billing_portal.session", customer=sent["customer"], return_url=sent.get("return_url"))
    made["url"] = f"{store.base}/portal/{made['id']}"
    return made


def _configure(store: Store, sent: Sent) -> Thing:
    return store.make("bpc", "billing_portal.configuration", active=True, metadata=sent.get("metadata", {}))


_WAYS: dict[tuple[str, str], Callable[..., Thing]] = {
    ("POST", "customers"): _make_customer,
    ("GET", "customers/*"): _customer,
    ("DELETE", "customers/*"): _forget,
    ("POST", "products"): _make_product,
    ("GET", "products/*"): lambda store, sent, key: store.get(key, "product"),
    ("POST", "prices"): _make_price,
    ("GET", "prices"): _listed("price"),
    ("GET", "subscriptions"): _listed("subscription", "customer", "status"),
    ("POST", "subscriptions/*"): _change,
    ("DELETE", "subscriptions/*"): _cancel,
    ("GET", "invoices"): _listed("invoice", "customer", "status"),
    ("POST", "invoices/create_preview"): _preview,
    ("POST", "checkout/sessions"): lambda store, sent: shown(_make_session(store, sent)),
    ("GET", "checkout/sessions/*"): _session,
    ("POST", "checkout/sessions/*/expire"): _expire,
    ("POST", "billing_portal/sessions"): _portal,
    ("GET", "billing_portal/configurations"): _listed("billing_portal.configuration"),
    ("POST", "billing_portal/configurations"): _configure,
}
