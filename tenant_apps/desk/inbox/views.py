"""The inbox: views, list, conversation and what is known about it, side by side or one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from portico import here, links
from portico.actor import Actor
from portico.database.kept import Asking, together
from portico.errors import Invalid
from portico.pages import form_token, render_part, signed_in, wants_part
from tenant_apps.desk.inbox import columns, composing, drawn, facts, lists, moves, shelves, thread
from tenant_apps.desk.inbox import frame as frames
from tenant_apps.desk.inbox.composing import ComposeForm, Words
from tenant_apps.desk.inbox.controls import controls
from tenant_apps.mailroom import counting
from tenant_apps.tickets import access, actions, attachments, recipes, searching
from tenant_apps.tickets.models import Ticket

View = Callable[..., HttpResponse]
SHOWS = ("views", "list", "talk", "facts")


def agents_only(view: View) -> View:
    """Only for those who answer at this desk; the company's other people are led to the portal."""

    @signed_in()
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if access.may(request.actor, "work", access.COMPANY_DESK):
            return view(request, *args, **kwargs)
        messages.info(request, f"The inbox is for those who answer at {request.door.company.name}. This is your place.")
        return redirect("portal:home")

    guarded.roles = tuple(sorted(access.COMPANY))
    return guarded


@require_safe
@agents_only
def inbox(request: HttpRequest) -> HttpResponse:
    """The views and one of their lists; nothing is opened yet."""
    frame = frames.standing(request.actor, *together(*frames.asking()))
    listed = listing(request, frame)
    counted, *found = together(frames.counting(frame, request.actor), *listed.asked)
    frame = frames.counted(frame, request.actor, counted)
    try:
        context = panes(request, frame, listed, found)
    except Invalid:
        return redirect("desk:inbox")
    return render_part(request, "inbox/inbox.html", _part_of(request), context)


