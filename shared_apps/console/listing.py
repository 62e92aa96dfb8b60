"""What the pages show of the queue: as a table, or beside the ticket that is open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portico import keyset, links
from portico.actor import Actor
from portico.drawing import Drawing
from portico.templatetags.portico import door, face, prio, status, times
from shared_apps.accounts.models import User
from shared_apps.console import desk, saved
from shared_apps.console import queue as lists
from shared_apps.console.forms import FilterForm
from shared_apps.console.incidents import reading
from shared_apps.console.models import TicketIndex
from shared_apps.console.queue import NOWHERE, Filters, Wanted
from tenant_apps.tickets import access, catalogue, levels, priority, workflow

_ROW = Drawing("parts/_request.html")
_WAYS = {"me": "Mine", "unassigned": "Unassigned", "all": "All"}
STAGES = {"new": "New", "open": "Being worked on", "waiting": "Waiting", "on_hold": "On hold", "solved": "Solved"}
STAGES |= {"closed": "Closed"}
TYPES = {"support": "Support", "website_design": "Website design"}
_MOMENTS = {"created": "Created", "active": "Last activity", "closed": "Closed"}
_ESCALATED = {"any": "To anybody", "engineer": "To engineers", "supervisor": "To supervisors"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the queue can be narrowed to: its words, how many it leads to, and where it is chosen."""

    key: str
    label: str
    address: str
    number: str = ""
    is_on: bool = False


def whole(request: HttpRequest) -> dict[str, Any]:
    """What the queue's own page needs; Invalid for a cursor that is none."""
    cursor, actor = request.GET.get("cursor"), request.actor
    wanted = FilterForm(request.GET).wanted(actor)
    page = lists.queue(actor, wanted.filters, cursor)
    kept = saved.shown_to(actor)
    numbers = lists.counts(actor, lists.beside(actor, wanted.filters) | saved.filters_of(kept))
    staff = desk.staff()
    return _narrowing(wanted, actor, numbers, staff, page.rows) | {
        "rows": page.rows,
        "views": [(one, numbers.get(f"view:{one.pk}", ""), one.owner_id == actor.id or actor.sees_all) for one in kept],
        "steps": workflow.STATUSES,
        "levels": priority.LEVELS,
        "staff": staff if access.may(actor, "assign_others") else [],
        "incidents": reading.open_for(actor),
        "query": wanted.query(),
        "live_query": wanted.query(cursor=cursor or "", part="rows"),
        "is_unknown": wanted.filters.company_id == NOWHERE,
        "order": wanted.filters.order,
        "is_first": not cursor,
        "first_query": wanted.query(),
        "next_query": wanted.query(cursor=page.next_cursor) if page.next_cursor else "",
    }


@dataclass(frozen=True, slots=True)
class Beside:
    """The list that a ticket was opened from, from its beginning; the rows have no companies yet."""

    wanted: Wanted
    page: keyset.Page[TicketIndex]


def find_beside(request: HttpRequest) -> Beside:
    """What the address asks for."""
    wanted = FilterForm(request.GET).wanted(request.actor)
    return Beside(wanted, lists.bare(request.actor, wanted.filters))


def beside(request: HttpRequest, found: Beside, opened: int | None = None) -> dict[str, Any]:
    """What the list beside a ticket needs; its rows have their companies by now."""
    wanted, page = found.wanted, found.page
    return {
        "requests": list(_rows(page.rows, wanted.query(), opened)),
        "query": wanted.query(),
        "beside": wanted.query(),
        "live_query": wanted.query(part="beside"),
        "next_query": wanted.query(cursor=page.next_cursor) if page.next_cursor else "",
        "chips": list(chips(wanted, request.actor, rows=page.rows)),
    }


def query_of(request: HttpRequest) -> str:
    """The list that a ticket was opened from, as the end of an address."""
    return FilterForm(request.GET).wanted(request.actor).query() if request.GET else ""


def _narrowing(
    wanted: Wanted, actor: Actor, numbers: dict[str, str], staff: list[User], rows: list[TicketIndex]
) -> dict[str, Any]:
    filters = wanted.filters
    return {
        "ways": [
            Choice(key, label, wanted.query(assigned=key), numbers.get(f"assigned:{key}", ""), filters.assigned == key)
            for key, label in _WAYS.items()
        ],
        "covers": [
            Choice(
                key,
                catalogue.label_of(key).lower(),
                wanted.query(subject="" if key == filters.subject else key),
                numbers[f"subject:{key}"],
                key == filters.subject,
            )
            for key in sorted(actor.covers)
        ],
        "raised": _raised(wanted, actor, numbers),
        "menus": _menus(filters, actor, numbers, staff),
        "filters": filters,
        "days": _days(filters),
        "refused": wanted.refused,
        "company_name": wanted.company,
        "chips": list(chips(wanted, actor, staff, rows)),
    }


def _raised(wanted: Wanted, actor: Actor, numbers: dict[str, str]) -> Choice | None:
    """What was escalated to whoever looks; None while there is nothing."""
    key = lists.escalated_to(actor)
    is_on = bool(key) and wanted.filters.escalated == key
    if not key or (numbers["escalated"] in ("0", "") and not is_on):
        return None
    address = wanted.query(escalated="" if is_on else key)
    return Choice(key, f"escalated to {levels.MANY[levels.BY_NAME[key]]}", address, numbers["escalated"], is_on)


