"""PATCH (RFC 7644 section 3.5.2) on the attributes as they were sent, with what directories write besides: operations
in capital letters, truth values as words, dotted names without a path, members to remove as a value."""

import re
from copy import deepcopy
from typing import Any

from tenant_apps.sso.scim.shapes import GROUP, PATCH, USER, ScimRefused

_PATH = re.compile(
    r'(?P<name>[A-Za-z$]+)(\[(?P<by>\w+) eq (?P<is>"[^"\\]{0,255}"|true|false)\])?(\.(?P<sub>[A-Za-z$]+))?'
)
_PARTS = {"name": ("formatted", "familyName", "givenName")}
_SEVERAL = {"emails": ("value", "type", "primary"), "roles": ("value", "primary"), "members": ("value", "$ref", "type")}
_PLAIN = ("userName", "displayName", "active", "externalId")
_KNOWN = {name.lower(): name for name in (*_PLAIN, *_PARTS, *_SEVERAL)}
_FIXED = {"id", "meta", "groups", "schemas"}
_MOST_OPERATIONS, _MOST_VALUES = 500, 5_000


def patched(kept: dict[str, Any], sent: Any) -> dict[str, Any]:
    """The attributes after all operations; nothing of them when one cannot be done."""
    operations = sent.get("Operations") if isinstance(sent, dict) else None
    if (
        not isinstance(operations, list)
        or PATCH not in (sent.get("schemas") or [])
        or len(operations) > _MOST_OPERATIONS
    ):
        raise ScimRefused(400, "invalidSyntax", "A PATCH has the schema PatchOp, and a list of operations.")
    result = deepcopy(kept)
    for one in operations:
        if not isinstance(one, dict):
            raise ScimRefused(400, "invalidSyntax", "An operation is an object.")
        op, path, value = str(one.get("op", "")).lower(), one.get("path"), one.get("value")
        if op not in {"add", "replace", "remove"} or (op != "remove" and "value" not in one):
            raise ScimRefused(
                400, "invalidSyntax", "An operation adds, replaces or removes, the first two with a value."
            )
        if path:
            _apply(result, op, str(path), value)
        elif op == "remove" or not isinstance(value, dict):
            raise ScimRefused(400, "noTarget", "Without a path an operation has an object as its value.")
        else:
            for name, inner in value.items():
                _apply(result, op, name, inner)
    return result


def replaced(kept: dict[str, Any], sent: Any) -> dict[str, Any]:
    """PUT and POST: only what was sent, as far as it is known here; names in whatever case."""
    if not isinstance(sent, dict):
        raise ScimRefused(400, "invalidSyntax", "A resource is an object.")
    found: dict[str, Any] = {name: value for name, value in kept.items() if name.startswith("_")}
    for name, value in sent.items():
        known = _KNOWN.get(name.lower())
        if known and value is not None:
            _set(found, "replace", known, "", value)
    return found


def _apply(kept: dict[str, Any], op: str, path: str, value: Any) -> None:
    for prefix in (USER, GROUP):
        if path.lower() == prefix.lower() and isinstance(value, dict):
            for name, inner in value.items():
                _apply(kept, op, name, inner)
            return
        path = path[len(prefix) + 1 :] if path.lower().startswith(f"{prefix.lower()}:") else path
    match = _PATH.fullmatch(path)
    if match is None:
        raise ScimRefused(400, "invalidPath", "This path cannot be read.")
    name = _KNOWN.get(match["name"].lower())
    if name is None:
        if match["name"].lower() in {one.lower() for one in _FIXED}:
            raise ScimRefused(400, "mutability", f"{match['name']} is not the directory’s to change.")
        return  # an attribute that nobody keeps here: some directories send all they have
    sub = match["sub"] or ""
    if match["by"]:
        _apply_where(kept, op, name, match["by"], match["is"], sub, value)
    elif op == "remove":
        _remove(kept, name, sub, value)
    else:
        _set(kept, op, name, sub, value)


def _set(kept: dict[str, Any], op: str, name: str, sub: str, value: Any) -> None:
    if name in _SEVERAL:
        items = [_item(name, one) for one in (value if isinstance(value, list) else [value])]
        before = kept.get(name, []) if op == "add" else []
        new = [one for one in items if one not in before]
        if any(one.get("primary") for one in new):
            before = [one | ({"primary": False} if one.get("primary") else {}) for one in before]
        kept[name] = _bounded([*before, *new] if name != "members" else _by_value([*before, *new]))
    elif name in _PARTS:
        given = {sub: value} if sub else value
        if not isinstance(given, dict):
            raise ScimRefused(400, "invalidValue", f"{name} has parts.")
        parts = {part: _text(inner) for part, inner in given.items() if part in _PARTS[name] and inner is not None}
        kept[name] = (kept.get(name, {}) if op == "add" or sub else {}) | parts
    else:
        kept[name] = _truth(value) if name == "active" else _text(value)


def _remove(kept: dict[str, Any], name: str, sub: str, value: Any) -> None:
    if name in _PARTS and sub:
        kept.get(name, {}).pop(sub, None)
    elif name == "members" and value:
        gone = {_item(name, one)["value"] for one in (value if isinstance(value, list) else [value])}
        kept[name] = [one for one in kept.get(name, []) if one["value"] not in gone]
    else:
        kept.pop(name, None)


def _apply_where(kept: dict[str, Any], op: str, name: str, by: str, text: str, sub: str, value: Any) -> None:
    """Operations on those of several values that have this."""
    if name not in _SEVERAL or by not in _SEVERAL[name] or (sub and sub not in _SEVERAL[name]):
        raise ScimRefused(400, "invalidPath", "There is no such part.")
    wanted: Any = text[1:-1] if text.startswith('"') else text == "true"
    items = kept.get(name, [])
    found = [one for one in items if one.get(by) == wanted]
    if op == "remove":
        if sub:
            for one in found:
                one.pop(sub, None)
        else:
            kept[name] = [one for one in items if one not in found]
        return
    if not found and name == "members":
        raise ScimRefused(400, "noTarget", "Nobody like this is a member.")
    if not found:
        found = [{by: wanted}]
        items = [*items, *found]
    for one in found:
        one.update(_item(name, {**one, **({sub: value} if sub else value if isinstance(value, dict) else {})}))
    kept[name] = _bounded(items)


def _item(name: str, value: Any) -> dict[str, Any]:
    given = value if isinstance(value, dict) else {"value": value}
    found = {part: given[part] for part in _SEVERAL[name] if given.get(part) is not None}
    if not isinstance(found.get("value"), str):
        raise ScimRefused(400, "invalidValue", f"Each of {name} has a value.")
    for part in found:
        found[part] = _truth(found[part]) if part == "primary" else _text(found[part])
    return found


def _by_value(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({one["value"]: one for one in items}.values())


def _bounded(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(items) > _MOST_VALUES:
        raise ScimRefused(413, "tooMany", f"At most {_MOST_VALUES} fit.")
    return items


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1_000 or not value.isprintable():
        raise ScimRefused(400, "invalidValue", "This has to be a line of text.")
    return value


def _truth(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise ScimRefused(400, "invalidValue", "This has to be true or false.")
    return value
