"""One look at one company: what it wishes is done at Stripe, what is true there is read, and what follows is written.

Everything that happens leads here: webhooks, owners, another number of agents, the time. The account is held all the
while, so what is read last is written last; a webhook adds its errand without waiting, and is seen by the next look.
"""

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from portico import clock
from portico.actor import Actor
from portico.database import visit
from portico.events import record
from portico.mailing import address
from portico.standing import NOTICE, Standing
from shared_apps.accounts import seats
from shared_apps.billing import errands, plans, settling, telling
from shared_apps.billing.cashier import Away, Cashier, Declined
from shared_apps.billing.errands import Visit
from shared_apps.billing.models import Account, Errand
from shared_apps.care import actions as care
from tenants import routing
from tenants.fleet import serving
from tenants.life import actions as life
from tenants.models import HOUSE_ID, Company

log = structlog.get_logger("portico.billing")

BILLING = Actor(kind="system", role="system", label="Portico billing")
KEPT_ERRANDS = timedelta(days=40)  # Stripe sends an event again for three days
AT_ONCE = 50
_LATER, _LATEST = timedelta(minutes=1), timedelta(hours=1)
_GONE = (Company.State.ARCHIVED, Company.State.ERASING)
_NO_ANSWER = "Stripe does not answer at the moment. Please look here again in a few minutes before you try again."


