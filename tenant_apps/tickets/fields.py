"""Custom fields of a ticket type: what may stand in them, and when they have to be there."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portico.errors import Invalid
from tenant_apps.tickets import conditions
from tenant_apps.tickets.kinds import Field, Kind
from tenant_apps.tickets.text import is_storable

LONGEST = 2_000


def clean(
    kind: Kind, given: Mapping[str, Any], *, before: Mapping[str, Any] | None = None, by_customer: bool = False
) -> dict[str, Any]:
    """The values as they are kept, for the fields that are named. Invalid names fields as `fields.<key>`.

    None or an empty text takes a value away. Customers set only what they see. What stood there `before` may stay,
    whatever the type asks by now.
    """
    stands = before or {}
    known = {one.key: one for one in (kind.fields_for_customers if by_customer else kind.open_fields)}
    wrong = {f"fields.{key}": ["There is no such field."] for key in given if key not in known}
    kept: dict[str, Any] = {}
    for key, value in given.items():
        if key in known:
            try:
                is_same = key in stands and value == stands[key]
                kept[key] = value if is_same else _value(still_offering(known[key], stands.get(key)), value)
            except _Wrong as no:
                wrong[f"fields.{key}"] = [str(no)]
    if wrong:
        raise Invalid(wrong)
    return kept


def still_offering(field: Field, value: Any) -> Field:
    """The field with what was chosen among its options, when that was taken away since."""
    chosen = {"choice": [value] if value else [], "choices": value or []}.get(field.kind, [])
    gone = tuple(one for one in chosen if one not in field.options)
    return replace(field, options=(*field.options, *gone)) if gone else field


def changed(
    kind: Kind, before: Mapping[str, Any], given: Mapping[str, Any], *, by_customer: bool = False
) -> dict[str, Any]:
    """What stands in a ticket's fields after these values are given. What is asked no longer loses its value with that.

    Invalid for a value of a field that is not asked. What was not asked before either, for somebody edited the type,
    stays as it is.
    """
    new = clean(kind, given, before=before, by_customer=by_customer)
    after = {key: value for key, value in {**before, **new}.items() if value is not None}
    wrong: dict[str, list[str]] = {}
    for key in [
        one.key for one in kind.open_fields if one.key in after and not conditions.applies(kind, one.key, after)
    ]:
        was_asked = conditions.applies(kind, key, before)
        if new.get(key) is not None and (was_asked or new[key] != before.get(key)):
            wrong[f"fields.{key}"] = [f"This is only asked when {conditions.words(kind, key)}."]
        elif was_asked:
            del after[key]
    if wrong:
        raise Invalid(wrong)
    return after


def dropped(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the fields that lost their value with a change because they are asked no longer."""
    gone = (one for one in kind.open_fields if one.key in before and one.key not in after)
    return [one.label for one in gone if not conditions.applies(kind, one.key, after)]


def require(kind: Kind, values: Mapping[str, Any], stage: str, *, by_customer: bool = False) -> None:
    """Invalid unless every field is there that this stage ("create" or "solve") needs, of those that are asked."""
    needed = _needed(kind, stage, by_customer=by_customer)
    asked = (one for one in needed if conditions.applies(kind, one.key, values))
    missing = [one for one in asked if values.get(one.key) in (None, "", [], False)]
    if missing:
        raise Invalid({f"fields.{one.key}": [f"{one.label} is needed here."] for one in missing})


def _needed(kind: Kind, stage: str, *, by_customer: bool) -> Iterable[Field]:
    stages = {"create"} if stage == "create" else {"create", "solve"}
    return (one for one in (kind.fields_for_customers if by_customer else kind.open_fields) if one.required in stages)


class _Wrong(ValueError):
    """Why a value cannot be kept, in words."""


def _value(field: Field, value: Any) -> Any:
    if value in (None, "", []):
        return None
    return _READERS[field.kind](field, value)


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str) or not is_storable(value):
        raise _Wrong("Please write a text.")
    if len(value) > LONGEST:
        raise _Wrong(f"At most {LONGEST:,} characters fit.")
    return value.strip()


def _number(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        raise _Wrong("Please write a number.")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise _Wrong("Please write a number.") from None
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise _Wrong("This number is too large.")
    return format(number.normalize(), "f")


def _choice(field: Field, value: Any) -> str:
    if value not in field.options:
        raise _Wrong("Please choose from the list.")
    return str(value)


def _choices(field: Field, value: Any) -> list[str]:
    given = value if isinstance(value, list) else [value]
    if any(one not in field.options for one in given):
        raise _Wrong("Please choose from the list.")
    return [one for one in field.options if one in given]


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _Wrong("Please write a date: 2026-12-31.") from None


def _checkbox(field: Field, value: Any) -> bool:
    if value in (True, "true", "on", "1", 1):
        return True
    if value in (False, "false", "off", "0", 0):
        return False
    raise _Wrong("Please say yes or no.")


def _matching(field: Field, value: Any) -> str:
    text = _text(field, value)
    # Patterns come from managers and are short; so is what they are held against.
    if len(text) > 200 or not re.fullmatch(field.pattern, text):
        raise _Wrong(field.help or "This does not have the form that is asked for.")
    return text


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "number": _number,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "checkbox": _checkbox,
    "regex": _matching,
}
