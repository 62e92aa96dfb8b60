"""`/admin/incidents`: all of them, and one of them with what is known, told and done about it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.errors import Invalid, Refusal, Refused
from portico.pages import render_part
from shared_apps.console.desk import find
from shared_apps.console.guards import form_or_back, staff_only
from shared_apps.console.incidents import linking, reading
from shared_apps.console.incidents.forms import AboutForm, NoteForm, OpenForm, SayForm, WordsForm
from shared_apps.incidents import access, actions
from shared_apps.incidents.models import Incident
from tenant_apps.desk.forms import KeyedForm
from tenant_apps.desk.once import once

MOST_LINKED = 50
_VERBS = ("link", "note", "open", "lead", "count_all")


@require_safe
@staff_only
def listed(request: HttpRequest) -> HttpResponse:
    """What is not over first, then what is."""
    actor, cursor = request.actor, request.GET.get("cursor")
    try:
        page = reading.past(actor, cursor)
    except Invalid:
        return redirect("console:incidents")
    now = [] if cursor else reading.open_for(actor)
    lines = reading.lines([*now, *page.rows], actor)
    context = {
        "open": lines[: len(now)],
        "past": lines[len(now) :],
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
        "may": _may(request),
    }
    return render(request, "console/incidents.html", context)


@form_or_back
@staff_only
def new(request: HttpRequest) -> HttpResponse:
    """Begin one, from a ticket (`?ticket=`) or from nothing."""
    access.require(request.actor, "open")
    key = request.GET.get("ticket", "")
    row = find(int(key), request.actor) if key.isascii() and key.isdecimal() and len(key) < 19 else None
    start = {"headline": row.sub_subject, "subject": row.subject} if row else {}
    form = OpenForm(request.POST if request.method == "POST" else None, initial=start)
    refused: Refusal | None = None
    if form.is_valid():
        try:
            return redirect(once(form, request.get_full_path(), lambda: _open(request, form, row), by=request.actor))
        except Invalid as no:
            form.take(no)
        except Refused as no:
            refused = no
    context = {"form": form, "row": row, "refused": refused}
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "console/incident_new.html", context, status=status)


@require_safe
@staff_only
def incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident: whom it affects, what they were told, and what can be done."""
    return shown(request, reading.find(incident_id, request.actor))


def shown(
    request: HttpRequest,
    found: Incident,
    *,
    forms: dict[str, KeyedForm] | None = None,
    refused: Refusal | None = None,
) -> HttpResponse:
    """The page as it stands now; after a refusal with the words why, and with what was typed."""
    actor, seen = request.actor, {"seen": found.version}
    start = {"note": NoteForm(), "say": SayForm(initial=seen | {"state": found.state})}
    start |= {name: WordsForm(initial=seen, auto_id=f"{name}_%s") for name in ("solve", "reopen")}
    numbers = reading.numbers_of([found], actor).get(found.pk, reading.Numbers())
    suggested = linking.suggested(found, actor)[: linking.MOST_SUGGESTED] if found.is_open else ()
    whole = reading.whole(found, actor, suggested)
    context = {
        "found": found,
        "numbers": numbers,
        "done": numbers.tickets - numbers.behind,
        "hidden": numbers.tickets - len(whole.rows) if len(whole.rows) < reading.MOST_TICKETS else 0,
        "houses": whole.houses,
        "rows": whole.rows,
        "suggested": whole.suggested,
        "entries": whole.entries,
        "may": _may(request),
        "is_lead": found.lead_id == actor.id,
        "refused": refused,
        **{f"{name}_form": one for name, one in (start | (forms or {})).items()},
    }
    status = refused.status if refused else 422 if forms else 200
    return render_part(request, "console/incident.html", "console/_incident_progress.html", context, status=status)


@form_or_back
@staff_only
def tell(request: HttpRequest, incident_id: int, verb: str) -> HttpResponse:
    """Tell every affected company how it stands: `say`, that it is over: `solve`, or that it was not: `reopen`."""
    found = reading.find(incident_id, request.actor)
    access.require(request.actor, "lead")
    if request.method != "POST":
        return redirect("console:incidents-one", incident_id)
    form = SayForm(request.POST) if verb == "say" else WordsForm(request.POST, auto_id=f"{verb}_%s")
    if not form.is_valid():
        return shown(request, found, forms={verb: form})
    try:
        address = once(form, request.path, lambda: _tell(request, found, verb, form), by=request.actor)
    except Invalid as no:
        form.take(no)
        return shown(request, found, forms={verb: form})
    except Refused as no:
        return shown(request, reading.find(incident_id, request.actor), forms={verb: form}, refused=no)
    return redirect(address)


@form_or_back
@staff_only
def note(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Write something that colleagues alone read."""
    found = reading.find(incident_id, request.actor)
    if request.method != "POST":
        return redirect("console:incidents-one", incident_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return shown(request, found, forms={"note": form})
    words = form.cleaned_data["words"]

    def write() -> str:
        actions.write_note(found, words, by=request.actor)
        return f"{_address(found)}#happened"

    try:
        return redirect(once(form, request.path, write, by=request.actor))
    except Invalid as no:
        form.take(no)
        return shown(request, found, forms={"note": form})


@form_or_back
@staff_only
def edit(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Call it otherwise, or take the lead."""
    found, actor = reading.find(incident_id, request.actor), request.actor
    access.require(actor, "lead")
    if "lead" in request.POST:
        actions.take_lead(found, by=actor)
        messages.success(request, "You lead this now.")
        return redirect(_address(found))
    said = {name: getattr(found, name) for name in ("headline", "title", "subject")}
    form = AboutForm(request.POST if request.method == "POST" else None, initial=said | {"seen": found.version})
    refused: Refusal | None = None
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in said}
        try:
            if not form.cleaned_data["sure"]:
                linking.refuse_names(found, wanted["title"])
            actions.change(found, by=actor, seen=form.cleaned_data["seen"], **wanted)
            messages.success(request, "Saved. Companies read the new title from now on.")
            return redirect(_address(found))
        except Invalid as no:
            form.take(no)
        except Refused as no:
            refused = no
    context = {"found": found, "form": form, "refused": refused}
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "console/incident_edit.html", context, status=status)


def _open(request: HttpRequest, form: OpenForm, row: Any) -> str:
    said, by = form.cleaned_data, request.actor
    with transaction.atomic():
        made = actions.open_incident(said["headline"], said["title"], said["subject"], said["words"], by=by)
        if row:
            linking.link(made, row.pk, by=by)
        if not said["sure"]:
            linking.refuse_names(made, f"{made.title} {made.words}")
    messages.success(request, f"{made.number} is open." + (" The request is linked." if row else ""))
    return _address(made)


def _tell(request: HttpRequest, found: Incident, verb: str, form: WordsForm) -> str:
    said, by = form.cleaned_data, request.actor
    if not said["sure"]:
        linking.refuse_names(found, said["words"])
    if verb == "say":
        actions.say(found, said["state"], said["words"], by=by, seen=said["seen"])
    else:
        getattr(actions, verb)(found, said["words"], by=by, seen=said["seen"])
    done = {"say": "Told.", "solve": "Resolved.", "reopen": "Open again."}[verb]
    messages.success(request, f"{done} The requests follow, company by company.")
    return _address(found)


def _may(request: HttpRequest) -> dict[str, bool]:
    return {verb: access.may(request.actor, verb) for verb in _VERBS}


def _address(found: Incident) -> str:
    return reverse("console:incidents-one", args=[found.pk])
