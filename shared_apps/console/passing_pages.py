"""The page on which requests are passed on: up the path, down again, or to a colleague; several for one reason."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Refusal, Refused
from portico.several import Step, remember, tell, with_undo
from shared_apps.console import bulk, desk, listing, passing
from shared_apps.console.forms import PassForm
from shared_apps.console.guards import form_or_back, staff_only
from shared_apps.console.models import TicketIndex
from shared_apps.console.passing import Colleague
from tenant_apps.desk.once import once
from tenant_apps.tickets import catalogue, levels

_TO = {levels.ENGINEER: "An engineer", levels.SUPERVISOR: "A supervisor", levels.NOT: "Back: no longer escalated"}


@form_or_back
@staff_only
def one(request: HttpRequest, index_id: int) -> HttpResponse:
    """Pass one request on."""
    form, refused = PassForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            # Looked for within: whoever sent it twice may not see it any more, and lands where the first one led.
            return redirect(once(form, request.path, partial(_pass, request, index_id, form), by=request.actor))
        except Invalid as no:
            form.take(no)
        except (Forbidden, Refused) as no:
            refused = no
    return _page(request, [desk.find(index_id, request.actor)], form, refused)


@form_or_back
@staff_only
def several(request: HttpRequest) -> HttpResponse:
    """Pass several requests on, for one reason: each for itself, and one undo for all."""
    asked, by = request.POST if request.method == "POST" else request.GET, request.actor
    keys = bulk.keys_of(asked.getlist("ticket"))
    rows = desk.with_companies(list(TicketIndex.objects.visible_to(by).filter(pk__in=keys).order_by("pk")))
    if not rows:
        return redirect(reverse("console:queue") + listing.query_of(request))
    form = PassForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, rows, form)
    said = form.cleaned_data
    try:
        do = passing.meant(said["to"], said["reason"], by)
    except Invalid as no:
        form.take(no)
        return _page(request, rows, form)
    outcome = bulk.each([row.pk for row in rows], do, by)
    name = remember(outcome.steps, by)
    query = listing.query_of(request)
    tell(request, outcome, with_undo(reverse("console:bulk") + query, name) if name else "")
    return redirect(reverse("console:queue") + query)


def _pass(request: HttpRequest, index_id: int, form: PassForm) -> str:
    """Do it, say so with its undo, and lead on: to the request, or to the queue for whoever sees it no longer."""
    said, by, query = form.cleaned_data, request.actor, listing.query_of(request)
    after, step = passing.pass_on(index_id, said["to"], said["reason"], by=by, seen_version=said["seen"])
    stays = TicketIndex.objects.visible_to(by).filter(pk=index_id).exists()
    messages.success(
        request, f"{_done(after)}{'' if stays else ' It has left your queue.'}", extra_tags=_undo(step, by, query)
    )
    return reverse("console:ticket", args=[index_id]) + query if stays else reverse("console:queue") + query


def _done(row: TicketIndex) -> str:
    if row.assignee_name:
        return f"{row.number} is with {row.assignee_name} now."
    return (
        f"{row.number} waits for {levels.ONE[row.escalation]} now." if row.escalation else f"{row.number} is free now."
    )


def _undo(step: Step, by: Actor, query: str) -> str:
    name = remember([step], by)
    return with_undo(reverse("console:bulk") + query, name) if name else ""


def _page(
    request: HttpRequest, rows: Sequence[TicketIndex], form: PassForm, refused: Refusal | None = None
) -> HttpResponse:
    actor, skill = request.actor, request.GET.get("skill", "")
    everybody = passing.colleagues(rows, actor)
    context = {
        "rows": rows,
        "row": rows[0] if len(rows) == 1 else None,
        "form": form,
        "refused": refused,
        "ways": list(_ways(rows, everybody, actor)),
        "people": [one for one in everybody if not skill or skill in one.skills],
        "skills": sorted({word for one in everybody for word in one.skills}),
        "skill": skill,
        "leaves": passing.leaves(rows, actor),
        "subjects": sorted({catalogue.label_of(row.subject) for row in rows}),
        "beside": listing.query_of(request),
    }
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "console/pass_on.html", context, status=status)


def _ways(rows: Sequence[TicketIndex], found: Sequence[Colleague], actor: Actor) -> Any:
    """The levels it can go to, with who would see it there."""
    now = {row.escalation for row in rows}
    for level, words in _TO.items():
        is_down = level < max(now)
        if now == {level} or (is_down and levels.level_of(actor.role) < max(now)):
            continue
        yield levels.NAMES[level], words, passing.waiting(level, found) if level else None
