"""Statements that every page asks: built and written as SQL once a process, asked again with other values.

Django builds and writes a queryset anew each time, which takes longer than PostgreSQL needs to answer it. What is kept
is the SQL of the very same queryset, so whatever bounds it (`visible_to`) bounds it still; whose rows it means is the
scope's business, as with every other statement.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import BooleanField, Func, QuerySet
from django.db.models.query import ModelIterable

from portico.database.prepared import PLACE, Saying


class Among(Func):
    """Whether a key is in an array: a list of any length in one shape, or rows that are read before anything else."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", BooleanField()


AND_THEN = ";\n"  # between statements of one message; what a person wrote is quoted, and never stands in the words
_MOST = 500
_WORD = "\ufdd0mark\ufdd0"  # no text of a person has these
_NUMBER = 0x5EA7_0000_7000_8000  # nor any number of a table


class Baked(RuntimeError):
    """A value went into the SQL itself, or one that nobody named: it would be asked for again and again."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A statement and its values, and what becomes of the rows; without words when there can be none."""

    sql: str
    values: tuple[Any, ...]
    read: Callable[[list[Any]], list[Any]] = list
    is_steady: bool = False  # planned the same whatever the values are: then a connection keeps it ready


def together(*asked: Asking) -> list[list[Any]]:
    """The rows of each of several statements that do not need each other, which leave as one message."""
    sent = [one for one in asked if one.sql]
    found: list[list[Any]] = []
    if sent:
        with connection.cursor() as cursor, Saying(connection.connection, sent, AND_THEN) as message:
            cursor.execute(message, [value for one in sent for value in one.values])
            found = _answers(cursor)
    answers = iter(found)
    return [one.read(next(answers)) if one.sql else [] for one in asked]


def _answers(cursor: Any) -> list[list[Any]]:
    """The rows of each statement that has some to give; keeping one ready gives none."""
    found = []
    while True:
        if cursor.rowcount >= 0:
            found.append(cursor.fetchall())
        if not cursor.nextset():
            return found