def _menus(filters: Filters, actor: Actor, numbers: dict[str, str], staff: list[User]) -> list[dict[str, Any]]:
    """The filters that are chosen from a list: their names, what is chosen in each, and what can be."""
    steps = [(one.key, _counted(one.label, numbers[f"status:{one.key}"])) for one in workflow.STATUSES]
    levels = [(one, f"{one}, {priority.WORDS[one]}") for one in priority.PRIORITIES]
    people = [("me", "Me"), ("unassigned", "Nobody"), *((str(one.pk), one.name) for one in staff if one.pk != actor.id)]
    said = {"status": filters.status, "subject": filters.subject, "priority": filters.priority}
    said["assigned"] = "" if filters.assigned == "all" else filters.assigned
    choices = {"status": steps, "subject": list(catalogue.labels().items()), "priority": levels, "assigned": people}
    said |= {"unread": "1" if filters.unread else "", "category": filters.category, "type": filters.type}
    choices |= {"unread": [("1", "Unread only")], "category": list(STAGES.items()), "type": list(TYPES.items())}
    words = {"status": "Status", "subject": "Subject", "priority": "Priority", "assigned": "Assignee"}
    words |= {"category": "Stage", "type": "Type", "unread": "Read or not", "escalated": "Escalated"}
    said["escalated"], choices["escalated"] = filters.escalated, list(_ESCALATED.items())
    return [{"name": name, "label": words[name], "now": said[name], "choices": choices[name]} for name in words]


def _counted(label: str, number: str) -> str:
    return f"{label} ({number})" if number not in ("0", "") else label


def _days(filters: Filters) -> list[dict[str, Any]]:
    """The days that each moment can lie between, as they are chosen now."""
    ends = ("from", "to")
    return [
        {"name": name, "label": label, "ends": [(end, str(filters.day(f"{name}_{end}") or "")) for end in ends]}
        for name, label in _MOMENTS.items()
    ]


def chips(
    wanted: Wanted, actor: Actor, staff: Iterable[User] = (), rows: Iterable[TicketIndex] = ()
) -> Iterator[Choice]:
    """What the list is narrowed to, each with its address without that."""
    now = wanted.filters
    if now.words:
        yield Choice("words", now.words, wanted.query(q=""))
    if now.status:
        yield Choice("status", workflow.BY_KEY[now.status].label.lower(), wanted.query(status=""))
    if now.subject:
        yield Choice("subject", catalogue.label_of(now.subject).lower(), wanted.query(subject=""))
    if wanted.company:
        yield Choice("company", wanted.company, wanted.query(company=""))
    if now.assigned != "all":
        yield Choice("assigned", _whose(now.assigned, actor, staff), wanted.query(assigned=""))
    if now.priority:
        yield Choice("priority", now.priority, wanted.query(priority=""))
    if now.unread:
        yield Choice("only", "unread", wanted.query(unread=""))
    if now.incident_id:
        yield Choice("incident", f"INC-{now.incident_id}", wanted.query(incident=""))
    if now.escalated:
        yield Choice("escalated", _ESCALATED[now.escalated].lower(), wanted.query(escalated=""))
    if now.category:
        yield Choice("stage", STAGES[now.category].lower(), wanted.query(category=""))
    if now.type:
        yield Choice("type", TYPES[now.type].lower(), wanted.query(type=""))
    if now.requester_id:
        yield Choice("requester", next((one.requester_name for one in rows), "one person"), wanted.query(requester=""))
    for name, label in _MOMENTS.items():
        for end, words in (("from", "since"), ("to", "until")):
            if day := now.day(f"{name}_{end}"):
                without = wanted.query(**{f"{name}_{end}": ""})
                yield Choice(f"{label.lower()} {words}", formats.date_format(day, "j M Y"), without)


def _whose(assigned: str, actor: Actor, staff: Iterable[User]) -> str:
    words = {"me": "me", "unassigned": "nobody", str(actor.id): "me"}
    return words.get(assigned) or next((one.name for one in staff if str(one.pk) == assigned), "a colleague")


def _rows(rows: Iterable[TicketIndex], query: str, opened: int | None) -> Iterator[SafeString]:
    """The list beside a ticket in the workspace's own rows, with whose company asks."""
    queue, said = links.to("console:queue"), times("short")
    for row in rows:
        yield _ROW(
            key=str(row.pk),
            address=f"{queue}/{row.pk}{query}",
            number=row.number,
            subject=row.sub_subject or catalogue.label_of(row.subject),
            status=status(row.workflow_status, only_mark=True),
            is_open=row.pk == opened,
            is_unread=row.unread,
            requester=_house(row),
            department=catalogue.label_of(row.subject) if row.sub_subject else "",
            active=said(row.last_activity_at),
            priority=prio(row.priority),
            shows_assignee=True,
            assignee=row.assignee_name,
            face=face(row.assignee_name, size="xs"),
        )


def _house(row: TicketIndex) -> SafeString:
    return format_html('<span class="house">{}{}</span>', door(row.company, size="xs"), row.company.name)
