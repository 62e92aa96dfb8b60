"""The board's page, and moving a card on it: the same action as in the inbox, and one undo."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portico import several
from portico.errors import Invalid, Refused
from portico.pages import render_part, wants_part
from tenant_apps.desk.board import cards, columns
from tenant_apps.desk.inbox import bulk, drawn, lists, moves, thread
from tenant_apps.desk.inbox import frame as frames
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.tickets import actions

# What columns say already is no filter here.
_SAID = frozenset({"status", "type"})


@require_safe
@agents_only
def board(request: HttpRequest) -> HttpResponse:
    """The cards in their columns; to htmx the columns alone."""
    return render_part(request, "board/board.html", "board/_board.html", _context(request))


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def move(request: HttpRequest) -> HttpResponse:
    """Lead a request to another status: `move` is its key, where it stood, and where it goes."""
    if request.method != "POST":
        return redirect("desk:board")
    key, _, steps = request.POST.get("move", "").partition(":")
    was, _, to = steps.partition(":")
    if not to:
        raise Invalid({"move": ["This page is too old. Load it again."]})
    ticket = thread.find(request.actor, moves.uuid_of(key))
    if ticket.status != was:
        words = f"{ticket.number} was moved to {ticket.workflow_status.label} meanwhile. Nothing was changed."
        raise Refused("changed_meanwhile", words)
    after = actions.change_status(ticket, to, by=request.actor, seen_version=ticket.version)
    back = {"ticket": str(ticket.pk), "do": "back", "value": f"{was}:{after.version}"}
    undo = several.remember([back], request.actor)
    return _answer(request, f"{ticket.number} went to {after.workflow_status.label}.", undo)


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def undo(request: HttpRequest) -> HttpResponse:
    """Lead the card that was moved last back to where it stood, if nothing has happened to it since."""
    if request.method != "POST":
        return redirect("desk:board")
    outcome = bulk.undo(request.GET.get("undo", ""), request.actor)
    if outcome.refused:
        raise Refused("not_undone", " ".join(outcome.refused))
    return _answer(request, "It stands where it stood.")


def _answer(request: HttpRequest, done: str, undo: str = "") -> HttpResponse:
    query = _query(request)
    back = f"{reverse('desk:board-undo')}?{urlencode(query | {'undo': undo})}" if undo else ""
    if wants_part(request):
        context = _context(request) | {"done": done, "undo": back}
        return render_part(request, "board/board.html", "board/_board.html", context)
    messages.success(request, done, extra_tags=back)
    return redirect(reverse("desk:board") + (f"?{urlencode(query)}" if query else ""))


def _query(request: HttpRequest) -> dict[str, str]:
    """What the address asks of the board, without the way back."""
    return {name: value for name, value in request.GET.dict().items() if value and name not in {"undo", "part"}}


def _context(request: HttpRequest) -> dict[str, Any]:
    frame = frames.load(request.actor)
    asked = lists.read(request.GET, frame, "")
    wanted = replace(asked, sort="latest", filters=tuple(one for one in asked.filters if one[0] not in _SAID))
    layout = columns.layout(request.actor, frame.kinds, request.GET.get("of", ""))
    by, more = request.GET.get("lanes", ""), request.GET.get("more", "")
    by = by if by in cards.LANES else ""
    kept = {"of": layout.key if request.GET.get("of") else "", "lanes": by}
    types = [*((kind.key, kind.label) for kind in frame.types), (columns.ALL, "All types")]
    filters = {name: one for name, one in lists.filters(frame).items() if name not in _SAID}
    rows = cards.read(request.actor, frame, layout, wanted, by, more)
    return {
        "layout": layout,
        "rows": rows,
        "is_empty": not any(cell.cards for row in rows for cell in row.cells),
        "wanted": wanted,
        "query": wanted.query(**kept),
        "live_query": wanted.query(**kept, more=more),
        "more": more,
        "mores": {one.key: wanted.query(**kept, more=one.key) for one in layout.columns},
        "types": [(key, label, wanted.query(**kept | {"of": key})) for key, label in types],
        "by": by,
        "lane_word": cards.LANES[by],
        "lanes": [(key, label, wanted.query(**kept | {"lanes": key})) for key, label in cards.LANES.items()],
        "kept": kept,
        "filters": drawn.filters(filters, dict(wanted.filters)),
        "chosen": dict(wanted.filters),
        "inbox": reverse("desk:inbox"),
        "here": "board",
    }
