"""What stands on the board: the cards of every column and lane, in two statements however many there are."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, Q, Value
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from portico.actor import Actor
from tenant_apps.desk.board.columns import Column, Layout, steps_from
from tenant_apps.desk.inbox import lists
from tenant_apps.desk.inbox.frame import Frame
from tenant_apps.tickets import access, kinds, priority
from tenant_apps.tickets.models import Ticket

LANES = {"": "None", "urgency": "Urgency", "importance": "Importance", "assignee": "Assignee"}
MOST, MOST_IN_LANES, MOST_OF_ONE, MOST_PEOPLE = 15, 5, 100, 6
_COLUMNS = (
    *("id", "number", "desk", "type", "subject", "status", "category", "urgency", "importance", "requester_name"),
    *("assignee_id", "assignee_name", "unread_by_agent", "is_pinned", "is_snoozed", "is_incident", "sla_due_at"),
)


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the board: its name and drawing, and what stands in it."""

    key: str
    label: str
    icon: str
    condition: Q


@dataclass(frozen=True, slots=True)
class Card:
    """One request. `moves` are the buttons that lead it on, `to` their columns; both are empty for others' work."""

    ticket: Ticket
    to: str
    moves: SafeString | str


@dataclass(slots=True)
class Cell:
    """The cards of one column in one lane; `has_more` when not all fit."""

    column: Column
    cards: list[Card] = field(default_factory=list)
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A lane with its cells, one for each column."""

    lane: Lane
    cells: list[Cell]


def lanes(by: str, actor: Actor, frame: Frame) -> list[Lane]:
    """The lanes of a choice. Of agents those with open requests are named, oneself first; all others share one lane."""
    if by in ("urgency", "importance"):
        icon = "bolt" if by == "urgency" else "target"
        return [Lane(one, one.capitalize(), icon, Q(**{by: one})) for one in priority.LEVELS]
    if by != "assignee":
        return [Lane("", "", "", Q())]
    busy = sorted(frame.people.values(), key=lambda one: (one.id != actor.id, -one.load))
    named = [one for one in busy if one.load or one.id == actor.id][:MOST_PEOPLE]
    found = [Lane(str(one.id), one.name, "user", Q(assignee_id=one.id)) for one in named]
    nobody = Lane("none", "Nobody", "inbox", Q(assignee_id=None))
    rest = Q(assignee_id__isnull=False) & ~Q(assignee_id__in=[one.id for one in named])
    return [*found, nobody, Lane("others", "Others", "people", rest)]


def read(actor: Actor, frame: Frame, layout: Layout, wanted: lists.Wanted, by: str = "", more: str = "") -> list[Row]:
    """The lanes that hold anything, at least one. The column named by `more` shows as many as fit at all."""
    known = lanes(by, actor, frame)
    most = MOST if len(known) == 1 else MOST_IN_LANES
    seen = lists.matching(actor, wanted, frame).filter(layout.condition)
    places = list(product(known, layout.columns))
    parts: list[Any] = [
        seen.filter(lane.condition, column.condition)
        .annotate(place=Value(place, output_field=IntegerField()))
        .order_by("-last_activity_at", "-id")
        .values_list("place", "pk")[: (MOST_OF_ONE if column.key == more else most) + 1]
        for place, (lane, column) in enumerate(places)
    ]
    keys: dict[int, list[UUID]] = defaultdict(list)
    for place, key in parts[0].union(*parts[1:], all=True) if parts else ():
        keys[place].append(key)
    tickets = _tickets([key for some in keys.values() for key in some], frame)
    draw = _Drawer(actor, layout)
    cells = []
    for place, (_, column) in enumerate(places):
        found = [tickets[key] for key in keys[place] if key in tickets]
        limit = MOST_OF_ONE if column.key == more else most
        cells.append(Cell(column, [draw.card(one) for one in found[:limit]], len(found) > limit))
    width = len(layout.columns)
    rows = [Row(lane, cells[at * width : (at + 1) * width]) for at, lane in enumerate(known)]
    return [row for row in rows if any(cell.cards for cell in row.cells)] or rows[:1]


def _tickets(keys: list[UUID], frame: Frame) -> dict[UUID, Ticket]:
    """The requests with these keys, which were found through `visible_to`; the order of a list does not matter here."""
    found = {one.pk: one for one in Ticket.objects.filter(pk__in=keys).only(*_COLUMNS)} if keys else {}
    kinds.attach(found.values(), frame.kinds)
    return found


class _Drawer:
    """Draws cards; what all requests of one type and status have in common is drawn once."""

    def __init__(self, actor: Actor, layout: Layout) -> None:
        self._actor, self._layout = actor, layout
        self._steps: dict[tuple[str, str], list[tuple[str, str, str]]] = {}

    def card(self, ticket: Ticket) -> Card:
        if not access.works_on(self._actor, ticket.assignee_id):
            return Card(ticket, "", "")
        known = (ticket.type, ticket.status)
        if known not in self._steps:
            ways = steps_from(self._layout, ticket.kind, ticket.status)
            self._steps[known] = [(column, one.key, one.label) for column, one in ways]
        steps = self._steps[known]
        start = f"{ticket.pk}:{ticket.status}"
        pattern = '<button class="pick" name="move" value="{}:{}" data-to="{}">{}</button>'
        buttons = format_html_join("", pattern, ((start, key, column, label) for column, key, label in steps))
        return Card(ticket, " ".join(column for column, _, _ in steps), buttons)
