"""What owners wish, done at Stripe: a page to pay on, the portal, another plan, the end and the way back.

Each takes what `looking` holds (account, company, cashier, what is true) and gives what its owner is told: `url` where
to go on, `words` that say what happened, `no` when it did not, or the figures of a preview.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from portico import clock
from shared_apps.billing import plans
from shared_apps.billing.cashier import Cashier, moment, seconds
from shared_apps.billing.models import Account, Errand
from shared_apps.billing.settling import Reality
from tenants.models import Company

# Stripe takes no trial that ends sooner than this; less than that is given away by nobody.
_SHORTEST_TRIAL = timedelta(hours=49)
_CALLED_OFF = "You have no subscription that could be changed. Choose a plan first."


@dataclass
class Visit:
    """One look at one account, while it is held."""

    account: Account
    company: Company
    cashier: Cashier
    seats: int
    page: str  # the company's own page about all this
    reality: Reality

    def item(self, plan: str = "") -> dict[str, Any]:
        """The one thing on an invoice: the plan, for so many agents."""
        told: dict[str, Any] = {"quantity": max(1, self.seats)}
        return told | ({"price": self.cashier.price_of(plan)} if plan else {})


def serve(visit: Visit, errand: Errand) -> dict[str, Any]:
    """Do it. What is only a reason to look needs nothing more."""
    do = WISHES.get(errand.kind)
    plan = str(errand.wish.get("plan", ""))
    if do is None:
        return {}
    if errand.kind in _OF_PLANS and plan not in plans.PAID:
        return {"no": "There is no such plan."}
    return do(visit, errand.wish)


def _checkout(visit: Visit, wish: Mapping[str, Any]) -> dict[str, Any]:
    """A page to pay on. There is one at most, so that two tabs never pay twice."""
    if visit.reality.live:
        return {"no": "You have a subscription already. Change its plan instead."}
    account, plan = visit.account, str(wish["plan"])
    customer = _customer(visit, wish)
    open_one = account.checkout
    if open_one:
        found = visit.cashier.read(visit.cashier.api.checkout.sessions.retrieve, open_one["id"])
        fits = (open_one["plan"], open_one["seats"]) == (plan, visit.seats)
        if found.status == "open" and fits:
            return {"url": found.url}
        if found.status == "open":
            visit.cashier.write(visit.cashier.api.checkout.sessions.expire, open_one["id"])
    made = visit.cashier.write(visit.cashier.api.checkout.sessions.create, **_session(visit, plan, customer))
    account.checkout = {"id": made.id, "plan": plan, "seats": visit.seats}
    return {"url": made.url}


def _session(visit: Visit, plan: str, customer: str) -> dict[str, Any]:
    account = visit.account
    subscription: dict[str, Any] = {"metadata": {"portico_company": str(account.pk)}}
    if account.trial_ends_at - clock.now() > _SHORTEST_TRIAL:
        subscription["trial_end"] = seconds(account.trial_ends_at)  # no day of it is lost by paying early
    return {
        "mode": "subscription",
        "customer": customer,
        "client_reference_id": str(account.pk),
        "line_items": [visit.item(plan)],
        "subscription_data": subscription,
        "allow_promotion_codes": True,
        "tax_id_collection": {"enabled": True},
        "customer_update": {"name": "auto", "address": "auto"},
        "payment_method_collection": "always",
        "success_url": f"{visit.page}?paid=1",
        "cancel_url": visit.page,
    }


def _customer(visit: Visit, wish: Mapping[str, Any]) -> str:
    """The company at Stripe: its name, and the address of whoever asked, to which invoices go. Nobody else's."""
    account, company = visit.account, visit.company
    if not account.customer:
        made = visit.cashier.write(
            visit.cashier.api.customers.create,
            name=company.name,
            email=str(wish.get("email", "")),
            metadata={"portico_company": str(company.pk), "portico_host": settings.BASE_HOST},
        )
        account.customer = made.id
    return str(account.customer)


def _portal(visit: Visit, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Stripe's own page: card, address, tax id, invoices. Plans and the end stay ours: we can say what follows."""
    api = visit.cashier.api.billing_portal
    customer = _customer(visit, wish)
    ours = visit.cashier.portal()
    more = {"configuration": ours} if ours else {}
    made = visit.cashier.write(api.sessions.create, customer=customer, return_url=f"{visit.page}?looked=1", **more)
    return {"url": made.url}


def _preview(visit: Visit, wish: Mapping[str, Any]) -> dict[str, Any]:
    """What another plan costs: on the next invoice, and from then on."""
    if not visit.reality.live:
        return {"no": _CALLED_OFF}
    now, plan = visit.reality.live[0], plans.PAID[str(wish["plan"])]
    bill = visit.cashier.read(
        visit.cashier.api.invoices.create_preview,
        customer=visit.account.customer,
        subscription=now.id,
        subscription_details={
            "items": [{"id": now.item, **visit.item(plan.key)}],
            "proration_behavior": "create_prorations",
        },
    )
    figures = {"next": bill.amount_due, "currency": bill.currency, "seats": max(1, visit.seats), "plan": plan.key}
    return figures | {"at": (now.period_ends or moment(bill.created)).isoformat()}


def _change(visit: Visit, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Another plan, at once. What is left of this month is counted on the next invoice."""
    if not visit.reality.live:
        return {"no": _CALLED_OFF}
    now, plan = visit.reality.live[0], plans.PAID[str(wish["plan"])]
    visit.cashier.write(
        visit.cashier.api.subscriptions.update,
        now.id,
        items=[{"id": now.item, **visit.item(plan.key)}],
        proration_behavior="create_prorations",
    )
    return {"words": f"Your plan is {plan.name} now."}


def _cancel(visit: Visit, wish: Mapping[str, Any]) -> dict[str, Any]:
    return _end(visit, ends=True)


def _come_back(visit: Visit, wish: Mapping[str, Any]) -> dict[str, Any]:
    return _end(visit, ends=False)


def _end(visit: Visit, *, ends: bool) -> dict[str, Any]:
    """At the end of what is paid, or not after all."""
    if not visit.reality.live:
        return {"no": _CALLED_OFF}
    now = visit.reality.live[0]
    visit.cashier.write(visit.cashier.api.subscriptions.update, now.id, cancel_at_period_end=ends)
    return {"words": "Your plan is cancelled." if ends else "Good to have you back: nothing ends."}


_OF_PLANS = frozenset({"checkout", "preview", "change"})
WISHES: Mapping[str, Callable[[Visit, Mapping[str, Any]], dict[str, Any]]] = {
    "checkout": _checkout,
    "portal": _portal,
    "preview": _preview,
    "change": _change,
    "cancel": _cancel,
    "return": _come_back,
}
