"""Lists of tickets: narrowed, ordered and paged, in the same number of statements however long they are."""

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from portico import keyset
from portico.actor import Actor
from portico.database.kept import Kept
from portico.errors import Invalid
from tenant_apps.tickets import access, kinds, priority, searching
from tenant_apps.tickets.api import found
from tenant_apps.tickets.api.bodies import ticket_body
from tenant_apps.tickets.api.shapes import one_of
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.models.ticket import DATES, TicketQuerySet
from tenant_apps.tickets.priority import LEVELS


def page(actor: Actor, query: dict[str, Any], rows: TicketQuerySet | None = None) -> dict[str, Any]:
    """One page of what the actor sees and asks for; without those that were merged into others."""
    access.require(actor, "see", found.HOME)
    if rows is None and query.keys() <= _PLAIN and query["sort"].endswith(_SORTS):
        kept = _BEGINNING(actor.shape, query["sort"], query["limit"], me=actor.id)
        part = keyset.cut(kept, query["limit"], query["sort"].removeprefix("-"))
    else:
        rows = Ticket.objects.visible_to(actor, found.HOME) if rows is None else rows
        part = _paged(_narrowed(actor, rows.standing(), query), query)
    kinds.attach(part.rows, kinds.load())
    for_agent = access.is_agent(actor)
    results = [ticket_body(row, for_agent=for_agent) for row in part.rows]
    return {"results": results, "next_cursor": part.next_cursor}


def _beginning(shape: Actor, sort: str, limit: int, *, me: UUID) -> QuerySet[Ticket]:
    """The first page of all that somebody sees: what most programs ask for."""
    rows = Ticket.objects.visible_to(shape.who(me), found.HOME).standing()
    key = "-id" if sort.startswith("-") else "id"
    return rows.order_by(*([key] if sort.endswith("created_at") else [sort, key]))[: limit + 1]


_BEGINNING = Kept(_beginning)
_PLAIN, _SORTS = {"sort", "limit"}, ("created_at", "last_activity_at")


def _narrowed(actor: Actor, rows: TicketQuerySet, query: dict[str, Any]) -> TicketQuerySet:
    department = one_of(query, "department", "category")
    plain: dict[str, Any] = {name: query[name] for name in ("status", "type", "channel") if name in query}
    plain |= {"department": department} if department else {}
    plain |= {"team_id": query["team"]} if "team" in query else {}
    plain |= {"requester_id": query["user"]} if "user" in query else {}
    plain |= {"tags__contains": [query["tag"]]} if "tag" in query else {}
    plain |= _assigned(actor, query["assigned_to"]) if "assigned_to" in query else {}
    if "priority" in query:
        rows = rows.filter(_of_priority(query["priority"]))
    if "unread" in query:
        rows = rows.exclude(unread_by_agent=0) if query["unread"] == "true" else rows.filter(unread_by_agent=0)
    for name, column in DATES.items():
        rows = rows.between(column, query.get(f"{name}_from"), query.get(f"{name}_to"))
    return searching.about(rows.filter(**plain), query.get("search", ""), actor)


def _of_priority(spelling: str) -> Q:
    """The points of the matrix that have this priority."""
    wanted = priority.priority_of(*priority.axes_of(spelling))
    rows = {one: [two for two in LEVELS if priority.priority_of(one, two) == wanted] for one in LEVELS}
    return reduce(or_, (Q(urgency=one, importance__in=some) for one, some in rows.items() if some))


def _assigned(actor: Actor, who: str) -> dict[str, Any]:
    if who in {"none", "unassigned"}:
        return {"assignee_id": None}
    if who == "me":
        return {"assignee_id": actor.id}
    try:
        return {"assignee_id": UUID(who)}
    except ValueError:
        raise Invalid({"assigned_to": ["Please send an id, `me` or `none`."]}) from None


def _paged(rows: TicketQuerySet, query: dict[str, Any]) -> keyset.Page[Ticket]:
    sort, cursor, limit = query["sort"], query.get("cursor"), query["limit"]
    if sort.endswith("created_at"):
        newest = sort.startswith("-")
        return keyset.by_key(rows, "created_at", key=UUID, cursor=cursor, limit=limit, latest_first=newest)
    if not sort.endswith("last_activity_at"):
        way = "-moment" if sort.startswith("-") else "moment"
        return keyset.ordered(rows.with_moment(sort), way, key=UUID, cursor=cursor, limit=limit)
    return keyset.ordered(rows, sort, key=UUID, cursor=cursor, limit=limit)
