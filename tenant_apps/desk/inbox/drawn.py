"""What the panes of the inbox show many of: views, rows and entries, each as its template says it."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from portico import links
from portico.drawing import Drawing
from portico.templatetags.portico import day, face, icon, prio, status, times
from tenant_apps.desk.inbox.columns import COLUMNS
from tenant_apps.desk.inbox.frame import Frame
from tenant_apps.desk.inbox.lists import DAYS, SORTS, Wanted
from tenant_apps.desk.inbox.shelves import Shelf
from tenant_apps.desk.templatetags.inbox import beginning, due, is_long, spaced, spoken, via
from tenant_apps.desk.timeline import Entry
from tenant_apps.notices import delivery
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.searching import Hit

_MOST_TAGS = 4
_VIEW, _ROW = Drawing("inbox/_view.html"), Drawing("parts/_request.html")
_SORT, _SAVED = Drawing("inbox/_sort.html"), Drawing("inbox/_saved.html")
_FILTER, _COLUMNS = Drawing("inbox/_filter.html"), Drawing("inbox/_columns.html")
_ABOVE, _MESSAGE, _EVENT = Drawing("inbox/_above.html"), Drawing("inbox/_message.html"), Drawing("parts/_event.html")


def views(shelves: Iterable[Shelf], current: str) -> SafeString:
    """The views with their numbers, under the headings of their groups; `current` is the key of the open one."""
    inbox, group, found = links.to("desk:inbox"), "", []
    for place, one in enumerate(shelves, 1):
        found.append(
            _VIEW(
                place=place,
                heading=one.group if one.group != group else "",
                address=f"{inbox}?{_end(one.key)}",
                is_current=one.key == current,
                icon=icon(one.icon, "s"),
                label=one.label,
                number=one.number,
            )
        )
        group = one.group
    return _joined(found)


def saved(found: Iterable[tuple[str, str]]) -> SafeString:
    """The views that somebody keeps: names and the ends of their addresses."""
    inbox = links.to("desk:inbox")
    return _joined(_SAVED(place=place, address=inbox + end, name=name) for place, (name, end) in enumerate(found, 1))


def sorts(wanted: Wanted) -> SafeString:
    """The orders of the list, each an address of its own."""
    inbox = links.to("desk:inbox")
    return _joined(
        _SORT(address=inbox + wanted.query(sort=key), label=label, is_current=key == wanted.sort)
        for key, label in SORTS.items()
    )


def filters(choices: Mapping[str, Mapping[str, str]], chosen: Mapping[str, str]) -> list[SafeString]:
    """The filters of the list with what is chosen in each; those without choices are typed, days among them."""
    return [_filter(name, some, chosen.get(name, "")) for name, some in choices.items()]


def columns(shown: Mapping[str, bool], *, query: str, back: str, csrf_token: str) -> SafeString:
    """The menu of the list: taking it along as it is asked for (`query`), and what a row shows, which leads `back`."""
    each = tuple((key, label, shown[key]) for key, label in COLUMNS.items())
    return _COLUMNS(columns=each, query=query, back=back, csrf_token=csrf_token)


def assignees(frame: Frame) -> SafeString:
    """Everybody to whom several requests can be given at once; nobody for who may not assign to others."""
    people = frame.people.values() if frame.may_assign else ()
    each = ((one.id, one.name, one.load) for one in people)
    return format_html_join("", '<option value="assign:{}">{} ({})</option>', each)


def rows(
    tickets: Iterable[Ticket],
    shown: Mapping[str, bool],
    frame: Frame,
    *,
    query: str,
    opened: UUID | None,
    hits: Mapping[UUID, Hit] = MappingProxyType({}),
) -> list[SafeString]:
    """Requests with the details that are `shown`; each leads to its conversation, beside the same list (`query`).

    `hits` says in which words of theirs something was found.
    """
    inbox, said = links.to("desk:inbox"), times("short")
    return [
        _row(one, shown, frame.departments, inbox, query, said, one.pk == opened, hits.get(one.pk)) for one in tickets
    ]


def entries(
    found: Iterable[Entry], people: dict[UUID, Any], *, said: str, beside: str, csrf_token: str
) -> list[SafeString]:
    """A conversation with the dates above it. `said` is where messages are worked on, `beside` the list's query."""
    form, clock = {"said": said, "beside": beside, "csrf_token": csrf_token}, times("clock")
    return [
        SafeString(_above(one) + (_message(one, people, clock, form) if one.message else _event(one, clock)))
        for one in found
    ]


