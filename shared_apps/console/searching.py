"""Lists that are looked through: for the latest rows that have some words, and for how many there are of what kind.

A usual word is looked for in the order of the list; of rare ones the rarest is looked up in the index of words, which
would have to read all of the others. PostgreSQL chooses worse: it takes a subject and a word behind that subject's mark
for two accidents, expects a tenth of the rows, and reads the whole subject beside the word.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from math import prod
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Func, Q, QuerySet
from django.db.models.expressions import RawSQL

from shared_apps.console import words
from shared_apps.console.models import TicketIndex

_KIND = ("status", "subject", "assignee_id")
_ENOUGH = 3  # times as many rows are looked through as should have the words often enough
_FEW = 5_000  # of one person or incident: looked through whole
_KEPT = 60  # seconds
_UNKNOWN = 1_000  # one in so many rows is expected to have a word that PostgreSQL knows nothing about

Rows = QuerySet[TicketIndex, Any]
Kind = tuple[str, str, UUID | None]  # status, subject and assignee of a row
Statement = tuple[str, Sequence[Any]]


class _Apart(Func):
    """A condition that no index is asked for: it is looked at in rows that were found otherwise."""

    template, output_field = "(%(expressions)s) IS TRUE", BooleanField()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that an index has together, the mark of their words (`words.matching`), and what of them is wanted.

    `leading` is what of that an index answers in the order of the list; `is_few`: whether few rows are left then.
    """

    together: Q
    mark: str = ""
    wanted: Q = Q()  # noqa: RUF009 (nobody changes it)
    leading: Q = Q()  # noqa: RUF009
    is_few: bool = False

    def narrowed(self, condition: Q) -> "Part":
        """Those of them that are like this."""
        return replace(self, wanted=self.wanted & condition)

    @property
    def rows(self) -> QuerySet[TicketIndex]:
        """Those that are wanted, whatever their words."""
        return TicketIndex.objects.filter(self.together, self.wanted)


@dataclass(frozen=True, slots=True)
class _Way:
    """How to look for words: through so many rows of the list, or, at no depth, by the rarest of them in each part."""

    depth: int
    rarest: Sequence[str]


def latest(parts: Sequence[Part], said: str, order: str, number: int) -> list[TicketIndex]:
    """The latest rows that have the words, no more than this number of them."""
    if not parts:
        return []
    way = _way(parts, said, number)
    far = as_one([_ordered(_told(rows, Q(), order), order)[:number] for rows in _found(parts, said, way.rarest)])
    if not way.depth:
        return _hits(far, order, number)
    first = _merged([_told(part.rows, _having(part, said), order) for part in parts], order, way.depth)
    if any(part.wanted for part in parts) and not _is_cheap(first, far):
        return _hits(far, order, number)
    found = _hits(first, order, number)
    # Where there are fewer than there should be, the others are far behind, unless the list ends there.
    is_all = len(found) == number or _size(first) < way.depth
    return found if is_all else _hits(far, order, number)


def met(asked: Sequence[tuple[Sequence[Part], str, str]], number: int) -> list[tuple[Counter[Kind], bool]]:
    """How many of each kind are met of several lists, each with its parts, words and order, in one statement.

    So many rows of each are looked at; the flag says whether there may be more. What a list is narrowed to besides is
    looked at row by row, so that no more are read, however few are hits.
    """
    return _kinds([_looked_at(parts, said, order, number) for parts, said, order in asked], number)


def _looked_at(parts: Sequence[Part], said: str, order: str, number: int) -> Statement | None:
    way = _way(parts, said, number) if said and parts and not parts[0].is_few else None
    if way is None or way.depth:
        return _merged([_first(part, said, order) for part in parts], order, number)
    # Each is cut by itself: PostgreSQL would start several workers for all of them, which takes longer than to look.
    rare = [_told(rows, Q(), *_KIND).order_by()[:number] for rows in _found(parts, said, way.rarest)]
    return as_one(rare)


def as_one(found: Sequence[QuerySet[Any, Any]]) -> Statement | None:
    """All of them as one statement; None when none of them can have a row."""
    if not found:
        return None
    try:
        return (found[0].union(*found[1:], all=True) if found[1:] else found[0]).query.sql_with_params()
    except EmptyResultSet:
        return None


def _way(parts: Sequence[Part], said: str, number: int) -> _Way:
    """The one that looks at fewer rows: no more than grow with the root of all, wherever the words stand."""
    asked = tuple((part.together, tuple(words.each(said, part.mark))) for part in parts)
    everything, *expected = _expected(asked, _database(), _minute())
    numbers, size, hits, fewest, rarest = iter(expected), 0, 0.0, 0, []
    for _, each in asked:
        rows, having = next(numbers), list(islice(numbers, len(each)))
        size, hits = size + rows, hits + rows * prod(min(one / rows, 1) for one in having)
        fewest += min(having)
        rarest.append(each[having.index(min(having))])
    depth = int(number * size / max(hits, 1)) + 1
    is_usual = depth <= fewest and fewest > len(parts) * everything // _UNKNOWN + 1
    return _Way(_FEW if parts[0].is_few else _ENOUGH * depth if is_usual else 0, rarest)


