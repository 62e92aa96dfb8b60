"""The shown list as a file: all of it, and of each request what the workspace shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.views.decorators.http import require_safe

from portico import asks, clock, downloads, keyset
from portico.actor import Actor
from portico.context import request_id
from portico.database import company_scope
from portico.database.kept import together
from portico.events import record
from shared_apps.accounts.confirming import surely_taking
from tenant_apps.desk.inbox import frame as frames
from tenant_apps.desk.inbox import lists, shelves
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.tickets import access, kinds
from tenant_apps.tickets.models import Ticket

AT_ONCE = 500
ENDED = "The list ends here: you do not see these requests any more."
# A column of the file -> that of the ticket.
_AS_KEPT = {
    **{name: name for name in ("number", "subject", "status", "type", "priority", "urgency", "importance")},
    "requester": "requester_name",
    "requester_email": "requester_email",
    "assignee": "assignee_name",
    "department": "department",
    "tags": "tags",
    "created": "created_at",
    "last_activity": "last_activity_at",
    "first_reply": "first_reply_at",
    "due": "sla_due_at",
    "solved": "solved_at",
    "closed": "closed_at",
}
_READ = ("desk", "category", "fields", *(name for name in _AS_KEPT.values() if name != "priority"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to take along, and how they asked."""

    request: HttpRequest
    form: str
    shelf: shelves.Shelf
    wanted: lists.Wanted
    frame: frames.Frame

    @property
    def told(self) -> dict[str, Any]:
        """What the journal says about it."""
        words = {"q": self.wanted.words} if self.wanted.words else {"view": self.shelf.key}
        return {"form": self.form, "narrowed": words | dict(self.wanted.filters)}

    @property
    def names(self) -> list[str]:
        """The columns, last those of the custom fields of the types that are asked for."""
        only = dict(self.wanted.filters).get("type")
        types = (one for one in self.frame.kinds.values() if not one.is_fixed and only in (None, one.key))
        own = dict.fromkeys(f"fields.{field.key}" for one in types for field in one.fields)
        return [*_AS_KEPT, *own]


@require_safe
@agents_only
@surely_taking
def export(request: HttpRequest, form: str) -> Any:
    """The list of the inbox as a file. That it was asked for is written down first, what came of it in the end.

    The file is no snapshot. Its rows are read in pages, each in a short transaction of its own: a request stands in it
    as it was when its page was read, and once, for the pages follow the keys (newest first), which never change, and
    not the order of the list, in which requests move while the file is written. One that comes into the list behind
    the reader is not in it. Every page is read as the person who asked stands at that moment: what they do not see any
    more is left out, and when they may not be here any more the file ends with a line that says so.
    """
    frame = frames.standing(request.actor, *together(*frames.asking()))
    shelf = shelves.find(shelves.of(request.actor, frame), request.GET.get("view", ""))
    wish = Wish(request, form, shelf, lists.read(request.GET, frame, shelf.key), frame)
    record("ticket.export.begin", None, by=request.actor, **wish.told)
    name = f"requests-{request.door.company.slug}-{clock.now():%Y-%m-%d}"
    return downloads.as_download(_pieces(wish, request.actor, request_id.get()), form, name)


def _pieces(wish: Wish, by: Actor, number: str) -> Iterator[str]:
    """The file, page by page; however it ends, the journal hears how many rows went into it."""
    rows, is_whole = 0, False
    cursor: str | None = ""
    try:
        if wish.form == "csv":
            yield downloads.head(wish.names)
        while cursor is not None:
            page = _next(wish, cursor)
            if page is None:
                yield downloads.ending(wish.form, ENDED)
                return
            rows, cursor = rows + len(page.rows), page.next_cursor
            if page.rows:
                yield downloads.written(wish.form, (_row(one, wish.frame) for one in page.rows), wish.names)
        is_whole = True
    finally:
        _tell(wish, by, number, rows=rows, is_whole=is_whole)


def _next(wish: Wish, cursor: str) -> keyset.Page[Ticket] | None:
    """The rows that follow, for the asker as they stand now; None when they have no business here any more."""
    known = wish.request.door
    door = asks.door_of(known.host)
    if door is None or door.company is None or (door.company.key, door.state) != (known.company.key, "active"):
        return None
    with company_scope(door.company), transaction.atomic():
        actor = wish.request.actor_now()
        if not access.may(actor, "work", access.COMPANY_DESK):
            return None
        found = lists.standing_in(actor, wish.shelf, wish.wanted, wish.frame).only(*_READ)
        page = keyset.by_key(found, "created_at", key=UUID, cursor=cursor, limit=AT_ONCE)
    kinds.attach(page.rows, wish.frame.kinds)
    return page


def _row(ticket: Ticket, frame: frames.Frame) -> dict[str, Any]:
    """A request with the names that the workspace has for its values. Agents see every custom field of its type."""
    row = {name: getattr(ticket, kept) for name, kept in _AS_KEPT.items()}
    row |= {"status": ticket.workflow_status.label, "type": ticket.kind.label}
    row["department"] = frame.departments.get(ticket.department, ticket.department)
    return row | {f"fields.{one.key}": ticket.fields.get(one.key) for one in ticket.kind.fields}


def _tell(wish: Wish, by: Actor, number: str, **came: Any) -> None:
    """Write down what went out, under the number of the request that asked for it."""
    token = request_id.set(number)
    try:
        with company_scope(wish.request.door.company), transaction.atomic():
            record("ticket.export", None, by=by, **wish.told, **came)
    finally:
        request_id.reset(token)