def waiting() -> list[int]:
    """Companies that have to be looked at now; accounts of new ones are opened first. In the platform's scope."""
    new = Company.objects.exclude(pk__in=Account.objects.values("pk")).exclude(pk=HOUSE_ID)
    for company in new.filter(state=Company.State.ACTIVE).order_by("pk")[:AT_ONCE]:
        Account.lock(company)
    Errand.objects.filter(done_at__lt=clock.now() - KEPT_ERRANDS).delete()
    return list(Account.objects.waiting().order_by("look_at").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def look(company_id: int) -> Account | None:
    """Bring this company's account up to what is true. In the platform's scope; safe to repeat.

    When Stripe is away nothing is changed, whoever waits is told, and it is tried again later.
    """
    company = Company.objects.filter(pk=company_id).exclude(pk=HOUSE_ID).first()
    if company is None or not plans.takes_payments():
        return None
    account = Account.lock(company)
    # Whoever looked before may have closed or opened the doors while this one waited.
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        return None
    account.schema = company.schema_name
    undone = list(Errand.objects.filter(schema=company.schema_name, done_at=None).order_by("at", "pk"))
    try:
        with transaction.atomic():
            now, standing = _settle(account, company, undone)
            _apply(now, standing)
            moments = [one.period_ends + _LATER for one in now.reality.live if one.period_ends]
            account.look_at = settling.next_look(standing, [account.mercy_until, *moments], clock.now())
    except (Away, Declined) as trouble:
        _later(company, undone, str(trouble))
        return None
    account.attempts, account.trouble, account.looked_at = 0, "", clock.now()
    account.version += 1
    account.save()
    return account


def _settle(account: Account, company: Company, undone: list[Errand]) -> tuple[Visit, Standing]:
    """What is true after all errands are done, and what follows from it."""
    cashier = Cashier(f"{account.pk}-{account.version}")
    now = Visit(account, company, cashier, *_inside(account, company), _reality(account, cashier))
    for errand in undone:
        try:
            errand.answer = errands.serve(now, errand)
        except Declined as no:
            log.warning("billing.declined", company=account.pk, kind=errand.kind, words=str(no))
            errand.answer = {"no": f"Stripe did not take this: {no}"}
        errand.done_at = clock.now()
        errand.save(update_fields=["answer", "done_at"])
    if any(one.kind in errands.WISHES for one in undone):
        now.reality = _reality(account, cashier)
    if _put_in_order(now):
        now.reality = _reality(account, cashier)
    standing = settling.settle(now.reality, account.trial_ends_at, clock.now(), account.plan)
    _note(account, now, standing)
    return now, standing


def _reality(account: Account, cashier: Cashier) -> settling.Reality:
    found = cashier.reality(account.customer) if account.customer else settling.NOTHING
    if found.is_gone:
        account.customer, account.checkout = None, {}  # whoever pays next is a new one there
    return found


def _put_in_order(now: Visit) -> bool:
    """One subscription for one company that is there, for as many as answer. Whether something had to be changed."""
    live, api = now.reality.live, now.cashier.api.subscriptions
    too_many = live if now.company.state in _GONE else live[1:]
    for one in too_many:
        now.cashier.write(api.cancel, one.id, prorate=True, invoice_now=True)
        record("billing.doubled", now.company, by=BILLING, subscription=one.id)
    kept = [one for one in live if one not in too_many]
    if not kept or kept[0].seats == max(1, now.seats):
        return bool(too_many)
    items = [{"id": kept[0].item, "quantity": max(1, now.seats)}]
    now.cashier.write(api.update, kept[0].id, items=items, proration_behavior="create_prorations")
    return True


def _inside(account: Account, company: Company) -> tuple[int, str]:
    """How many answer there, and the address of its own page behind its own door.

    Where this release cannot look, as many as were counted last.
    """
    known = int(account.facts.get("seats", 1))
    if company.state == Company.State.ERASING:
        return known, ""
    with visit(company.ref):
        page = address("/manager/settings/billing")
        return (seats.taken() if serving.serves(company.fingerprint) else known), page


def _note(account: Account, now: Visit, standing: Standing) -> None:
    """What pages show."""
    live = now.reality.live
    facts: dict[str, Any] = {"seats": now.seats, "card": now.reality.card, "standing": standing.as_json()}
    if live:
        per_seat = plans.PLANS[standing.plan].cents
        facts |= {"subscription": live[0].id, "status": live[0].status, "total": per_seat * live[0].seats}
        facts["period_ends"] = live[0].period_ends.isoformat() if live[0].period_ends else ""
        account.checkout = {}
    account.facts = facts
    shown = sorted(now.reality.invoices, key=lambda one: (one.created, one.id), reverse=True)
    account.invoices = [
        {"number": one.number, "at": one.created.isoformat(), "total": one.total, "currency": one.currency}
        | {"status": one.status, "url": one.url if one.url.startswith(("https://", "http://127.0.0.1:")) else ""}
        for one in shown[:24]
        if one.status != "draft"
    ]


def _apply(now: Visit, standing: Standing) -> None:
    """Write what follows, tell the audit what has changed, and owners what they have to know."""
    account, company = now.account, now.company
    if standing.plan != account.plan:
        record("company.plan.update", company, by=BILLING, **{"from": account.plan, "to": standing.plan})
        _agree(company, standing.plan)
    if standing.state != account.state:
        event = record("company.billing.update", company, by=BILLING, **{"from": account.state, "to": standing.state})
        telling.tell(company, account.state, standing, now.page, event.pk)
    if company.state == Company.State.ACTIVE and (days := settling.days_to_warn(standing, clock.now())):
        telling.warn(company, standing, now.page, days)
    account.plan, account.state = standing.plan, standing.state
    if company.billing != standing.as_json():
        Company.objects.filter(pk=company.pk).update(billing=standing.as_json())
        transaction.on_commit(lambda: routing.forget_company(company.pk))
    _rest(account, company, standing)


def _agree(company: Company, plan: str) -> None:
    """What the plan promises of Portico's own answers. Staff may agree on another tier afterwards."""
    if company.state != Company.State.ERASING:
        care.agree(company, tier=plans.PLANS[plan].tier, by=BILLING)


def _rest(account: Account, company: Company, standing: Standing) -> None:
    """Close the doors of who did not pay, and open again what was closed for that, and nothing else."""
    State, now = Company.State, clock.now()
    is_ours = company.state == State.SUSPENDED and company.notice == NOTICE
    if account.suspended_at and company.state == State.ACTIVE:
        account.suspended_at, account.mercy_until = None, now + plans.MERCY  # staff opened them all the same
    if standing.state != "suspended":
        account.mercy_until = None
        if account.suspended_at and is_ours:
            life.resume(company, by=BILLING)
        account.suspended_at = None
    elif company.state == State.ACTIVE and (account.mercy_until is None or now >= account.mercy_until):
        life.suspend(company, by=BILLING, notice=NOTICE)
        account.suspended_at, account.mercy_until = now, None
        transaction.on_commit(lambda: routing.forget_company(company.pk))


def _later(company: Company, undone: list[Errand], trouble: str) -> None:
    """Nothing was changed; owners are told, and everything else is tried again."""
    log.warning("billing.away", company=company.pk, error=trouble)
    wished = [one.pk for one in undone if one.kind in errands.WISHES]
    Errand.objects.filter(pk__in=wished).update(done_at=clock.now(), answer={"no": _NO_ANSWER})
    account = Account.objects.get(pk=company.pk)
    pause = min(_LATER * (1 << min(account.attempts, 10)), _LATEST)
    Account.objects.filter(pk=company.pk).update(
        attempts=F("attempts") + 1, trouble=trouble[:300], look_at=clock.now() + pause
    )
