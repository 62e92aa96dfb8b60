"""The custom fields of a type as controls, and what was typed into them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from tenant_apps.desk import conditional
from tenant_apps.tickets import conditions, fields
from tenant_apps.tickets.kinds import Field, Kind


@dataclass(frozen=True, slots=True)
class Control:
    """One field with its value and what is wrong with it."""

    field: Field
    value: Any
    problems: list[str]
    applies: bool
    asks: SafeString  # the attributes of its box
    only_if: str

    @property
    def name(self) -> str:
        return conditional.PREFIX + self.field.key

    @property
    def input(self) -> str:
        """The kind of `input` that takes it."""
        return {"date": "date", "number": "text"}.get(self.field.kind, "text")


def controls(kind: Kind, values: Mapping[str, Any], problems: Mapping[str, list[str]]) -> list[Control]:
    """The fields of the type in their order."""
    return [
        Control(
            fields.still_offering(one, values.get(one.key)),
            values.get(one.key),
            problems.get(one.key, []),
            conditions.applies(kind, one.key, values),
            conditional.attributes(kind, one.key, values),
            conditional.hint(kind, one.key),
        )
        for one in kind.open_fields
    ]


def values_in(kind: Kind, form: QueryDict) -> dict[str, Any]:
    """What a form says of the type's fields: only of those that it has. A box that is not ticked says no."""
    found: dict[str, Any] = {}
    for one in kind.open_fields:
        name = conditional.PREFIX + one.key
        if one.kind == "checkbox":
            found[one.key] = name in form
        elif one.kind == "choices":
            found[one.key] = form.getlist(name)
        elif name in form:
            found[one.key] = form[name]
    return found


def asked_in(kind: Kind, form: QueryDict, before: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what was left over in fields that are not asked; `before` stands in the request already."""
    return conditions.asked(kind, values_in(kind, form), before)
