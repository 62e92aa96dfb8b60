"""Writes to tickets and messages happen in actions; every other way raises.

A write that avoids the actions would be missing in the journal and in the platform's ticket index, and staff would be
shown something that is not so.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from django.db.models.base import ModelState

from portico.database.guarded import ask_before_writing

M = TypeVar("M", bound=models.Model)

_writing: ContextVar[bool] = ContextVar("tickets_writing", default=False)
_erasing: ContextVar[bool] = ContextVar("tickets_erasing", default=False)


class UnrecordedWrite(RuntimeError):
    """Somebody tried to write a ticket or a message without an action."""


@contextmanager
def writing() -> Iterator[None]:
    """Allow writes: for actions, projections and repair, which see to it that the change is recorded."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def erasing() -> Iterator[None]:
    """Allow rows to go: for the one action that erases what was deleted long ago."""
    token = _erasing.set(True)
    try:
        yield
    finally:
        _erasing.reset(token)


def kept(model: type[M]) -> type[M]:
    """A model whose table no statement writes around the actions either: raw SQL, or what Django itself cascades."""

    def asked(word: str) -> None:
        if not (_erasing if word in {"delete", "truncate"} else _writing).get():
            _refuse(model, word.upper())

    ask_before_writing(model._meta.db_table, asked)
    return model


def _check(model: type[models.Model], way: str) -> None:
    if not _writing.get():
        _refuse(model, way)


def _refuse(model: type[models.Model], way: str) -> NoReturn:
    raise UnrecordedWrite(f"{model.__name__}: {way} avoids tenant_apps.tickets.actions.")


class GuardedQuerySet(models.QuerySet[M]):
    """Reads freely, writes only while an action allows it. Django's save() passes through `_update` and `_insert`."""

    def update(self, **values: Any) -> int:
        _check(self.model, "update()")
        return super().update(**values)

    def _update(self, values: Any) -> Any:
        _check(self.model, "save()")
        return super()._update(values)  # type: ignore[misc]

    def _insert(self, *args: Any, **options: Any) -> Any:
        _check(self.model, "create() or bulk_create()")
        return super()._insert(*args, **options)  # type: ignore[misc]

    def delete(self) -> tuple[int, dict[str, int]]:
        if not _erasing.get():
            _refuse(self.model, "delete()")
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        if not _erasing.get():
            _refuse(self.model, "delete()")
        return super()._raw_delete(using)


class GuardedModel(models.Model):
    """Rows that only actions write, and nothing but `erasing` deletes."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs know a word of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """As Django's, without its walk through all fifty fields for each row of a list: these have no signals."""
        row = cls.__new__(cls)
        row._state = ModelState()
        row._state.adding, row._state.db = False, db
        row.__dict__.update(zip(field_names, values, strict=True))
        return row

    def save_base(self, *args: Any, **options: Any) -> None:
        _check(type(self), "save()")
        super().save_base(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        _refuse(type(self), "delete()")
