"""The columns of a board, and how many requests stand in each: by counters, never by counting."""

from dataclasses import dataclass

from django.db.models import Q

from portico.actor import Actor
from tenant_apps.tickets import access, kinds, tally
from tenant_apps.tickets.kinds import MARKS, Kind, Kinds
from tenant_apps.tickets.workflow import CATEGORIES, Status

ALL = "all"  # instead of a type: the categories, over all types
_LABELS = {
    "new": "New",
    "open": "Open",
    "waiting": "Waiting",
    "on_hold": "On hold",
    "solved": "Solved",
    "closed": "Closed",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One status, or one category. `number` is how many stand in it in truth; None for whoever may not know."""

    key: str
    step: Status
    condition: Q
    number: int | None
    limit: int = 0

    @property
    def is_over(self) -> bool:
        """Whether more stand in it than its limit; it is said, and forbids nothing."""
        return bool(self.limit and self.number and self.number > self.limit)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one type, or of all types together."""

    kind: Kind | None
    columns: list[Column]

    @property
    def key(self) -> str:
        return self.kind.key if self.kind else ALL

    @property
    def label(self) -> str:
        return self.kind.label if self.kind else "All types"

    def place_of(self, status: Status) -> str:
        """The key of the column that a request with this status stands in."""
        return status.key if self.kind else status.category

    @property
    def condition(self) -> Q:
        """Which requests stand on this board at all."""
        return Q(type=self.kind.key) if self.kind else Q()


def layout(actor: Actor, known: Kinds, of: str) -> Layout:
    """The board of a type, of all types (`ALL`), or of the company's usual type for a word that is neither."""
    sees_all = access.may(actor, "work_on_all", access.COMPANY_DESK)
    if of == ALL:
        return Layout(None, _categories(known, sees_all))
    kind = dict.get(known, of)
    kind = known.default if kind is None or kind.is_fixed else kind
    return Layout(kind, _statuses(kind, sees_all))


def _statuses(kind: Kind, sees_all: bool) -> list[Column]:
    """A limit is a rule for the team, so everybody reads the number beside it."""
    numbers = tally.read(f"step:{kind.key}:{one.key}" for one in kind.statuses)
    found = []
    for one in kind.statuses:
        number, limit = numbers[f"step:{kind.key}:{one.key}"], kind.limits.get(one.key, 0)
        if one.is_retired and not number:
            continue
        known = number if sees_all or limit else None
        found.append(Column(one.key, one, Q(status=one.key), known, limit))
    return found


def _categories(known: Kinds, sees_all: bool) -> list[Column]:
    steps = [(kind, one) for kind in known.values() if not kind.is_fixed for one in kind.statuses]
    numbers = tally.read({f"step:{kind.key}:{one.key}" for kind, one in steps}) if sees_all else {}
    used = {one.category for kind, one in steps if not kind.is_retired and not one.is_retired}
    found = []
    for category in CATEGORIES:
        keys = {f"step:{kind.key}:{one.key}" for kind, one in steps if one.category == category}
        number = sum(numbers[key] for key in keys) if sees_all else None
        if category in used or number:
            step = Status(category, category, _LABELS[category], _LABELS[category], MARKS[category])
            found.append(Column(category, step, Q(category=category), number))
    return found


def steps_from(layout: Layout, kind: kinds.Kind, status: str) -> list[tuple[str, Status]]:
    """Where a request may go from its status: the column, and the status that it gets there."""
    found: dict[str, Status] = {}
    for one in kind.next(status):
        found.setdefault(layout.place_of(one), one)
    here = layout.place_of(kind.status(status))
    shown = {one.key for one in layout.columns}
    return [(column, one) for column, one in found.items() if column != here and column in shown]
