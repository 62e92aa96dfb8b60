"""`/manager/audit`: everything that happened in the company, for those who lead it: their own people, and Portico's."""

from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portico.database import company_scope
from portico.downloads import FORMS, as_download
from portico.errors import Invalid, Missing
from portico.events import record
from portico.pages import signed_in
from portico.sealing import ANCHOR
from shared_apps.accounts.confirming import surely_taking
from tenant_apps.journal import search
from tenant_apps.journal.icons import icon
from tenant_apps.journal.models import Event, Seal
from tenant_apps.journal.words import CUSTOMER, STAFF, words
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.models import Ticket

managers = signed_in(*sorted(access.MANAGERS))


@require_safe
@managers
def audit(request: HttpRequest) -> HttpResponse:
    """What happened, latest first."""
    form = search.Search(request.GET)
    try:
        page = search.page(_narrowed(form), request.GET.get("cursor"))
    except Invalid:
        return redirect("desk:audit")
    context = {
        "here": "audit",
        "form": form,
        "rows": [_told(row) for row in page.rows],
        "next_cursor": page.next_cursor,
        "is_first": not request.GET.get("cursor"),
        "is_narrowed": form.is_valid() and bool(form.told),
        "sealed": Seal.objects.aggregate(last=Max("sealed_at"))["last"],
    }
    return render(request, "desk/audit.html", context, status=422 if form.errors else 200)


@require_safe
@managers
@surely_taking
def export(request: HttpRequest, form: str) -> Any:
    """The same as a file. That somebody took it away is written down first."""
    asked = search.Search(request.GET)
    rows = _narrowed(asked)
    if form not in FORMS or asked.errors:
        raise Missing
    company = request.door.company
    record("audit.export", None, by=request.actor, form=form, narrowed=asked.told)
    pieces = search.as_file(form, rows, lambda: company_scope(company), told=_value)
    return as_download(pieces, form, f"audit-{company.slug}")


def _narrowed(form: search.Search) -> QuerySet[Event]:
    """What is asked for. How far the platform's chain goes stands in the house company's: for who asks for it."""
    rows = form.narrowed(Event.objects.all(), _tickets)
    return rows if form.errors or form.cleaned_data["action"] else rows.exclude(verb=ANCHOR)


def _tickets(number: str) -> list[UUID]:
    return list(Ticket.objects.filter(number=number).values_list("pk", flat=True))


def _told(row: Event) -> dict[str, Any]:
    """A row in words. What Portico's staff do is told as to any customer, without their own working facts."""
    is_theirs = row.actor_kind == "staff" and not row.acting_for
    return {
        "row": row,
        "words": words(row, audience=CUSTOMER if is_theirs else STAFF),
        "icon": icon(row),
        "reason": _value(row, "reason"),
        "facts": _value(row, "facts"),
    }


def _value(row: Event, name: str) -> Any:
    """The same in the file. How a request was passed on among Portico's staff is one of their working facts."""
    if row.actor_kind == "staff" and name == "facts":
        return {}
    if row.actor_kind == "staff" and name == "reason" and ("reason" not in row.facts or row.verb in actions.PASSED):
        return ""
    return search.value_of(row, name)
