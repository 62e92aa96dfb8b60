"""`/manager/settings/billing`: what the company pays, for its owners to decide and its managers to read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portico import asks, standing
from portico.database import current_company
from portico.errors import Invalid, Missing
from portico.pages import render_part, signed_in, wants_part
from portico.standing import Standing
from shared_apps.accounts import seats
from shared_apps.accounts.models import User
from shared_apps.billing import access, actions, plans
from shared_apps.billing.models import Account, Errand
from shared_apps.billing.plans import Plan

_READERS = signed_in(*sorted(access.MAY["see"]))
_OWNERS = signed_in(*sorted(access.MAY["decide"]))
_BACK = "billing:billing"
STATES = {"trial": "Trial", "free": "Free plan", "active": "Paid", "past_due": "Not paid", "suspended": "Not paid"}
TONES = {"active": "green", "past_due": "amber", "suspended": "red", "trial": "blue"}
_INVOICES = {
    "paid": ("Paid", "green"),
    "open": ("Open", "amber"),
    "void": ("Void", ""),
    "uncollectible": ("Given up", ""),
}


@never_cache
@require_safe
@_READERS
def billing(request: HttpRequest) -> HttpResponse:
    """Plan, state, seats, what comes next, and the invoices."""
    if request.GET.keys() & {"paid", "looked"}:
        actions.look_again(current_company())
        return redirect(f"{request.path}?waits={'paid' if 'paid' in request.GET else 'looked'}")
    known = Account.objects.filter(schema=current_company().schema)
    account = known.first() if plans.takes_payments() else None
    # As it was found last, and not as the door knows it, which may be some seconds behind what an owner just did.
    stands = standing.read(account.facts.get("standing")) if account else request.door.standing
    plan = plans.of_word(stands.plan) if account else asks.plan_of_company()
    context = {
        "here": "setup",
        "takes_payments": plans.takes_payments(),
        "may_decide": access.may(request.actor, "decide"),
        "plan": plan,
        "standing": stands,
        "waits": request.GET.get("waits") == "paid" and not (account and account.facts.get("subscription")),
        "once": uuid4(),
        "owners": list(
            User.objects.filter(role="owner", is_active=True).order_by("name").values_list("name", flat=True)
        ),
        **_used(plan),
        **_paid(account),
        **_state(account, stands),
    }
    return render_part(request, "billing/billing.html", "billing/_billing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_OWNERS
def ask(request: HttpRequest) -> HttpResponse:
    """An owner's wish; the address opened by hand leads back."""
    if request.method != "POST":
        return redirect(_BACK)
    try:
        once = UUID(request.POST.get("once", ""))
    except ValueError:
        raise Invalid({"once": ["Reload the page and try again."]}) from None
    person = User.objects.get(pk=request.actor.id)
    kind, plan = request.POST.get("what", ""), request.POST.get("plan", "")
    actions.wish(kind, once=once, by=request.actor, email=person.email, plan=plan)
    return redirect("billing:errand", once)


@never_cache
@require_safe
@_OWNERS
def errand(request: HttpRequest, once: UUID) -> HttpResponse:
    """What became of a wish: it waits, leads on to Stripe, shows figures, or goes back with a word."""
    schema = current_company().schema
    found = Errand.objects.filter(pk=f"{schema}-{once}", schema=schema).first()
    if found is None:
        raise Missing
    answer, address = found.answer, str(found.answer.get("url", ""))
    if found.done_at and "next" in answer:
        if wants_part(request):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "billing/preview.html", _figures(answer))
    if found.done_at and not address:
        say = messages.error if "no" in answer else messages.success
        say(request, answer.get("no") or answer.get("words") or "Done.")
        return _onward(request, "/manager/settings/billing")
    if address and wants_part(request):
        return _onward(request, address)
    # Never a redirect to another host: after a form the browser's policy would refuse it, and this is a link.
    context = {"address": address, "kind": found.kind, "here": "setup"}
    return render_part(request, "billing/errand.html", "billing/_errand.html", context)


def _onward(request: HttpRequest, address: str) -> HttpResponse:
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _used(plan: Plan) -> dict[str, Any]:
    """What is taken of the plan, and which of it is full."""
    people, files = seats.taken(), actions.storage_taken()
    return {
        "seats": people,
        "files": files,
        "is_full": plan.agents is not None and people >= plan.agents,
        "has_too_many": plan.agents is not None and people > plan.agents,
        "is_stuffed": plan.storage is not None and files >= plan.storage,
    }


def _state(account: Account | None, stands: Standing | None) -> dict[str, str]:
    """The state in a word: what is paid and was cancelled still holds, and does not go on."""
    state = account.state if account else ""
    if state == "active" and stands and stands.ends:
        return {"state": "Cancelled", "tone": "amber"}
    return {"state": STATES.get(state, ""), "tone": TONES.get(state, "")}


def _paid(account: Account | None) -> dict[str, Any]:
    facts: Mapping[str, Any] = account.facts if account else {}
    rows = account.invoices if account else []
    return {
        "account": account,
        "facts": facts,
        "currency": plans.CURRENCY,
        "period_ends": _moment(facts.get("period_ends")),
        "offers": [one for one in plans.PAID.values() if account is None or one.key != account.plan],
        "free": plans.FREE,
        "invoices": [
            one | {"at": _moment(one["at"]), "said": _INVOICES.get(one["status"], (one["status"], ""))} for one in rows
        ],
    }


def _figures(answer: Mapping[str, Any]) -> dict[str, Any]:
    plan = plans.PAID[answer["plan"]]
    return {
        "plan": plan,
        "next": answer["next"],
        "currency": answer["currency"],
        "seats": answer["seats"],
        "total": plan.cents * answer["seats"],
        "at": _moment(answer["at"]),
        "once": uuid4(),
    }


def _moment(told: object) -> datetime | None:
    return parse_datetime(told) if isinstance(told, str) else None