@dataclass(frozen=True, slots=True)
class _Written:
    rows: QuerySet[Any]
    compiler: Any
    sql: str
    values: tuple["_Slot", ...]
    columns: "_Columns | None"

    def read(self, found: list[Any]) -> list[Any]:
        """What the queryset makes of these rows of the database."""
        if self.columns:
            return self.columns.read(found)
        if self.compiler.has_extra_select:
            found = [row[: self.compiler.col_count] for row in found]
        iterable: Any = self.rows._iterable_class
        return list(iterable(_Answered(self.rows, self.compiler, found)))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns are fields of the model, and what stands beside them: Django finds it out for each answer anew."""

    model: Any
    db: str
    names: list[str]
    fields: slice
    beside: tuple[tuple[str, int], ...]
    converters: tuple[tuple[int, list[Callable[..., Any]], Any], ...]

    @classmethod
    def of(cls, rows: QuerySet[Any], compiler: Any, converters: Mapping[int, Any]) -> "_Columns | None":
        """None where rows are more than instances of one model."""
        known = compiler.klass_info
        if rows._iterable_class is not ModelIterable or known.get("related_klass_infos"):
            return None
        fields = slice(known["select_fields"][0], known["select_fields"][-1] + 1)
        names = [column.target.attname for column, *_ in compiler.select[fields]]
        beside = tuple(compiler.annotation_col_map.items())
        return cls(known["model"], rows.db, names, fields, beside, tuple((at, *one) for at, one in converters.items()))

    def read(self, found: list[Any]) -> list[Any]:
        read = []
        through = connections[self.db]
        for answer in found:
            row = list(answer)
            for at, steps, column in self.converters:
                for step in steps:
                    row[at] = step(row[at], column, through)
            one = self.model.from_db(self.db, self.names, row[self.fields])
            for name, at in self.beside:
                setattr(one, name, row[at])
            read.append(one)
        return read


class _Unknown:
    """Not written yet, which is something else than a statement that finds nothing."""


_UNKNOWN = _Unknown()


class Kept:
    """Rows of `build(*shape, **values)`.

    `shape` is what decides how the statement reads, such as `actor.shape`; there is one statement for each. `values`
    (keys, numbers, words, moments and lists of keys, never None) only stand in it: `build` is given marks in their
    place and may not look at them. Baked when a value does not come out of the SQL again.

    `is_steady` promises that the statement is best planned in one way, whosever keys its values are: they lead to few
    rows by an index. One without values always is. Such a one is kept ready (`portico.database.prepared`).
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], *, is_steady: bool = False) -> None:
        self._build, self._is_steady = build, is_steady
        self._known: dict[Hashable, _Written | None] = {}

    def __call__(self, *shape: Hashable, **values: Any) -> list[Any]:
        """The rows as they are now, in one statement."""
        return together(self.asking(*shape, **values))[0]

    def asking(self, *shape: Hashable, **values: Any) -> "Asking":
        """The same, to be sent `together` with others."""
        written = self._written(shape, values)
        if written is None:
            return Asking("", ())
        is_steady = self._is_steady or not written.values
        return Asking(written.sql, _filled(written, values), written.read, is_steady)

    def first(self, *shape: Hashable, **values: Any) -> Any:
        """The first of the rows, or None; `build` sees to it that there are not more than are needed."""
        return next(iter(self(*shape, **values)), None)

    def sql(self, *shape: Hashable, **values: Any) -> tuple[str, tuple[Any, ...]]:
        """The statement and its values, to stand within another one; EmptyResultSet when there can be no row."""
        written = self._written(shape, values)
        if written is None:
            raise EmptyResultSet
        return written.sql, _filled(written, values)

    def _written(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> "_Written | None":
        # Asked for once: other threads may forget everything between two looks.
        written = self._known.get(shape, _UNKNOWN)
        if isinstance(written, _Unknown):
            written = self._write(shape, values)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[shape] = written
        return written

    def _write(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> _Written | None:
        marks = {name: _mark(place, value) for place, (name, value) in enumerate(sorted(values.items()))}
        rows = self._build(*shape, **marks)
        compiler = rows.query.get_compiler(using=rows.db)
        try:
            sql, given = compiler.as_sql()
        except EmptyResultSet:
            return None
        places = {_key(mark): name for name, mark in marks.items()}
        slots = tuple(_slot(one, places) for one in given)
        if any(_is_baked(one, marks) for one in (sql, *slots)):
            raise Baked(f"{self._build.__qualname__} cannot be kept: {sql}")
        # What becomes of each column hangs on the statement alone, and is found out with it.
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda _: converters
        columns = _Columns.of(rows, compiler, converters)
        return _Written(rows, compiler, _with_fixed(sql, slots), tuple(s for s in slots if type(s) is _Slot), columns)


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value stands; `is_alone` unless it is the one entry of a list."""

    name: str
    is_alone: bool = True

    def value(self, values: dict[str, Any]) -> Any:
        return values[self.name] if self.is_alone else [values[self.name]]


class _Answered:
    """As much of a queryset as Django's iterables look at, with a compiler that has its rows already."""

    __slots__ = ("compiler", "db", "model")
    _known_related_objects: Mapping[Any, Any] = {}

    def __init__(self, rows: QuerySet[Any], compiler: Any, found: list[Any]) -> None:
        self.db, self.model = rows.db, rows.model
        self.compiler = object.__new__(type(compiler))  # a copy for this thread, as `copy` makes it, only sooner
        self.compiler.__dict__.update(compiler.__dict__)
        self.compiler.connection = connections[self.db]
        self.compiler.execute_sql = lambda *_, **__: [found]

    @property
    def query(self) -> "_Answered":
        return self

    def get_compiler(self, using: str) -> Any:
        return self.compiler


def _filled(written: _Written, values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(one.value(values) for one in written.values)


def _with_fixed(sql: str, slots: tuple[Any, ...]) -> str:
    """The statement with what is the same every time written into it, by the hand that writes all the others."""
    given, write = iter(slots), cast(Any, connection.ops).compose_sql

    def fixed(found: re.Match[str]) -> str:
        if found[0] == "%%" or type(one := next(given)) is _Slot:
            return found[0]
        return str(write("%s", [one])).replace("%", "%%")

    return PLACE.sub(fixed, sql)


def _mark(place: int, value: Any) -> Any:
    if isinstance(value, list):
        return [_mark(place, value[0] if value else UUID(int=0))]
    if isinstance(value, UUID):
        return UUID(int=0x5EA7_0000_7000_8000 << 64 | place)
    if isinstance(value, datetime):
        return datetime.fromtimestamp(place + 1, value.tzinfo)
    if isinstance(value, str):
        return f"{_WORD}{place}"
    if type(value) is int:
        return _NUMBER + place
    raise TypeError(f"{type(value).__name__} cannot be a value of a kept statement.")


def _key(mark: Any) -> Hashable:
    return ("list", *mark) if isinstance(mark, list) else mark


def _slot(given: Any, places: dict[Hashable, str]) -> Any:
    key = _key(given) if isinstance(given, list | UUID | datetime | str | int) else None
    if key in places:
        return _Slot(places[key])
    if isinstance(given, list) and len(given) == 1 and _key(given[0]) in places:
        return _Slot(places[_key(given[0])], is_alone=False)
    return given


def _is_baked(one: Any, marks: dict[str, Any]) -> bool:
    """Whether a mark is within a text or a list, or a moment comes from nowhere."""
    if isinstance(one, _Slot):
        return False
    return isinstance(one, datetime) or any(str(mark).strip("[]") in str(one) for mark in marks.values())
