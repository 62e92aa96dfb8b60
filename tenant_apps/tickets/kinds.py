"""Ticket types: each owns its workflow and its custom fields. Presets are here; what a company changed is a setting.

Editing a type never breaks a ticket: a status or a field that is taken away stays, retired, for those that have it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tenant_apps.tickets import settings, workflow
from tenant_apps.tickets.workflow import Status

FIELD_KINDS = ("text", "number", "choice", "choices", "date", "checkbox", "regex")
MARKS = {
    "new": "new",
    "open": "progress",
    "waiting": "waiting",
    "on_hold": "engineering",
    "solved": "solved",
    "closed": "closed",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field. `required` is "", "create" or "solve"; `pattern` is a regular expression for `regex`."""

    key: str
    label: str
    kind: str = "text"
    required: str = ""
    visible: bool = True  # to customers
    options: tuple[str, ...] = ()
    pattern: str = ""
    help: str = ""
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A field is asked only while another has one of these answers; True and False are those of yes or no."""

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A ticket type: statuses in their order, which may follow which, and what a reply does."""

    key: str
    label: str
    statuses: tuple[Status, ...]
    transitions: Mapping[str, tuple[str, ...]]
    initial: str
    started: str  # where an assigned ticket goes from `initial`, and back; empty: assignment moves nothing
    woken: str  # where a customer's word moves what waited or was solved
    fields: tuple[Field, ...] = ()
    conditions: Mapping[str, Condition] = field(default_factory=dict)  # by field: when it is asked (`conditions`)
    solved_reply: str = "reopen"  # or "keep"
    closed_reply: str = "follow_up"  # or "reopen"
    is_public: bool = True  # customers may choose it for a new request
    is_fixed: bool = False
    is_retired: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)  # by status: more than so many are too many at once
    by_key: Mapping[str, Status] = field(default_factory=dict)

    def status(self, key: str, category: str = "open") -> Status:
        """The status with this key; one that the type has lost is drawn by its category."""
        return self.by_key.get(key) or Status(key, category, _words(key), _words(key), MARKS.get(category, "progress"))

    def next(self, key: str) -> tuple[Status, ...]:
        """The statuses that may follow."""
        known = self.by_key.get(key)
        allowed = self.transitions.get(key, ()) if known and not known.is_retired else tuple(self.by_key)
        found = (self.by_key[one] for one in allowed if one in self.by_key and one != key)
        return tuple(status for status in found if not status.is_retired)

    def first_of(self, category: str) -> Status | None:
        """The first status of a category, in the type's order."""
        return next((one for one in self.statuses if one.category == category and not one.is_retired), None)

    @property
    def open_fields(self) -> tuple[Field, ...]:
        """The fields that new values are taken for."""
        return tuple(one for one in self.fields if not one.is_retired)

    @property
    def fields_for_customers(self) -> tuple[Field, ...]:
        """Those that customers fill in. What depends on a field that they do not see is for agents to fill in."""
        return tuple(one for one in self.open_fields if self._is_shown(one))

    def field_named(self, key: str) -> Field | None:
        """The field with this key."""
        return next((one for one in self.fields if one.key == key), None)

    def _is_shown(self, one: Field | None) -> bool:
        if one is None or not one.visible:
            return False
        on = self.conditions.get(one.key)
        return on is None or self._is_shown(self.field_named(on.field))


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _kind(key: str, label: str, statuses: Iterable[Status], moves: str, **more: Any) -> Kind:
    """`moves` says in words which status leads where: "open: closed, solved; solved: open"."""
    parts = (part.split(":") for part in moves.split(";") if part.strip())
    transitions = {before.strip(): tuple(one.strip() for one in after.split(",")) for before, after in parts}
    own = tuple(statuses)
    return Kind(key, label, own, transitions, by_key={one.key: one for one in own}, **more)


def _free(key: str, label: str) -> Kind:
    """The platform's types: every status may follow every other."""
    moves = {one.key: tuple(other.key for other in workflow.STATUSES) for one in workflow.STATUSES}
    return Kind(
        key,
        label,
        workflow.STATUSES,
        moves,
        initial=workflow.NEW,
        started="",
        woken=workflow.IN_PROGRESS,
        is_fixed=True,
        by_key=workflow.BY_KEY,
    )


