"""`/admin/companies`: all companies, and one of them with how it does."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portico.actor import Actor
from portico.errors import Invalid, Refusal
from shared_apps.billing import plans
from shared_apps.billing.models import Account
from shared_apps.care import access
from shared_apps.care.actions import LONGEST
from shared_apps.care.models import Care, Note, Tier
from shared_apps.console import companies, deciding, telemetry
from shared_apps.console.company_list import Asked
from shared_apps.console.forms import SeenField
from shared_apps.console.guards import staff_only
from tenant_apps.desk.forms import KeyedForm
from tenant_apps.journal.icons import icon
from tenant_apps.journal.words import words
from tenants.models import HOUSE_ID, Company

STATES = {"": "Any state", "active": "Active", "suspended": "Suspended", "archived": "Archived"}
STATES |= {"erased": "To be erased"}


ORDERS = {"new": "Newest first", "old": "Oldest first", "name": "By name", "tier": "By tier", "state": "By state"}
ORDERS |= {"urgent": "P1 requests first"}
BY_PLAN = {"plan": "By plan"}  # where something can be bought
BEHIND = {"behind": "Behind first"}  # for those who see how companies do
TIERS = {"": "Any tier", **dict(Tier.choices)}
PLANS = {"": "Any plan", **{one.key: one.name for one in plans.PLANS.values()}}


class Search(forms.Form):
    """What the list is narrowed to, and its order; what there is not narrows nothing."""

    q = forms.CharField(required=False, max_length=80)
    state = forms.ChoiceField(required=False, choices=list(STATES.items()))
    tier = forms.ChoiceField(required=False, choices=list(TIERS.items()))
    plan = forms.ChoiceField(required=False, choices=list(PLANS.items()))
    behind = forms.BooleanField(required=False)
    urgent = forms.BooleanField(required=False)
    order = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, knows_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.orders = ORDERS | (BY_PLAN if plans.takes_payments() else {}) | (BEHIND if knows_all else {})
        self.fields["order"].choices = list(self.orders.items())
        if not knows_all:
            del self.fields["behind"]

    def said(self) -> Asked:
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return Asked(words=said.pop("q", ""), **said)


class NoteForm(KeyedForm):
    body = forms.CharField(
        label="Note",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST,
        error_messages={"required": "Please write something."},
    )
    is_confidential = forms.BooleanField(required=False)
    seen = SeenField(required=False, widget=forms.HiddenInput)


@require_safe
@staff_only
def listed(request: HttpRequest) -> HttpResponse:
    """The companies that this staff member knows."""
    knows_all = access.may(request.actor, "see_every")
    form = Search(request.GET, knows_all=knows_all)
    asked, cursor = form.said(), request.GET.get("cursor")
    try:
        page = companies.lines(request.actor, asked, cursor)
    except Invalid:
        return redirect("console:companies")
    context = {
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
        "asked": asked,
        "is_narrowed": asked != Asked(order=asked.order),
        "menus": [("state", "State", asked.state, STATES), ("tier", "Tier", asked.tier, TIERS)]
        + ([("plan", "Plan", asked.plan, PLANS)] if plans.takes_payments() else []),
        "takes_payments": plans.takes_payments(),
        "orders": form.orders,
        "knows_all": knows_all,
    }
    return render(request, "console/companies.html", context)


@require_safe
@staff_only
def company(request: HttpRequest, company: str) -> HttpResponse:
    """One company: how it does, who looks after it, and what can be decided about it."""
    return shown(request, companies.find(company, request.actor))


def shown(
    request: HttpRequest, found: Company, *, form: NoteForm | None = None, refused: Refusal | None = None
) -> HttpResponse:
    """The page as it stands now; after a refusal with the words why, and with what was typed as a note."""
    actor = request.actor
    context = {
        "found": found,
        "is_house": found.pk == HOUSE_ID,
        "refused": refused,
        "form": form or NoteForm(),
        "plan": plans.of_company(found.ref),
        "account": Account.objects.filter(pk=found.pk).first() if plans.takes_payments() else None,
        "currency": plans.CURRENCY,
        **companies.requests_of(found, actor),
        **_care(found, actor),
        **deciding.offered(found, actor),
    }
    if access.may(actor, "see_health"):
        context |= {"sees_health": True, **companies.health(found, actor), "apps": telemetry.summary(found.pk)}
    if actor.sees_all:
        context["history"] = [(row, words(row), icon(row)) for row in companies.history(found)]
    status = refused.status if refused else 422 if form and form.errors else 200
    return render(request, "console/company.html", context, status=status)


def _care(found: Company, actor: Actor) -> dict[str, Any]:
    care = Care.of(found.pk)
    named = companies.people(set(care.agents))
    leads = access.may(actor, "delete_notes_of_others")
    return {
        "tier": Tier(care.tier).label,
        "agents": sorted(named.values(), key=lambda one: one.name),
        "may_agree": access.may(actor, "designate") or access.may(actor, "set_tier"),
        "notes": [(one, one.author_id == actor.id, leads) for one in Note.objects.about(found.pk).visible_to(actor)],
        "may_confide": access.may(actor, "confide"),
    }
