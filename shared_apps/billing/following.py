"""What follows for billing from what happens elsewhere: never in the request, always by the worker."""

from typing import Any

from django.db import transaction

from portico.database import current_company
from shared_apps.accounts import seats
from shared_apps.billing import plans
from shared_apps.billing.cashier import Cashier, Declined
from shared_apps.billing.models import Account, Errand


def count_anew(event: Any) -> None:
    """A reaction: something happened to people. Where another number answers now, the account is looked at soon."""
    from portico.platform_tasks import look_at_billing  # tasks read the reactions, of which this is one

    company = current_company()
    account = Account.objects.filter(schema=company.schema).first() if plans.takes_payments() else None
    if account is None or account.facts.get("seats") == seats.taken():
        return
    if Errand.add(company, "seats", f"seats-{event.pk}"):
        look_at_billing.send(company.id)


def part(event: Any, company: Any) -> None:
    """A projection: a company is going to be erased, and with it what Stripe knows of it."""
    from portico.platform_tasks import part_with  # the same

    customer = Account.objects.filter(pk=company.pk).values_list("customer", flat=True).first()
    if customer and plans.takes_payments():
        part_with.send(customer)


@transaction.atomic
def forget(customer: str) -> None:
    """Delete a customer at Stripe, which ends whatever they pay there. A second time does no harm."""
    cashier = Cashier(f"gone-{customer}")
    try:
        cashier.write(cashier.api.customers.delete, customer)
    except Declined:
        return  # gone already
