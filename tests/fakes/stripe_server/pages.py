"""The pages on which somebody pays, and looks after their card: just enough for a browser."""

from html import escape
from typing import Any

from tests.fakes.stripe_server.store import No, Store, Thing

_PAGE = "<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1>{body}"
_PAY = """<form method=post><p><label>Card <select name=card><option value=good>4242</option>
<option value=bad>0341</option></select></label><p><label>Code <input name=code></label>
<p><label>Tax id <input name=tax></label><p><button>Pay</button></form><p><a href="{back}">Back</a>"""
_PORTAL = """<form method=post><p><label>Card <select name=card><option value=good>4242</option>
<option value=bad>0341</option></select></label><p><button>Use this card</button></form><p><a href="{back}">Back</a>"""


def page(store: Store, kind: str, key: str) -> str:
    """What a browser sees."""
    if kind == "pay":
        session = store.get(key, "checkout.session")
        if session["status"] != "open":
            return _PAGE.format(
                title="This page has expired", body=f'<a href="{escape(session["cancel_url"])}">Back</a>'
            )
        return _PAGE.format(title="Pay", body=_PAY.format(back=escape(session["cancel_url"])))
    if kind == "portal":
        session = store.get(key, "billing_portal.session")
        return _PAGE.format(title="Your card", body=_PORTAL.format(back=escape(session["return_url"])))
    invoice = store.get(key, "invoice")
    body = "This is paid." if invoice["status"] == "paid" else "<form method=post><button>Pay it</button></form>"
    return _PAGE.format(title=f"Invoice {invoice['number']}", body=body)


def sent(store: Store, kind: str, key: str, form: dict[str, str]) -> str:
    """Where the browser goes on."""
    if kind == "pay":
        return str(pay(store, key, **form)["success_url"])
    if kind == "portal":
        session = store.get(key, "billing_portal.session")
        change_card(store, session["customer"], works=form.get("card") != "bad")
        return str(session["return_url"])
    store.try_to_pay(store.get(key, "invoice"))
    return f"{store.base}/invoice/{key}"


def pay(store: Store, key: str, card: str = "good", code: str = "", **_: Any) -> Thing:
    """Pay a checkout session. No when it is not open any more, or a code is none."""
    session = store.get(key, "checkout.session")
    if session["status"] != "open" or session["expires_at"] <= store.now():
        raise No("This page has expired.")
    if code and not (session["allow_promotion_codes"] and code in store.codes):
        raise No("This code is invalid.")
    method = store.card(session["customer"], works=card != "bad")
    made = store.subscribe(session, method, store.codes.get(code, 0))
    session |= {"status": "complete", "payment_status": "paid", "subscription": made["id"], "url": None}
    told = {name: value for name, value in session.items() if name not in ("subscription_data", "line_items")}
    store.tell("checkout.session.completed", told)
    return session


def change_card(store: Store, customer: str, *, works: bool) -> None:
    """Another card for everything, and what is open is tried again."""
    method = store.card(customer, works=works)
    person = store.get(customer, "customer")
    person["invoice_settings"] = {"default_payment_method": method["id"]}
    store.tell("customer.updated", person)
    for one in store.all("subscription", customer=customer):
        one["default_payment_method"] = method["id"]
    for invoice in store.all("invoice", customer=customer, status="open"):
        store.try_to_pay(invoice)
