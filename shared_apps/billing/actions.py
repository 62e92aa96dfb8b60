"""What an owner can wish, and what Stripe can tell. Nothing here speaks with Stripe: the worker does (`looking`)."""

from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from portico.actor import Actor
from portico.database import CompanyRef, current_company
from portico.errors import Invalid, Refused
from portico.events import record
from portico.throttle import allow
from shared_apps.billing import access, errands, plans
from shared_apps.billing.models import Account, Errand

_WISHES, _HOUR = 60, 3600


@transaction.atomic
def wish(kind: str, *, once: UUID, by: Actor, email: str = "", plan: str = "") -> str:
    """Have something done at Stripe; the key of the errand. Sent twice with the same `once` it is one.

    `kind` is a key of `errands.WISHES`; `email` is the address that invoices go to when the company is new there.
    """
    access.require(by, "decide")
    company = current_company()
    if not plans.takes_payments():
        raise Refused("no_payments", "This installation takes no payments.")
    if kind not in errands.WISHES or (plan and plan not in plans.PAID):
        raise Invalid({"plan": ["There is no such plan."]})
    allow("billing", "all", _WISHES, _HOUR)
    key = f"{company.schema}-{once}"
    told = {name: text for name, text in {"plan": plan, "email": email}.items() if text}
    if Errand.add(company, kind, key, **told):
        if kind != "preview":
            record(f"billing.{kind}", None, by=by, desk="company", plan=plan)
        _soon(company.id)
    return key


def look_again(company: CompanyRef) -> None:
    """Somebody comes back from Stripe: do not wait for its word. In the company's scope."""
    undone = Errand.objects.filter(schema=company.schema, kind="look", done_at=None)
    if plans.takes_payments() and not undone.exists() and Errand.add(company, "look"):
        _soon(company.id)


@transaction.atomic
def hear(event_id: str, kind: str, customer: str) -> str:
    """Stripe told something: `new`, `known` (told before) or `foreign` (of a customer whom no company is).

    In the platform's scope. The errand is done, and marked so, in the transaction of what follows from it; what the
    message says is believed in nothing but whose it is.
    """
    account = Account.objects.filter(customer=customer).first() if customer else None
    if account is None:
        return "foreign"
    place = CompanyRef(account.pk, account.schema, 0, "", "")
    if not Errand.add(place, kind[:40], event_id[:120]):
        return "known"
    _soon(account.pk)
    return "new"


def storage_taken() -> int:
    """How many bytes the company's files take. In its scope."""
    from django.apps import apps  # the model is named, not imported: this package knows nothing of tickets

    found: int | None = apps.get_model("tickets", "Attachment")._default_manager.aggregate(size=Sum("size"))["size"]
    return found or 0


def _soon(company_id: int) -> None:
    from portico.platform_tasks import look_at_billing  # tasks ask the jobs, which read this

    look_at_billing.send(company_id)
