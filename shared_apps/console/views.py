"""The console's pages: one queue over all companies, and each of its tickets."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from portico import here
from portico.actor import Actor
from portico.database.kept import Asking, together
from portico.errors import Invalid, Refusal
from portico.pages import render_part, wants_part
from shared_apps.care import access as care
from shared_apps.console import assignments, desk, files, listing, notes
from shared_apps.console.desk import Thread
from shared_apps.console.forms import AnswerForm
from shared_apps.console.guards import staff_only
from shared_apps.console.incidents import choosing, reading
from shared_apps.console.notes import NoteForm
from tenant_apps.desk.timeline import latest, timeline
from tenant_apps.journal.words import STAFF as STAFF_WORDS
from tenant_apps.tickets import access, levels, priority, workflow
from tenant_apps.tickets.models import Ticket
from tenant_apps.visits import access as visits

# The forms of a ticket's page that say which version their writer saw (`_seen.html`).
_SEEN_BY = ("composer", "status-form", "after-form", "take-form", "back-form", "give-form", "importance-form")
_LISTS = {"rows": "console/_rows.html", "beside": "console/_beside.html"}


@require_safe
@staff_only
def queue(request: HttpRequest) -> HttpResponse:
    """Every ticket that this staff member can see, latest activity first."""
    part = _LISTS.get(request.GET.get("part", ""), "console/_queue.html")
    try:
        context = _beside(request) if part == _LISTS["beside"] else listing.whole(request)
    except Invalid:
        return redirect("console:queue")
    return render_part(request, "console/queue.html", part, context)


@require_safe
@staff_only
def ticket(request: HttpRequest, index_id: int) -> HttpResponse:
    """One ticket beside the list it was opened from: the conversation with the company, and what can be done."""
    part = "console/_live.html" if request.GET.get("part") == "live" else "console/_open.html"
    beside = None if wants_part(request) else listing.find_beside(request)
    thread = desk.thread(index_id, request.actor, beside.page.rows if beside else ())
    return page(request, thread, part=part, beside=beside)


def _beside(request: HttpRequest, opened: int | None = None) -> dict[str, Any]:
    found = listing.find_beside(request)
    desk.with_companies(found.page.rows)
    return listing.beside(request, found, opened)


def page(
    request: HttpRequest,
    thread: Thread,
    *,
    form: AnswerForm | None = None,
    refused: Refusal | None = None,
    at: str = "",
    done: str = "",
    keep: bool = True,
    keys: Sequence[UUID] = (),
    look: str = "",
    note_form: NoteForm | None = None,
    status: int = 200,
    part: str = "console/_done.html",
    beside: listing.Beside | None = None,
) -> HttpResponse:
    """The ticket's page or the part of it that htmx asked for, always with the state that holds now."""
    actor, ticket, typed = request.actor, thread.ticket, request.POST.get("body", "") if keep else ""
    context = {
        "ticket": ticket,
        **_told(request, thread, refused),
        **files.beside(request, thread.row, keys),
        "look": look,
        "form": form or AnswerForm(initial={"body": typed}),
        **_ways_on(ticket, actor),
        **_passed(thread),
        **_noted(actor, note_form),
        "seen_by": _SEEN_BY,
        "refused": refused,
        "refused_at": at,
        "done": done,
        **_list(request, beside, thread.row.pk),
        "show": "facts" if request.GET.get("show") == "facts" else "talk",
    }
    status = refused.status if refused else status
    response = render_part(request, "console/ticket.html", part, context, status=status)
    if status in {403, 409}:
        response["HX-Retarget"] = "#talk"  # without a word about where it belongs htmx would not show a refusal
    return response


def _list(request: HttpRequest, found: listing.Beside | None, opened: int) -> dict[str, Any]:
    if found:
        return listing.beside(request, found, opened)
    return {"beside": listing.query_of(request)} if wants_part(request) else _beside(request, opened)


def _ways_on(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What this actor may do with it, and the steps it can take; `after` is the usual one."""
    verbs = ("reply", "change_status", "assign", "reopen_closed", "set_importance", "escalate", "assign_others")
    may = {verb: access.may(actor, verb) for verb in verbs} | {"visit": visits.may(actor, "visit")}
    is_stuck = ticket.is_closed and not may["reopen_closed"]
    steps = () if is_stuck else tuple(one for one in workflow.STATUSES if one.key != ticket.status)
    after = workflow.AFTER.get(ticket.status, "")
    people = desk.asking_staff() if may["assign_others"] else Asking("", ())
    staff, known = together(people, reading.asking_open_or(ticket.incident_id, actor))
    ways = {"may": may, "staff": staff, "steps": steps, "after": workflow.BY_KEY.get(after), "levels": priority.LEVELS}
    return ways | choosing.choices(ticket.incident_id, known, actor)


def _passed(thread: Thread) -> dict[str, Any]:
    """Whose work it was, and whom it waits for where nobody has it: what the index row and the journal tell."""
    ticket = thread.ticket
    is_waiting = ticket.escalation and ticket.is_active and not ticket.assignee_id
    return {
        "row": thread.row,
        "company_ref": thread.row.company,
        "stretches": assignments.stretches(ticket.created_at, ticket.requester_name, thread.events),
        "waits_for": levels.ONE[ticket.escalation] if is_waiting else "",
        "waits": thread.waits_for if is_waiting else [],
    }


def _noted(actor: Actor, form: NoteForm | None) -> dict[str, Any]:
    return {"note_form": form or NoteForm(), "may_confide": care.may(actor, "confide")}


def _told(request: HttpRequest, thread: Thread, refused: Refusal | None) -> dict[str, Any]:
    everything = "all" in request.GET
    said = [*thread.messages, *map(notes.as_said, thread.notes)]
    whole = timeline(said, thread.events, reader=request.actor.id, audience=STAFF_WORDS)
    entries, earlier = latest(whole, everything=everything)
    news = entries[-1] if refused and refused.code == "changed_meanwhile" else None
    told = {"entries": entries, "earlier": earlier, "everything": everything, "latest": news}
    return told | {"report": thread.report, "others": here.others(thread.row.pk, request.actor)}