@lru_cache(2_000)
def _end(shelf: str) -> str:
    """How the address of a view ends."""
    return urlencode({"view": shelf})


def _joined(parts: Iterable[str]) -> SafeString:
    return SafeString("".join(parts))


def _filter(name: str, choices: Mapping[str, str], now: str) -> SafeString:
    options = tuple((key, label, key == now) for key, label in choices.items())
    return _FILTER(name=name, words=spaced(name), choices=options, now="" if options else now, is_day=name in DAYS)


def _row(
    ticket: Any,
    shown: Mapping[str, bool],
    departments: Mapping[str, str],
    inbox: str,
    query: str,
    said: Callable[[Any], SafeString],
    opened: bool,
    hit: Hit | None,
) -> SafeString:
    key = str(ticket.pk)
    return _ROW(
        key=key,
        is_choosable=True,
        address=f"{inbox}/{key}{query}",
        number=ticket.number,
        subject=ticket.subject,
        status=status(ticket.workflow_status, only_mark=True),
        is_open=opened,
        is_unread=ticket.unread_by_agent > 0,
        is_pinned=ticket.is_pinned,
        is_snoozed=ticket.is_snoozed,
        is_incident=ticket.is_incident,
        shows_number=shown["number"],
        shows_assignee=shown["assignee"],
        active=said(ticket.last_activity_at) if shown["activity"] else "",
        requester=ticket.requester_name if shown["requester"] else "",
        type=ticket.kind.label if shown["type"] else "",
        department=departments.get(ticket.department, "") if shown["department"] else "",
        opened=said(ticket.created_at) if shown["opened"] else "",
        excerpt=ticket.excerpt if shown["excerpt"] and not hit else "",
        found=_found(hit) if hit else "",
        due=due(ticket),
        priority=prio(ticket.priority) if shown["priority"] else "",
        assignee=ticket.assignee_name,
        face=face(ticket.assignee_name, size="xs"),
        tags=tuple(ticket.tags[:_MOST_TAGS]) if shown["tags"] else (),
    )


def _found(hit: Hit) -> SafeString:
    """The words around what was looked for, and whose they are."""
    who = f"{hit.who}{' (note)' if hit.is_note else ''}: " if hit.who else ""
    pieces = ((format_html("<mark>{}</mark>", text) if is_word else text,) for text, is_word in hit.pieces)
    return format_html("{}{}", who, format_html_join("", "{}", pieces))


def _above(entry: Entry) -> str:
    if not entry.opens_day and not entry.opens_unread:
        return ""
    return _ABOVE(day=day(entry.at) if entry.opens_day else "", is_news=entry.opens_unread)


def _event(entry: Entry, clock: Callable[[Any], SafeString]) -> str:
    drawing, at = icon(entry.icon or "info", "s"), clock(entry.at)
    return _EVENT(text=entry.text, drawing=drawing, tone=entry.tone, at=at)


def _message(entry: Entry, people: dict[UUID, Any], clock: Callable[[Any], SafeString], form: Mapping[str, str]) -> str:
    message: Any = entry.message
    way, mailed = via(message, entry.side), delivery.of(message) if entry.side == "agent" else None
    is_held = message.is_held()
    return _MESSAGE(
        key=message.pk,
        sender=message.sender_name,
        side=entry.side,
        is_note=entry.side == "note",
        is_agent=entry.side == "agent",
        is_mine=entry.is_mine,
        follows=entry.follows,
        face=face(message.sender_name),
        at=clock(message.created_at),
        words=spoken(entry.html, message, people),
        start=beginning(message) if is_long(message) else "",
        files=render_to_string("parts/_files.html", {"files": message.files}) if message.files else "",
        is_held=is_held,
        goes_out=f"{timezone.localtime(message.sends_at):%H:%M:%S}" if is_held else "",
        way=icon(("alert" if mailed.is_lost else "mail") if mailed else way["icon"], "s"),
        way_words=mailed.words if mailed else way["words"],
        came_by_mail=entry.side == "customer" and message.channel == "email",
        mailed_to=mailed.to if mailed else "",
        mailed_why=mailed.why if mailed else "",
        is_lost=bool(mailed and mailed.is_lost),
        is_edited=message.is_edited,
        reactions=tuple((sign, tuple(one[1] for one in who)) for sign, who in message.reactions.items()),
        **form,
    )
