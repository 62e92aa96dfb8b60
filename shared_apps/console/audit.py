"""`/admin/audit`: what concerns the platform, over all companies, for those who lead it."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portico.actor import SEES_ALL, Actor
from portico.database import platform_scope
from portico.downloads import FORMS, as_download
from portico.errors import Invalid, Missing
from portico.events import record
from portico.pages import signed_in
from shared_apps.accounts.confirming import surely_taking
from shared_apps.audit.models import PlatformAuditLog, Seal, concerning
from shared_apps.console.forms import company_meant
from shared_apps.console.models import TicketIndex
from tenant_apps.journal import search
from tenant_apps.journal.icons import icon
from tenant_apps.journal.words import words
from tenants.models import Company

leads_only = signed_in(*sorted(SEES_ALL))
# Told every hour by every company, for `audit_verify`: it is shown to who asks for it.
_ANCHOR = "journal.seal"


class Search(search.Search):
    company = forms.CharField(required=False, max_length=80)


@require_safe
@leads_only
def audit(request: HttpRequest) -> HttpResponse:
    """What happened, latest first."""
    form = Search(request.GET)
    try:
        page = search.page(_narrowed(form, request.actor), request.GET.get("cursor"))
    except Invalid:
        return redirect("console:audit")
    companies = Company.objects.in_bulk({row.company_id for row in page.rows if row.company_id is not None})
    context = {
        "form": form,
        "rows": [_told(row, companies) for row in page.rows],
        "next_cursor": page.next_cursor,
        "is_first": not request.GET.get("cursor"),
        "is_narrowed": form.is_valid() and bool(form.told),
        "sealed": Seal.objects.aggregate(last=Max("sealed_at"))["last"],
    }
    return render(request, "console/audit.html", context, status=422 if form.errors else 200)


@require_safe
@leads_only
@surely_taking
def export(request: HttpRequest, form: str) -> Any:
    """The same as a file. That somebody took it away is written down first."""
    asked = Search(request.GET)
    rows = _narrowed(asked, request.actor)
    if form not in FORMS or asked.errors:
        raise Missing
    record("audit.export", None, by=request.actor, form=form, narrowed=asked.told)
    extra = ("company_id", "subject_type", "subject_id")
    return as_download(search.as_file(form, rows, platform_scope, extra), form, "audit-platform")


def _narrowed(form: Search, actor: Actor) -> QuerySet[PlatformAuditLog]:
    rows = form.narrowed(PlatformAuditLog.objects.all(), _tickets)
    if form.errors:
        return rows
    said = form.cleaned_data
    company_id = company_meant(said["company"], actor)[0]
    rows = rows if company_id is None else rows.filter(concerning(company_id))
    return rows if said["action"] else rows.exclude(verb=_ANCHOR)


def _tickets(number: str) -> list[UUID]:
    return list(TicketIndex.objects.filter(number=number).values_list("ticket_id", flat=True))


def _told(row: Any, companies: dict[int, Company]) -> dict[str, object]:
    return {
        "row": row,
        "company": companies.get(row.company_id) if row.company_id is not None else None,
        "words": "Erased with its company" if set(row.facts) == {"sha256"} else words(row),
        "icon": icon(row),
        "reason": search.reason_of(row),
        "facts": row.facts,
    }
