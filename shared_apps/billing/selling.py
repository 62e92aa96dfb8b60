"""What is sold, as Stripe has to know it: a product and a price for each plan, and what its portal offers."""

from django.conf import settings

from shared_apps.billing import plans
from shared_apps.billing.cashier import Cashier, Declined
from shared_apps.billing.plans import Plan

# What people do there. Plans and the end of a subscription are on our own page, which says what follows.
_PORTAL = {
    "customer_update": {"enabled": True, "allowed_updates": ["address", "email", "name", "tax_id"]},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": False},
    "subscription_update": {"enabled": False},
}


def missing() -> list[str]:
    """Names of what is not there, or costs something else there."""
    cashier = Cashier("selling")
    return [plan.lookup for plan in plans.PAID.values() if not _fits(_price(cashier, plan), plan)] + (
        [] if cashier.portal() else ["portal"]
    )


def sync() -> list[str]:
    """Make it so; what was done, in words. A price at Stripe never changes: a new one takes over its name."""
    cashier = Cashier("selling")
    done = [_sync_plan(cashier, plan) for plan in plans.PAID.values()]
    if cashier.portal():
        return [*done, "portal: there already"]
    kept = {"metadata": {"portico_host": settings.BASE_HOST}}
    cashier.write(cashier.api.billing_portal.configurations.create, features=_PORTAL, **kept)
    return [*done, "portal: made"]


def _sync_plan(cashier: Cashier, plan: Plan) -> str:
    try:
        product = cashier.read(cashier.api.products.retrieve, plan.lookup)
    except Declined:
        made = {"id": plan.lookup, "name": f"Portico {plan.name}", "unit_label": "agent"}
        product = cashier.write(cashier.api.products.create, **made)
    if _fits(_price(cashier, plan), plan):
        return f"{plan.lookup}: there already"
    cashier.write(
        cashier.api.prices.create,
        product=product.id,
        currency=plans.CURRENCY,
        unit_amount=plan.cents,
        recurring={"interval": "month"},
        lookup_key=plan.lookup,
        transfer_lookup_key=True,
        tax_behavior="exclusive",
    )
    return f"{plan.lookup}: made, {plan.cents / 100:.2f} {plans.CURRENCY} a month"


def _price(cashier: Cashier, plan: Plan) -> object:
    found = cashier.read(cashier.api.prices.list, lookup_keys=[plan.lookup], active=True, limit=1).data
    return found[0] if found else None


def _fits(price: object, plan: Plan) -> bool:
    told = (getattr(price, "unit_amount", None), getattr(price, "currency", None))
    return told == (plan.cents, plans.CURRENCY)
