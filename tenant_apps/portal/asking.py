"""A new request: the form, its type's own fields, and what follows a closed one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portico.errors import Invalid
from portico.pages import render_part
from tenant_apps.desk import files
from tenant_apps.desk.once import once
from tenant_apps.portal import lists, set_up
from tenant_apps.portal.forms import RequestForm, lengths
from tenant_apps.portal.set_up import SetUp
from tenant_apps.portal.views import for_people
from tenant_apps.tickets import actions
from tenant_apps.tickets.kinds import Kind
from tenant_apps.tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new(request: HttpRequest) -> HttpResponse:
    """Ask the company something. `?after=<id>` goes on from a closed request; `draft` draws the form anew."""
    known, after = set_up.load(), _followed(request)
    kind = _kind(request, known, after)
    if request.method != "POST" or "draft" in request.POST:
        form = RequestForm(initial=_draft(request, known, after), set_up=known, kind=kind)
        return _asking(request, known, form, after, files.take(request, form))
    form = RequestForm(request.POST, set_up=known, kind=kind)
    form.full_clean()
    keys = files.take(request, form)
    if form.errors:
        return _asking(request, known, form, after, keys, status=422)
    try:
        address = once(form, request.get_full_path(), lambda: _open(request, form, after, keys), by=request.actor)
    except Invalid as refused:
        form.take(refused)
        return _asking(request, known, form, after, keys, status=422)
    messages.success(request, "Your request has arrived. The answer will stand here.")
    return redirect(address)


def _open(request: HttpRequest, form: RequestForm, after: Ticket | None, keys: list[UUID]) -> str:
    given = form.values() | {"files": keys, "follows": after}
    ticket = actions.open_ticket(desk=Ticket.Desk.COMPANY, by=request.actor, **given)
    return reverse("portal:request", args=[ticket.pk])


def _asking(
    request: HttpRequest, known: SetUp, form: RequestForm, after: Ticket | None, keys: list[UUID], status: int = 200
) -> HttpResponse:
    context = {
        "section": "requests",
        "form": form,
        "after": after,
        "waiting": files.waiting(keys, request),
        "hours": known.hours,
        "kinds": known.kinds.offered_to(agent=False),
        "lengths": lengths(),
    }
    return render_part(request, "portal/new.html", "portal/_new.html", context, status=status)


def _kind(request: HttpRequest, known: SetUp, after: Ticket | None) -> Kind:
    """The type that is asked for, when it is on offer; else that of the request before, else the usual one."""
    offered = {one.key: one for one in known.kinds.offered_to(agent=False)}
    asked = request.POST.get("type") or request.GET.get("type") or (after.type if after else "")
    return offered.get(asked, known.kinds.default)


def _followed(request: HttpRequest) -> Ticket | None:
    """The request that `?after=` names, if there is one for this person."""
    try:
        key = UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    return lists.seen_by(request.actor).filter(pk=key).first()


def _draft(request: HttpRequest, known: SetUp, after: Ticket | None) -> dict[str, Any]:
    """What stands in the form already: words that were typed, and what the request before was about."""
    if "type" in request.POST:  # another type was chosen: everything else stays
        return {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists() if values}
    department = request.GET.get("department", "") or (after.department if after else "")
    draft = {
        "subject": after.subject if after else "",
        "department": department if department in known.departments else "",
        "description": request.POST.get("body", ""),
    }
    return draft | ({"urgency": after.urgency} if after else {})
