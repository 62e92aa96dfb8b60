"""Seeing a company's desk as one of its people: from a ticket, with a reason, as far as the company agreed."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portico import clock, csp, keyset
from portico.actor import Actor
from portico.database import CompanyRef
from portico.errors import Invalid, Refusal, Refused
from portico.pages import signed_in
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import desk, visit_ends
from shared_apps.console.models import TicketIndex
from tenant_apps.visits import access, actions, consent
from tenant_apps.visits.models import LASTS, Visit
from tenant_apps.visits.words import CONSENTS, ENDS, MODES, lasted
from tenants.models import Company

visitors = signed_in(*sorted(access.MAY["visit"]))
lookers = signed_in(*sorted(access.MAY["see_own_visits"]))
_SHOWN = 50


class VisitForm(forms.Form):
    """Whom, why, and how."""

    person = forms.UUIDField(error_messages={"required": "Please choose one of these people."})
    reason = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=actions.REASON_LENGTH,
        help_text="The company reads it.",
        error_messages={"required": "Please say why. The company reads it."},
    )
    mode = forms.ChoiceField(choices=list(MODES.items()), initial=access.READ)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitors
def view_as(request: HttpRequest, index_id: int) -> HttpResponse:
    """Choose whom to be; then ask the managers, or go."""
    row = desk.find(index_id, request.actor)
    if request.method != "POST":
        return _page(request, row, VisitForm())
    if request.POST.get("do") == "end":
        return _end(request, row)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        return _begin(request, row, form) if request.POST.get("do") == "begin" else _ask(request, row, form)
    except Invalid as no:
        for name, words in no.fields.items():
            form.add_error(name, words)
        return _page(request, row, form)
    except Refused as no:
        return _page(request, row, form, refused=no)


def _begin(request: HttpRequest, row: TicketIndex, form: VisitForm) -> HttpResponse:
    """Hand over: a form to the company's host with a code that is good for a minute, once."""
    _require_none_elsewhere(request.actor)
    said, session = form.cleaned_data, str(request.session.session_key)
    with desk.open_for(row, request.actor) as ticket:
        made, code = actions.make_ready(
            ticket, said["person"], said["mode"], said["reason"], by=request.actor, session=session
        )
    company: CompanyRef = row.company
    host = f"{'https' if settings.HTTPS else 'http'}://{company.slug}.{settings.BASE_HOST}"
    context = {"row": row, "made": made, "code": code, "address": f"{host}/visit/begin", "mode": MODES[made.mode]}
    response = render(request, "console/view_as_go.html", context | {"company_ref": company})
    # The one page of the console whose form goes to another host, which has to know that it comes from here.
    response["Content-Security-Policy"] = csp.policy(request).replace("form-action 'self'", f"form-action {host}")
    response["Referrer-Policy"] = "strict-origin"
    return response


def _ask(request: HttpRequest, row: TicketIndex, form: VisitForm) -> HttpResponse:
    said = form.cleaned_data
    with desk.open_for(row, request.actor) as ticket:
        actions.ask(ticket, said["person"], said["mode"], said["reason"], by=request.actor)
    return redirect(f"{reverse('console:view-as', args=[row.pk])}?asked=1")


def _end(request: HttpRequest, row: TicketIndex) -> HttpResponse:
    with desk.open_for(row, request.actor):
        for one in Visit.objects.running().filter(staff_id=request.actor.id, ticket_id=row.ticket_id):
            actions.end(one, "left", by=request.actor)
    return redirect("console:view-as", row.pk)


def _require_none_elsewhere(actor: Actor) -> None:
    """One person in one chair, over all companies and browsers: a visit that has not ended stands in the way."""
    going_on = visit_ends.running(list(visit_ends.begun(actor.id, clock.now() - LASTS)))
    if not going_on:
        return
    running = going_on[0]
    company = Company.objects.filter(pk=running.company_id).first() if running.company_id else None
    place = f" at {company.name}" if company else ""
    words = f"You are {running.facts['person']}{place} now, for {running.facts['number']}. Leave that visit first."
    raise Refused("visiting", words)


def _page(request: HttpRequest, row: TicketIndex, form: VisitForm, *, refused: Refusal | None = None) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    with desk.open_for(row, request.actor) as ticket:
        actions.look(ticket, by=request.actor)
        agreed = consent.read()
        covered = [mode for mode in MODES if access.covers(agreed, mode, ticket.number, clock.now())]
        is_open = bool(covered) or agreed["mode"] == access.ASK
        found = list(actions.offered(ticket, asked, agreed=is_open, by=request.actor)[: _SHOWN + 1])
        found.sort(key=lambda one: one.pk != ticket.requester_id)
        mine = Visit.objects.filter(staff_id=request.actor.id, ticket_id=ticket.pk).exclude(state=Visit.State.LOOKED)
        own = list(mine.told().order_by("-at")[:5])
    context = {
        "row": row,
        "ticket": ticket,
        "company_ref": row.company,
        "form": form,
        "people": found[:_SHOWN],
        "is_cut": len(found) > _SHOWN,
        "chosen": form["person"].value() or (str(ticket.requester_id) if ticket.requester_id else ""),
        "asked": asked,
        "is_open": is_open,
        "agreed": CONSENTS[agreed["mode"]],
        "covered": [MODES[mode] for mode in covered],
        "own": own,
        "running": next((one for one in own if one.state == Visit.State.RUNNING and not one.end), None),
        "was_asked": "asked" in request.GET,
        "refused": refused,
    }
    return render(
        request, "console/view_as.html", context, status=refused.status if refused else 422 if form.errors else 200
    )


@require_safe
@lookers
def visits(request: HttpRequest) -> HttpResponse:
    """Visits in all companies, the latest first: everybody's for those who lead, one's own for the others."""
    rows = _begun(request.actor)
    try:
        page = keyset.ordered(rows, "-at", key=UUID, cursor=request.GET.get("cursor"), limit=keyset.LIMIT)
    except Invalid:
        return redirect("console:visits")
    ends = visit_ends.ends(page.rows)
    companies = Company.objects.in_bulk({one.company_id for one in page.rows if one.company_id is not None})
    context = {
        "rows": [_told(one, ends.get(one.facts.get("visit", "")), companies) for one in page.rows],
        "next_cursor": page.next_cursor,
        "is_first": not request.GET.get("cursor"),
        "of_all": access.may(request.actor, "see_all_visits"),
    }
    return render(request, "console/visits.html", context)


def _begun(actor: Actor) -> QuerySet[PlatformAuditLog]:
    rows: QuerySet[PlatformAuditLog] = PlatformAuditLog.objects.filter(verb="visit.begin", facts__has_key="visit")
    return rows if access.may(actor, "see_all_visits") else rows.filter(actor_id=actor.id)


def _told(row: PlatformAuditLog, end: dict[str, Any] | None, companies: dict[int, Company]) -> dict[str, Any]:
    told = {"row": row, "facts": row.facts, "mode": MODES.get(row.facts["mode"], "")}
    told["company"] = companies.get(row.company_id) if row.company_id is not None else None
    if end:
        told |= {"end": end, "lasted": lasted(end["seconds"]), "why": ENDS.get(end["why"], end["why"])}
    return told
