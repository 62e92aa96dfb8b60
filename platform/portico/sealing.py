"""Rows that are only ever added, bound into a chain: each row's hash covers the hash of the one before it.

Writers know nothing of it. A seal takes what was committed since the last one, in batches, and writes the hashes into
a row of its own, so nobody who writes waits for anybody, and the rows themselves are never touched again.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, F, Func, Min, Model, QuerySet
from django.db.models.expressions import RawSQL

from portico import clock

BATCH, AT_ONCE = 1_000, 20_000
# Keys are made as a row is written, and the row is seen when its transaction commits: none takes longer than this.
OVERLAP = timedelta(hours=1)
# What the house company's journal is told of the platform's chain: the number of its last seal, and how that one ends.
ANCHOR = "audit.seal"
_GENESIS = hashlib.sha256(b"portico").hexdigest()


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it was sealed, and what is wrong with it."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a look at a whole chain found. `waiting` rows are not sealed yet, the oldest since `waits_since`.

    Up to the seal `told` somebody else knows how the chain goes on. What was cut off behind it leaves no trace.
    """

    rows: int
    seals: int
    head: str
    waiting: int
    waits_since: datetime | None
    broken: Broken | None
    told: int = 0


def with_digests(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with `digest`: the SHA-256 of what `SEALED` names, as PostgreSQL writes it, the same everywhere."""
    found: QuerySet[Any] = rows.annotate(
        digest=RawSQL(digest_sql(rows.model), [], output_field=CharField())  # noqa: S611 (names of columns alone)
    )
    return found


def digest_sql(model: type[Model]) -> str:
    """The expression behind `digest`, for statements that are written by hand."""
    parts = ", ".join(_as_text(model, name) for name in model.SEALED)  # type: ignore[attr-defined]
    plain = f"encode(sha256(convert_to(jsonb_build_array({parts})::text, 'UTF8')), 'hex')"
    erased = getattr(model, "ERASED", "")  # rows that keep nothing but this digest of what they were
    return f"CASE WHEN {erased} THEN facts->>'sha256' ELSE {plain} END" if erased else plain


def _as_text(model: type[Model], name: str) -> str:
    column = model._meta.get_field(name).column  # type: ignore[union-attr]
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" if name == "at" else str(column)


def seal(rows: type[Model], seals: type[Model], batch: int = BATCH, most: int = AT_ONCE) -> list[Any]:
    """Seal up to `most` rows that wait, `batch` in each seal; the new seals. An IntegrityError: somebody was faster."""
    last = _in_order(seals).last()
    fresh = list(with_digests(_unsealed(rows, seals, _floor(last))).order_by("id").values_list("id", "digest")[:most])
    made = []
    for start in range(0, len(fresh), batch):
        last = _sealed(seals, last, fresh[start : start + batch])
        made.append(last)
    return made


def _sealed(seals: type[Model], last: Any, fresh: list[tuple[UUID, str]]) -> Any:
    head, hashes = _head(last), []
    for _, digest in fresh:
        head = _link(head, digest)
        hashes.append(head)
    keys = [key for key, _ in fresh]
    number = last.number + 1 if last else 1
    # A late row may be older than all of the seal before: the floor never goes back.
    upto = max([*keys, last.upto] if last else keys)
    return seals._default_manager.create(number=number, keys=keys, hashes=hashes, upto=upto, sealed_at=clock.now())


def verify(rows: type[Model], seals: type[Model]) -> Report:
    """Look at every row of the chain, in its order, and at those outside of it."""
    head, count, broken = _GENESIS, 0, None
    last = _in_order(seals).last()
    for one in _each(seals):
        count += 1
        broken = broken or _first_broken(rows, one, count, head)
        head = _head(one)
    broken = broken or _twice(seals) or _slipped_in(rows, seals, last)
    waiting = _unsealed(rows, seals, _floor(last)).aggregate(number=Count("id"), since=Min("at"))
    total = rows._default_manager.count()
    return Report(total, count, head if count else "", waiting["number"], waiting["since"], broken)


def head_at(seals: type[Model], number: int) -> str:
    """The hash that the seal of this number ended with; empty when there is none."""
    return _head(seals._default_manager.filter(number=number).first(), "")


def contradicted(seals: type[Model], told: dict[int, str]) -> int | None:
    """The first seal, of those somebody was `told` of with the hash they ended with, that is gone or another one."""
    numbers = sorted(told)
    for start in range(0, len(numbers), BATCH):
        some = numbers[start : start + BATCH]
        found = seals._default_manager.filter(number__in=some).annotate(
            head=RawSQL("hashes[cardinality(hashes)]", [], output_field=CharField())  # noqa: S611 (no value in it)
        )
        heads = dict(found.values_list("number", "head"))
        for number in some:
            if heads.get(number) != told[number]:
                return number
    return None


def _in_order(seals: type[Model]) -> QuerySet[Any]:
    return seals._default_manager.order_by("number")


def _each(seals: type[Model]) -> Iterator[Any]:
    """One after another, a few at a time: a seal is large."""
    number = 0
    while some := list(_in_order(seals).filter(number__gt=number)[:20]):
        yield from some
        number = some[-1].number


def _first_broken(rows: type[Model], one: Any, place: int, head: str) -> Broken | None:
    if one.number != place:
        return Broken(f"seal {place}", "is gone")
    if not one.keys or len(one.keys) != len(one.hashes):
        return Broken(f"seal {place}", "was changed")
    digests = dict(with_digests(rows._default_manager.filter(pk__in=one.keys)).values_list("pk", "digest"))
    for key, sealed in zip(one.keys, one.hashes, strict=True):
        if key not in digests:
            return Broken(str(key), "is gone")
        if _link(head, digests[key]) != sealed:
            return Broken(str(key), "was changed, or does not stand where it stood")
        head = sealed
    return None


def _twice(seals: type[Model]) -> Broken | None:
    keys = seals._default_manager.annotate(key=_Each(F("keys"))).values_list("key")
    again = keys.annotate(times=Count("pk")).filter(times__gt=1).order_by("key").first()
    return Broken(str(again[0]), "stands in the chain twice") if again else None


def _slipped_in(rows: type[Model], seals: type[Model], last: Any) -> Broken | None:
    floor = _floor(last)
    stray = _unsealed(rows, seals, None).filter(pk__lt=floor).order_by("pk").first() if floor else None
    return Broken(str(stray.pk), "was slipped in behind the chain") if stray else None


class _Each(Func):
    """The entries of an array, a row for each."""

    function, set_returning = "unnest", True


def _unsealed(rows: type[Model], seals: type[Model], floor: UUID | None) -> QuerySet[Any]:
    """Rows that stand in no seal; with a floor, only those from there on, which costs little however long the chain."""
    found, known = rows._default_manager.all(), seals._default_manager.all()
    if floor:
        found, known = found.filter(pk__gte=floor), known.filter(upto__gte=floor)
    return found.exclude(pk__in=known.annotate(key=_Each(F("keys"))).values("key"))


def _floor(last: Any) -> UUID | None:
    """A key an hour older than the youngest of the last seal (UUIDv7: milliseconds come first)."""
    if last is None:
        return None
    milliseconds = (last.upto.int >> 80) - int(OVERLAP.total_seconds() * 1_000)
    return UUID(int=max(milliseconds, 0) << 80)


def _head(one: Any, nothing: str = _GENESIS) -> str:
    return one.hashes[-1] if one else nothing


def _link(before: str, digest: str) -> str:
    return hashlib.sha256(f"{before}{digest}".encode()).hexdigest()