@require_safe
@agents_only
def conversation(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request beside its list. Opening it marks it as read; a merged one leads to where it went on."""
    rows, *known = together(thread.finding(request.actor, request_id), *_asking(request, request_id))
    ticket = thread.found(rows)
    if ticket.merged_into_id:
        messages.info(request, f"{ticket.number} was merged into this request.")
        return redirect(address(request, ticket.merged_into_id))
    if ticket.unread_by_agent and request.method == "GET":
        ticket.unread_by_agent = actions.mark_read(ticket, by=request.actor).unread_by_agent
    return show(request, ticket, known=known)


def after(request: HttpRequest, request_id: UUID, done: str = "", undo: str = "") -> HttpResponse:
    """The request as it is now, and a word about what was done; `undo` is the address that takes it back."""
    ticket = Ticket.objects.visible_to(request.actor, Ticket.Desk.COMPANY).filter(pk=request_id).first()
    if ticket is None or ticket.merged_into_id or not wants_part(request):
        if done:
            messages.success(request, done, extra_tags=undo)
        place = links.to("desk:inbox") if ticket is None else address(request, ticket.merged_into_id or request_id)
        return go(request, place)
    return show(request, thread.find(request.actor, request_id), done=done, undo=undo, part="inbox/_live.html")


def go(request: HttpRequest, place: str) -> HttpResponse:
    """Lead the window to another address, with scripts or without."""
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": place, "Vary": "HX-Request"})
    return redirect(place)


def address(request: HttpRequest, request_id: UUID) -> str:
    """A conversation's address, with the list that stands beside it."""
    away = ("cursor", "show", "steps", "only", "part")
    query = urlencode([(name, one) for name, some in request.GET.lists() if name not in away for one in some])
    return links.to("desk:inbox:conversation", request_id) + (f"?{query}" if query else "")


def show(
    request: HttpRequest,
    ticket: Ticket,
    *,
    form: ComposeForm | None = None,
    status: int = 200,
    part: str = "",
    known: list[Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """The conversation: with its list as a page, alone for htmx. `known` is what `_asking` has found already."""
    actor, steps = request.actor, _steps(request)
    set_up, who, said, happened = known or together(*_asking(request, ticket.pk))
    frame = frames.standing(actor, set_up, who)
    listed = None if wants_part(request) else listing(request, frame)
    beside = (frames.counting(frame, actor), thread.relating(ticket, actor), attachments.asking(said))
    counted, related, files, *found = together(*beside, *(listed.asked if listed else ()))
    frame = frames.counted(frame, actor, counted)
    ticket.__dict__["_kind"] = frame.kinds[ticket.type]
    attachments.hand_out(said, files)
    read = thread.read(ticket, actor, said, happened, steps=steps, only=request.GET.get("only", ""))
    context = about(request, ticket, frame, read, thread.relations(ticket, related, frame.kinds), form) | more
    context["compose"] = composing.drawn(context, form_token(request))
    if listed:
        context |= panes(request, frame, listed, found, ticket)
    part = part or ("inbox/_live.html" if request.GET.get("part") == "live" else "inbox/_open.html")
    return render_part(request, "inbox/inbox.html", part, context, status=status)


def _asking(request: HttpRequest, request_id: UUID) -> tuple[Asking, ...]:
    """The statements for what a conversation stands on, and for what was said and happened in it."""
    return *frames.asking(), *thread.asking(request_id, request.actor, steps=_steps(request))


def _steps(request: HttpRequest) -> int:
    """How far back the conversation is drawn."""
    steps = request.GET.get("steps", "")
    return int(steps) if steps.isdecimal() and len(steps) < 4 else 1


def about(
    request: HttpRequest,
    ticket: Ticket,
    frame: frames.Frame,
    read: thread.Thread,
    related: list[thread.Relation],
    form: ComposeForm | None,
) -> dict[str, Any]:
    """What the panes of one conversation need."""
    only = request.GET.get("only", "")
    place = address(request, ticket.pk)
    beside, token = _query(place), form_token(request)
    do = facts.Form(links.to("desk:inbox:do", ticket.pk) + beside, token)
    others = here.others(ticket.pk, request.actor)
    said = links.to("desk:inbox:said", ticket.pk)
    return _known(ticket, request.actor, frame, related, do) | {
        "ticket": ticket,
        "thread": read,
        "entries": drawn.entries(read.entries, frame.people, said=said, beside=beside, csrf_token=token),
        "only": only if only in thread.ONLY else "",
        "onlies": tuple(thread.ONLY.items()),
        "steps": _steps(request),
        "more_steps": _steps(request) + 1,
        "frame": frame,
        "naps": tuple(moves.NAPS.items()),
        "words": Words.typed(form) if form else Words.fresh(ticket, read.newest),
        "here_names": render_to_string("parts/_here.html", {"others": others}) if others else "",
        "address": place,
        "beside": beside,
        "do_address": do.address,
        "csrf_token": token,
        "here": "inbox",
    }


def _known(
    ticket: Ticket, actor: Actor, frame: frames.Frame, related: list[thread.Relation], do: facts.Form
) -> dict[str, Any]:
    """What is known about the request, and what this person may do with it."""
    works = access.works_on(actor, ticket.assignee_id)
    next_steps, people = ticket.kind.next(ticket.status), frame.people.values()
    return {
        "related": related,
        "affected": thread.affected(ticket, related) if ticket.is_incident else 0,
        "works": works,
        "assignee_away": next((one.away.capitalize() for one in people if one.id == ticket.assignee_id), ""),
        "may_assign_others": access.may(actor, "assign_others", access.COMPANY_DESK),
        "may_delete": access.may(actor, "delete", access.COMPANY_DESK),
        "may_be_incident": works and not ticket.parent_id,
        "can_rest": works and ticket.is_active and not ticket.is_snoozed,
        "next_steps": next_steps,
        "solves": tuple(one.key for one in next_steps if one.category == "solved"),
        "facts": facts.drawn(ticket, frame, next_steps, do, works=works),
        "earlier": facts.earlier(related),
        "colleagues": facts.colleagues(people, actor, but=[ticket.assignee_id], loads=True),
        "followers": facts.colleagues(people, actor, but=ticket.watchers, loads=False),
        "due_value": f"{localtime(ticket.sla_due_at):%Y-%m-%dT%H:%M}" if ticket.sla_due_at else "",
        "controls": controls(ticket.kind, ticket.fields, {}),
        "watchers": [(key, frame.people[key].name if key in frame.people else "") for key in ticket.watchers],
    }


@dataclass(frozen=True, slots=True)
class Listing:
    """Which list stands beside a conversation, and the statements that its panes have to send."""

    shelf: shelves.Shelf
    wanted: lists.Wanted
    cursor: str | None
    asked: tuple[Asking, ...]


def listing(request: HttpRequest, frame: frames.Frame) -> Listing:
    """What the address asks for; a list as nearly everybody wants it leaves with the saved views."""
    shelf = shelves.find(shelves.of(request.actor, frame), request.GET.get("view", ""))
    wanted, cursor = lists.read(request.GET, frame, shelf.key), request.GET.get("cursor")
    saved = recipes.asking(request.actor, "view")
    asked = (saved,) if cursor or not wanted.is_plain else (saved, lists.asking(request.actor, shelf))
    return Listing(shelf, wanted, cursor, asked)


def panes(
    request: HttpRequest, frame: frames.Frame, listed: Listing, found: list[Any], ticket: Ticket | None = None
) -> dict[str, Any]:
    """What the panes of views and list need, out of what the listing found; Invalid for a cursor that is none."""
    known, wanted, shelf = shelves.of(request.actor, frame), listed.wanted, listed.shelf
    cursor = listed.cursor if ticket is None else None
    matching = partial(lists.rows, request.actor, shelf, wanted, frame)
    has_pins = not cursor and not wanted.words and frame.numbers.get("pinned", 1)
    pinned = lists.pinned(matching(), frame.kinds) if has_pins and ticket is None else []
    held = {one.pk for one in pinned}
    is_read = len(found) > 1
    part = lists.beginning(found[1], frame.kinds) if is_read else lists.page(matching(), wanted, cursor, frame.kinds)
    shown, query = columns.chosen(request.profile), wanted.query()
    back = address(request, ticket.pk) if ticket else links.to("desk:inbox") + query
    rows = [*pinned, *(one for one in part.rows if one.pk not in held)]
    hits = searching.hits(rows, wanted.words, request.actor) if wanted.words else {}
    return {
        "views": drawn.views(known, "" if wanted.words else shelf.key),
        "saved": drawn.saved((one.name, recipes.query(one)) for one in found[0]),
        "shelf": shelf,
        "wanted": wanted,
        "query": query,
        "live_query": wanted.query(cursor=cursor or "", part="list"),
        "sorts": drawn.sorts(wanted),
        "sort_label": lists.SORTS[wanted.sort],
        "filters": SafeString("".join(drawn.filters(lists.filters(frame), dict(wanted.filters)))),
        "pick_columns": drawn.columns(shown, query=query, back=back, csrf_token=form_token(request)),
        "chosen": dict(wanted.filters),
        "rows": drawn.rows(rows, shown, frame, query=query, opened=ticket.pk if ticket else None, hits=hits),
        "next_query": wanted.query(cursor=part.next_cursor) if part.next_cursor else "",
        "is_first": not cursor,
        "frame": frame,
        "bulk_people": drawn.assignees(frame),
        "naps": tuple(moves.NAPS.items()),
        "show": _shown(request, ticket),
        **_of_managers(request.actor, frame),
        "listed_alone": ticket is None,
        "csrf_token": form_token(request),
        "here": "inbox",
    }


def _of_managers(actor: Actor, frame: frames.Frame) -> dict[str, Any]:
    """What stands beside the views for those who lead."""
    held = frame.numbers.get(counting.KEY, 0)
    return {"leads": actor.role in access.MANAGERS, "held_mail": counting.in_words(held)}


def _shown(request: HttpRequest, ticket: Ticket | None) -> str:
    """The pane that a narrow window shows."""
    wanted = request.GET.get("show", "")
    return wanted if wanted in SHOWS else "talk" if ticket else "list"


def _part_of(request: HttpRequest) -> str:
    return "inbox/_list.html" if request.GET.get("part") == "list" else "inbox/_panes.html"


def _query(place: str) -> str:
    _, mark, query = place.partition("?")
    return mark + query
