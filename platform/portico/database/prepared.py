"""Statements that a connection keeps ready: read by PostgreSQL once, and asked again with other values.

Reading and planning a statement takes PostgreSQL several times as long as answering it. What is ready belongs to the
connection and to the scope that it was made in: its tables are those of that scope's path, and PostgreSQL itself plans
it anew when tables, path or statistics have changed. Rights are looked at each time. Behind a pooler, where another
process may answer the next transaction, nothing is kept ready.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portico.database.scope import current_scope

AFTER = 3  # times that it was asked for, for most are not asked for again on the same connection
MOST = 300  # of one connection, each of which takes some of PostgreSQL's memory
PLACE = re.compile("%[%s]")
_TYPES = {UUID: "uuid", datetime: "timestamptz"}


class Statement(Protocol):
    """What is to be asked; `is_steady` says that it is planned the same whatever its values are."""

    @property
    def sql(self) -> str: ...
    @property
    def values(self) -> tuple[Any, ...]: ...
    @property
    def is_steady(self) -> bool: ...


class Prepared:
    """What one connection keeps ready."""

    def __init__(self) -> None:
        self.is_wanted = False
        self.is_possible: bool | None = None  # found out with the next transaction once it is wanted
        self._asked: Counter[tuple[str, str]] = Counter()  # path and statement
        self._names: dict[str, dict[str, str]] = {}  # path -> statement -> name
        self._made = self._kept = 0
        self._lets_go = False

    @property
    def asks_who_answers(self) -> bool:
        """Whether the next transaction has to say which process it runs in."""
        return self.is_wanted and self.is_possible is None

    def message(self, asked: Sequence[Statement], between: str) -> str:
        """The words that ask for all of this, with places for the values in their order."""
        scope = current_scope()
        if scope is None or self.is_possible is False:
            return between.join(one.sql for one in asked)
        if self._kept >= MOST or len(self._asked) >= 10 * MOST:
            self.let_go()  # what is asked for all the time is soon ready again
        first = ["DEALLOCATE ALL"] if self._lets_go else []
        self._lets_go = False
        names = self._names.setdefault(scope.path, {})
        said = [self._said(one, scope.path, names, first) if one.is_steady else one.sql for one in asked]
        return ";".join([*first, between.join(said)])

    def let_go(self) -> None:
        """Keep nothing ready any more; also after a message that failed, for nobody knows how much of it was done."""
        self._names.clear()
        self._asked.clear()
        self._kept, self._lets_go = 0, bool(self.is_possible)

    def _said(self, one: Statement, path: str, names: dict[str, str], first: list[str]) -> str:
        name = names.get(one.sql)
        if name is None:
            self._asked[path, one.sql] += 1
            self.is_wanted = self.is_wanted or self._asked[path, one.sql] >= AFTER
            if not self.is_possible or self._asked[path, one.sql] < AFTER:
                return one.sql
            self._made, self._kept = self._made + 1, self._kept + 1
            name = names[one.sql] = f"kept_{self._made}"
            first.append(f"PREPARE {name}{_listed(map(_type, one.values))} AS {_numbered(one.sql)}")
        return f"EXECUTE {name}{_listed('%s' for _ in one.values)}"


class Saying(AbstractContextManager[str]):
    """The message for all of this on a connection, which lets go of what it keeps ready when that fails."""

    __slots__ = ("_asked", "_between", "_ready")

    def __init__(self, connection: Any, asked: Sequence[Statement], between: str) -> None:
        self._ready: Prepared | None = getattr(connection, "prepared", None)  # the owner's connections keep none
        self._asked, self._between = asked, between

    def __enter__(self) -> str:
        if self._ready is None:
            return self._between.join(one.sql for one in self._asked)
        return self._ready.message(self._asked, self._between)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind and self._ready:
            self._ready.let_go()


def _listed(words: Iterable[str]) -> str:
    said = ", ".join(words)
    return f"({said})" if said else ""


def _type(value: Any) -> str:
    """The type that this value has in a statement; texts take that of what they stand beside."""
    if isinstance(value, list):
        known = _TYPES.get(type(value[0])) if value else None
        return f"{known}[]" if known else "unknown"
    return _TYPES.get(type(value), "unknown")


def _numbered(sql: str) -> str:
    """The statement with numbers in the places of its values."""
    numbers = iter(range(1, sql.count("%s") + 1))
    return PLACE.sub(lambda found: f"${next(numbers)}" if found[0] == "%s" else found[0], sql)
