"""When a custom field is asked: always, or only while another one has one of some answers."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tenant_apps.tickets.kinds import Kind

if TYPE_CHECKING:
    from tenant_apps.tickets.drafts import Wrong

DECIDERS = ("choice", "choices", "checkbox")
_MOST_NAMED = 6


def applies(kind: Kind, key: str, values: Mapping[str, Any]) -> bool:
    """Whether the field is asked of a ticket with these values: not when the one it hangs on is not asked itself."""
    here = kind.conditions.get(key)
    while here:
        if not _meets(values.get(here.field), here.values):
            return False
        here = kind.conditions.get(here.field)
    return True


def asked(kind: Kind, given: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a form says of the fields that are asked, without what was left over in others.

    `before` stands in the ticket already.
    """
    together = {**(before or {}), **given}
    return {key: value for key, value in given.items() if applies(kind, key, together)}


def words(kind: Kind, key: str) -> str:
    """When a field is asked, as the end of a sentence: “Kind” is “Broken” or “Lost”. Empty: always."""
    on = kind.conditions.get(key)
    other = kind.field_named(on.field) if on else None
    if on is None or other is None:
        return ""
    if other.kind == "checkbox":
        said = " or ".join("ticked" if one else "not ticked" for one in on.values)
    else:
        named = [f"“{one}”" for one in on.values[:_MOST_NAMED]]
        rest = len(on.values) - len(named)
        named += [f"one of {rest} others"] if rest else []
        said = " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"“{other.label}” {'has' if other.kind == 'choices' else 'is'} {said}"


def check(given: Any, rows: list[dict[str, Any]], wrong: "Wrong") -> dict[str, Any]:
    """The conditions of a draft as they are kept, its fields having been checked; complaints are of `conditions.<key>`.

    What a condition names cannot be taken away from under it: it is refused until the condition goes.
    """
    if not isinstance(given, Mapping):
        wrong.say("conditions", "Please say by field when it is asked.")
        return {}
    known, found = {row["key"]: row for row in rows}, {}
    for key, one in given.items():
        trouble = _trouble(known.get(key), one, known)
        if trouble:
            wrong.say(f"conditions.{key}", trouble)
        else:
            found[key] = {"field": one["field"], "values": _ordered(known[one["field"]], one["values"])}
    for key, way in _circles(found):
        names = ", ".join(f"“{known[step]['label']}”" for step in way)
        wrong.say(f"conditions.{key}", f"“{known[key]['label']}” would wait for itself, by way of {names}.")
    return found


def _meets(value: Any, wanted: tuple[Any, ...]) -> bool:
    """A box that nobody ticked says no."""
    if isinstance(value, list) and value:
        return any(one in wanted for one in value)
    return (value or False) in wanted


def _trouble(row: dict[str, Any] | None, given: Any, known: Mapping[str, dict[str, Any]]) -> str:
    """Why a field cannot be asked on this condition, in words; empty when it can."""
    if row is None:
        return "There is no such field."
    if not isinstance(given, Mapping) or set(given) != {"field", "values"} or not isinstance(given["values"], list):
        return "Please say on which field it depends, and on which answers."
    name, other = row["label"], known.get(given["field"]) if isinstance(given["field"], str) else None
    if other is None:
        return f"“{name}” depends on a field that is not there."
    if other is row:
        return f"“{name}” cannot depend on itself."
    if other["kind"] not in DECIDERS:
        return f"“{name}” can depend on a list or on yes or no, and “{other['label']}” is neither."
    if other["is_retired"] and not row["is_retired"]:
        return f"“{other['label']}” is retired, and “{name}” is only asked for some of its answers. Change that first."
    if not given["values"]:
        return f"“{name}” has to be asked for at least one answer of “{other['label']}”."
    strange = next((one for one in given["values"] if not _is_answer(other, one)), None)
    if strange is None:
        return ""
    lost = f"“{other['label']}” has no answer “{str(strange)[:60]}”"
    return f"{lost}, and “{name}” is only asked for that. Change when it is asked first."


def _is_answer(other: Mapping[str, Any], value: Any) -> bool:
    if other["kind"] == "checkbox":
        return isinstance(value, bool)
    return isinstance(value, str) and value in other["options"]


def _ordered(other: Mapping[str, Any], values: list[Any]) -> list[Any]:
    """Each answer once, in the order of the field."""
    return [one for one in (other["options"] or (True, False)) if one in values]


def _circles(found: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """Every field that would depend on itself, with those between."""
    for key in found:
        way: list[str] = []
        here = found[key]["field"]
        while here in found and here != key and here not in way:
            way.append(here)
            here = found[here]["field"]
        if here == key:
            yield key, way
