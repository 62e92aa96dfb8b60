"""Reading the audit: what it may be narrowed to, a page of it, and all of it as a file.

The same for a company's journal and for the platform's audit, whose rows have the same columns and some more.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portico import downloads, keyset

ROWS, AT_ONCE = 50, 1_000
COLUMNS = ("at", "verb", "actor_kind", "actor_label", "acting_for", "request_id", "reason", "facts", "id")
_WRONG = "Please give a day."


class Day(forms.DateField):
    """A day, with the next one and the midnights of all zones within what a calendar can hold."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}))
        bounds = [MinValueValidator(date(1900, 1, 1), _WRONG), MaxValueValidator(date(2999, 12, 31), _WRONG)]
        super().__init__(required=False, error_messages={"invalid": _WRONG}, validators=bounds, **kwargs)


class Search(forms.Form):
    """What is looked for. Names and actions are meant whole: they are links wherever they stand."""

    who = forms.CharField(required=False, max_length=200)
    acting_for = forms.CharField(required=False, max_length=200)
    action = forms.CharField(required=False, max_length=60)
    ticket = forms.CharField(required=False, max_length=40)
    since = Day()
    until = Day()
    request = forms.CharField(required=False, max_length=64)

    def narrowed(self, rows: QuerySet[Any], about: Callable[[str], Iterable[UUID]]) -> QuerySet[Any]:
        """The rows that are meant, none when the form is wrong. `about` finds the tickets of a number."""
        if not self.is_valid():
            return rows.none()
        said = self.cleaned_data
        for column, name in (("actor_label", "who"), ("acting_for", "acting_for"), ("request_id", "request")):
            rows = rows.filter(**{column: said[name]}) if said[name] else rows
        if said["action"]:
            group = said["action"].endswith(".")
            rows = rows.filter(**{"verb__startswith" if group else "verb": said["action"]})
        if said["ticket"]:
            rows = rows.filter(Q(subject_id__in=list(about(said["ticket"]))) | Q(facts__number=said["ticket"]))
        if said["since"]:
            rows = rows.filter(at__gte=_midnight(said["since"]))
        if said["until"]:
            rows = rows.filter(at__lt=_midnight(said["until"]) + timedelta(days=1))
        return rows

    @property
    def told(self) -> dict[str, str]:
        """What is in force, in words, for the record of an export."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


def page(rows: QuerySet[Any], cursor: str | None) -> keyset.Page[Any]:
    """The latest first. Invalid for a cursor that is not one of ours."""
    return keyset.ordered(rows, "-at", key=UUID, cursor=cursor, limit=ROWS)


def as_file(
    form: str,
    rows: QuerySet[Any],
    scope: Callable[[], AbstractContextManager[None]],
    extra: Iterable[str] = (),
    told: Callable[[Any, str], Any] | None = None,
) -> Iterator[str]:
    """All of the rows, latest first, piece by piece: each is read in a short transaction of its own, in that scope.

    `told` says what stands in a column where its reader is not told everything.
    """
    told = told or value_of
    names = (*COLUMNS[:-1], *extra, COLUMNS[-1])
    if form == "csv":
        yield downloads.head(names)
    position = None
    while True:
        with scope(), transaction.atomic():
            after = rows.filter(position.after("at")) if position else rows
            some = list(after.order_by("-at", "-id")[:AT_ONCE])
        if not some:
            return
        yield downloads.written(form, [{name: told(row, name) for name in names} for row in some], names)
        position = keyset.Position(some[-1].at, some[-1].pk)


def reason_of(row: Any) -> str:
    """Why it was done, when somebody had to say."""
    return str(row.facts.get("why") or row.facts.get("reason") or "")


def value_of(row: Any, name: str) -> Any:
    """What stands in a column of the file."""
    return reason_of(row) if name == "reason" else getattr(row, name)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