PLATFORM: dict[str, Kind] = {
    "support": _free("support", "Support"),
    "website_design": _free("website_design", "Website design"),
}
PRESETS: dict[str, Kind] = {
    one.key: one
    for one in (
        _kind(
            "customer_service",
            "Customer service",
            (
                Status("new", "new", "New", "Received", "new"),
                Status("open", "open", "Open", "Being worked on", "progress"),
                Status("pending_customer", "waiting", "Waiting for customer", "Waiting for you", "waiting"),
                Status("resolved", "solved", "Solved", "Solved", "solved"),
                Status("closed", "closed", "Closed", "Closed", "closed"),
            ),
            "new: open, pending_customer, resolved, closed; open: new, pending_customer, resolved, closed;"
            " pending_customer: open, resolved, closed; resolved: open, closed; closed: open",
            initial="new",
            started="open",
            woken="open",
        ),
        _kind(
            "simple",
            "Simple",
            (
                Status("open", "new", "Open", "Received", "new"),
                Status("in_progress", "open", "In progress", "Being worked on", "progress"),
                Status("closed", "closed", "Closed", "Closed", "closed"),
            ),
            "open: in_progress, closed; in_progress: open, closed; closed: open, in_progress",
            initial="open",
            started="in_progress",
            woken="open",
            is_public=False,
        ),
        _kind(
            "engineering",
            "Engineering",
            (
                Status("open", "new", "Open", "Received", "new"),
                Status("in_progress", "open", "In progress", "Being worked on", "progress"),
                Status("waiting_on_customer", "waiting", "Waiting on customer", "Waiting for you", "waiting"),
                Status("resolved", "solved", "Solved", "Solved", "solved"),
                Status("closed", "closed", "Closed", "Closed", "closed"),
                Status("reopened", "open", "Reopened", "Open again", "triaged"),
            ),
            "open: in_progress, waiting_on_customer, resolved, closed;"
            " in_progress: open, waiting_on_customer, resolved, closed;"
            " waiting_on_customer: in_progress, resolved, closed; resolved: closed, reopened; closed: reopened;"
            " reopened: in_progress, waiting_on_customer, resolved, closed",
            initial="open",
            started="in_progress",
            woken="reopened",
            is_public=False,
        ),
    )
}


class Kinds(dict[str, Kind]):
    """Every type by key. One that is gone is drawn as a copy of the default, so that its tickets can still be read."""

    default: Kind
    order: tuple[str, ...] = ()

    def __missing__(self, key: str) -> Kind:
        return self.default

    def on_offer(self) -> list[Kind]:
        """The company's own types for a new ticket, the default first, the others in the company's order."""
        own = [one for one in self.values() if not one.is_retired and not one.is_fixed and one.key != self.default.key]
        places = {key: place for place, key in enumerate(self.order)}
        return [self.default, *sorted(own, key=lambda one: places.get(one.key, len(places)))]

    def offered_to(self, *, agent: bool) -> list[Kind]:
        """What is on offer to agents, or to customers: the default one always, others where they may choose them."""
        return [one for one in self.on_offer() if agent or one.is_public or one.key == self.default.key]


def load() -> Kinds:
    """The platform's types, the presets, and over them what the company has set."""
    known = settings.read("types", "default_type", "type_order")
    return build(known["types"], known["default_type"], known["type_order"])


def build(types: Mapping[str, Any], default: str, order: Iterable[str] = ()) -> Kinds:
    """The same out of settings that have been read."""
    found = Kinds(PLATFORM | PRESETS)
    found.order = tuple(order)
    for key, given in types.items():
        found[key] = read(key, given)
    usable = found.get(default)
    found.default = usable if usable and not usable.is_fixed and not usable.is_retired else PRESETS["customer_service"]
    return found


def read(key: str, given: Mapping[str, Any]) -> Kind:
    """A type as it is kept in the settings (`configuring` has checked it)."""
    statuses = tuple(Status(**{"mark": MARKS[one["category"]], **one}) for one in given["statuses"])
    fields = tuple(Field(**{**one, "options": tuple(one.get("options", ()))}) for one in given.get("fields", ()))
    conditions = {
        name: Condition(one["field"], tuple(one["values"])) for name, one in given.get("conditions", {}).items()
    }
    return Kind(
        key,
        given["label"],
        statuses,
        {before: tuple(after) for before, after in given["transitions"].items()},
        initial=given["initial"],
        started=given.get("started", ""),
        woken=given.get("woken") or given["initial"],
        fields=fields,
        conditions=conditions,
        solved_reply=given.get("solved_reply", "reopen"),
        closed_reply=given.get("closed_reply", "follow_up"),
        is_public=given.get("is_public", True),
        is_retired=given.get("is_retired", False),
        limits=given.get("limits", {}),
        by_key={one.key: one for one in statuses},
    )


def attach(tickets: Iterable[Any], known: Kinds) -> None:
    """Give each ticket its type, so that a list reads the settings once."""
    for ticket in tickets:
        ticket.__dict__["_kind"] = known[ticket.type]
