"""What links tickets with incidents from their own pages: one ticket, the suggested ones, several of the queue."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portico.errors import Invalid, Refused
from portico.several import remember, tell, with_undo
from shared_apps.console import bulk, listing
from shared_apps.console.guards import form_or_back, staff_only
from shared_apps.console.incidents import choosing, linking, reading


@form_or_back
@staff_only
def place(request: HttpRequest, index_id: int) -> HttpResponse:
    """Make one ticket part of an incident (`incident`), or take it out (empty)."""
    by, back = request.actor, reverse("console:ticket", args=[index_id]) + listing.query_of(request)
    if from_page := request.POST.get("back"):
        back = reverse("console:incidents-one", args=[choosing.number(from_page)])
    if request.method != "POST":
        return redirect(back)
    try:
        if said := request.POST.get("incident", ""):
            found = reading.find(choosing.number(said), by)
            linking.link(found, index_id, by=by)
            messages.success(request, f"Part of {found.number} now.")
        elif linking.unlink(index_id, by=by):
            messages.success(request, "Taken out of the incident. What was told stays told.")
    except (Invalid, Refused) as no:
        messages.error(request, no.message)
    return redirect(back)


@form_or_back
@staff_only
def link(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Link what was suggested and chosen; each in its company, kept or refused by itself."""
    found, by = reading.find(incident_id, request.actor), request.actor
    back = reverse("console:incidents-one", args=[found.pk])
    if request.method == "POST":
        outcome = bulk.each(bulk.keys(request), choosing.joins(str(found.pk), by), by)
        name = remember(outcome.steps, by)
        tell(request, outcome, with_undo(reverse("console:bulk"), name) if name else "")
    return redirect(back)