@lru_cache(500)
def _expected(asked: tuple[tuple[Q, tuple[str, ...]], ...], database: str, at: int) -> list[int]:
    """How many rows PostgreSQL expects of all, and of each part and word: from its statistics, without reading any.

    List and counts ask for the same. What was right a moment ago decides about the way only, never about the rows.
    """
    conditions = [Q()]
    for together, each in asked:
        conditions += [together, *(Q(words.having(one)) for one in each)]
    # A plan for one row is never made for several workers, who would share its number.
    first, *others = [TicketIndex.objects.filter(one).order_by().values("pk")[:1] for one in conditions]
    sql, params = first.union(*others, all=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return [max(_rows_of(plan), 1) for plan in cursor.fetchone()[0][0]["Plan"]["Plans"]]


def _rows_of(plan: Mapping[str, Any]) -> int:
    while plan["Node Type"] in {"Limit", "Subquery Scan"}:
        plan = plan["Plans"][0]
    return int(plan["Plan Rows"])


def _having(part: Part, said: str) -> Q:
    return Q(words.matching(said, part.mark))


def _found(parts: Sequence[Part], said: str, rarest: Sequence[str]) -> list[QuerySet[TicketIndex]]:
    """The rows of each part that have the words, by way of the index of words."""
    found = []
    for part, word in zip(parts, rarest, strict=True):
        rest = ExpressionWrapper(part.together & part.wanted & _having(part, said), BooleanField())
        found.append(TicketIndex.objects.filter(words.having(word), _Apart(rest)))
    return found


def _first(part: Part, said: str, order: str) -> Rows:
    """Rows that an index has in order, each with whether it is wanted."""
    wanted = part.wanted & _having(part, said) if said else part.wanted
    return _told(TicketIndex.objects.filter(part.together, part.leading), wanted, order, *_KIND)


def _told(rows: QuerySet[TicketIndex], hit: Q, *columns: str) -> Rows:
    return rows.annotate(hit=ExpressionWrapper(hit, BooleanField())).values("id", *columns, "hit")


def _merged(parts: Sequence[Rows], order: str, number: int) -> Statement | None:
    """The first rows of all parts in the order of the list."""
    cut = [_ordered(part, order)[:number] for part in parts]
    return as_one([_ordered(cut[0].union(*cut[1:], all=True), order)[:number]] if cut[1:] else cut)


def _ordered(rows: Rows, order: str) -> Rows:
    return rows.order_by(f"-{order}", "-id")


def _hits(asked: Statement | None, order: str, number: int) -> list[TicketIndex]:
    if asked is None:
        return []
    sql, params = asked
    hits = f"SELECT id FROM ({sql}) AS found WHERE hit ORDER BY {order} DESC, id DESC LIMIT {number}"  # noqa: S608
    return list(TicketIndex.objects.filter(pk__in=RawSQL(hits, params)).order_by(f"-{order}", "-id"))  # noqa: S611


def _is_cheap(first: Statement | None, far: Statement | None) -> bool:
    """Whether the first rows cost less than all with the rarest words: not where no index has those that are wanted."""
    return first is None or far is None or _cost_of(first) <= _ENOUGH * _cost_of(far)


def _cost_of(asked: Statement) -> float:
    sql, params = asked
    return _cost(sql, tuple(params), _database(), _minute())


@lru_cache(500)
def _cost(sql: str, params: tuple[Any, ...], database: str, at: int) -> float:
    """What PostgreSQL expects it to cost, or expected a moment ago: it decides about the way only, never the rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return float(cursor.fetchone()[0][0]["Plan"]["Total Cost"])


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _minute() -> int:
    """Changes when what was heard of plans is to be asked anew."""
    return int(time.monotonic() // _KEPT)


def _size(asked: Statement | None) -> int:
    if asked is None:
        return 0
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS found", params)  # noqa: S608
        return int(cursor.fetchone()[0])


def _kinds(asked: Sequence[Statement | None], most: int) -> list[tuple[Counter[Kind], bool]]:
    """The hits by kind among so many rows of each, and whether there were so many."""
    found: list[Counter[Kind]] = [Counter() for _ in asked]
    sizes = [0] * len(asked)
    told = [(place, *one) for place, one in enumerate(asked) if one]
    if told:
        kind = ", ".join(f"CASE WHEN hit THEN {column} END AS {column}" for column in _KIND)
        seen = " UNION ALL ".join(
            f"(SELECT {place} AS list, hit, {kind} FROM ({sql}) AS found LIMIT {most})"  # noqa: S608
            for place, sql, _ in told
        )
        with connection.cursor() as cursor:
            columns = f"list, hit, {', '.join(_KIND)}"
            sql = f"SELECT {columns}, count(*) FROM ({seen}) AS seen GROUP BY {columns}"  # noqa: S608
            cursor.execute(sql, [value for _, _, values in told for value in values])
            for place, hit, *row, many in cursor.fetchall():
                sizes[place] += many
                if hit:
                    found[place][tuple(row)] += many
    return [(one, size >= most) for one, size in zip(found, sizes, strict=True)]
