"""A ticket type as somebody has drawn it: checked part by part, and joined with what its tickets still need.

Nothing is ever taken out of a type: a status or a field that a draft leaves away stays in it, retired.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from portico.errors import Invalid
from tenant_apps.tickets import conditions, kinds, workflow
from tenant_apps.tickets.kinds import FIELD_KINDS, MARKS, Kind
from tenant_apps.tickets.patterns import trouble_with
from tenant_apps.tickets.text import is_storable
from tenant_apps.tickets.workflow import DONE

TYPE_KEY, PART_KEY, LABEL, HELP = 20, 40, 60, 200
MOST_AT_ONCE = 999
MOST_STATUSES, MOST_FIELDS, MOST_OPTIONS, MOST_TYPES = 30, 40, 200, 40
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_STAGES = ("", "create", "solve")


def plain(kind: Kind) -> dict[str, Any]:
    """A type as it is kept in the settings, and as pages and programs edit it."""
    return {
        "label": kind.label,
        "statuses": [asdict(one) for one in kind.statuses],
        "transitions": {before: list(after) for before, after in kind.transitions.items()},
        "initial": kind.initial,
        "started": kind.started,
        "woken": kind.woken,
        "fields": [{**asdict(one), "options": list(one.options)} for one in kind.fields],
        "conditions": {key: {"field": one.field, "values": list(one.values)} for key, one in kind.conditions.items()},
        "solved_reply": kind.solved_reply,
        "closed_reply": kind.closed_reply,
        "is_public": kind.is_public,
        "is_retired": kind.is_retired,
        "limits": dict(kind.limits),
    }


def key_of(label: str, taken: Iterable[str], limit: int = PART_KEY) -> str:
    """A key for something new, out of its name; it stays when the name changes."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[: limit - 3].strip("_")
    start = plain if _KEY.fullmatch(plain) else f"k_{plain}".rstrip("_")[: limit - 3]
    used = set(taken)
    return next(key for key in [start, *(f"{start}_{n}" for n in range(2, 99))] if key not in used)


class Wrong:
    """What is wrong with a draft, by the part it stands in."""

    def __init__(self) -> None:
        self.parts: dict[str, list[str]] = {}

    def say(self, part: str, words: str) -> None:
        self.parts.setdefault(part, []).append(words)

    def words(self, part: str, value: Any, limit: int, *, required: bool = True) -> str:
        """A line of text, or a complaint about it."""
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not isinstance(value, str) or not is_storable(text):
            self.say(part, "Please write a text.")
        elif required and not text:
            self.say(part, "Please write something.")
        elif len(text) > limit:
            self.say(part, f"At most {limit} characters fit.")
        return text

    def one_of(self, part: str, value: Any, known: Iterable[str]) -> str:
        """One of the known values, or a complaint."""
        known = list(known)
        if not isinstance(value, str) or value not in known:
            self.say(part, f"Please choose one of: {', '.join(one for one in known if one)}.")
            return ""
        return value

    def stop(self) -> None:
        """Invalid when anything is wrong."""
        if self.parts:
            raise Invalid(self.parts)


def check(key: str, given: Any, before: Kind | None) -> dict[str, Any]:
    """The type as it is kept. Invalid names the part: `label`, `statuses.<key>.label`, `fields.<key>.pattern` …"""
    wrong = Wrong()
    if not isinstance(given, Mapping) or set(given) - set(plain(kinds.PRESETS["simple"])):
        raise Invalid({"type": ["This is not the draft of a type."]})
    if not _KEY.fullmatch(key) or len(key) > TYPE_KEY or key in kinds.PLATFORM:
        raise Invalid({"key": ["This key cannot be taken."]})
    statuses = _statuses(_rows(given.get("statuses"), "statuses", MOST_STATUSES, wrong), before, wrong)
    fields = _fields(_rows(given.get("fields", []), "fields", MOST_FIELDS, wrong), before, wrong)
    draft = {
        "label": wrong.words("label", given.get("label"), LABEL),
        "statuses": statuses,
        "fields": fields,
        "solved_reply": wrong.one_of("solved_reply", given.get("solved_reply", "reopen"), ("reopen", "keep")),
        "closed_reply": wrong.one_of("closed_reply", given.get("closed_reply", "follow_up"), ("follow_up", "reopen")),
        "is_public": bool(given.get("is_public", True)),
        "is_retired": bool(given.get("is_retired")),
    }
    wrong.stop()
    usable = {one["key"]: one["category"] for one in statuses if not one["is_retired"]}
    draft |= _ends(given, usable, wrong)
    draft["transitions"] = _transitions(given.get("transitions"), usable, wrong)
    draft["limits"] = _limits(given.get("limits") or {}, usable, wrong)
    draft["conditions"] = conditions.check(given.get("conditions", {}), fields, wrong)
    wrong.stop()
    return draft


def _rows(given: Any, part: str, most: int, wrong: Wrong) -> list[dict[str, Any]]:
    rows = given if isinstance(given, list) else []
    keys = [one.get("key") for one in rows if isinstance(one, Mapping)]
    if len(keys) != len(rows) or not isinstance(given, list):
        wrong.say(part, "Please send a list.")
    elif len(rows) > most:
        wrong.say(part, f"At most {most} fit.")
    elif not all(isinstance(key, str) and _KEY.fullmatch(key) and len(key) <= PART_KEY for key in keys):
        wrong.say(part, "A key is short, in small letters, digits and _.")
    elif len(set(keys)) != len(keys):
        wrong.say(part, "Each key stands once.")
    wrong.stop()
    return [dict(one) for one in rows]


def _statuses(rows: list[dict[str, Any]], before: Kind | None, wrong: Wrong) -> list[dict[str, Any]]:
    old = {one.key: one for one in before.statuses} if before else {}
    found = []
    for row in rows:
        key, part = row["key"], f"statuses.{row['key']}"
        category = wrong.one_of(f"{part}.category", row.get("category"), workflow.CATEGORIES)
        if key in old and category and category != old[key].category:
            wrong.say(f"{part}.category", "What kind of status this is stays. Add another status instead.")
        label = wrong.words(f"{part}.label", row.get("label"), PART_KEY)
        status = {
            "key": key,
            "category": category,
            "label": label,
            "customer_label": wrong.words(f"{part}.customer_label", row.get("customer_label") or label, PART_KEY),
            "mark": wrong.one_of(f"{part}.mark", row.get("mark") or MARKS.get(category, ""), _MARKS),
            "is_retired": bool(row.get("is_retired")),
        }
        found.append(status)
    _no_twins(found, "statuses", wrong)
    gone = [asdict(one) | {"is_retired": True} for key, one in old.items() if key not in {row["key"] for row in rows}]
    return found + gone


_MARKS = ("new", "triaged", "progress", "waiting", "engineering", "solved", "closed")


def _no_twins(rows: list[dict[str, Any]], part: str, wrong: Wrong) -> None:
    seen: set[str] = set()
    for row in rows:
        name = row["label"].casefold()
        if name and not row["is_retired"] and name in seen:
            wrong.say(f"{part}.{row['key']}.label", "Another one is called that already.")
        seen |= set() if row["is_retired"] else {name}


def _ends(given: Mapping[str, Any], usable: Mapping[str, str], wrong: Wrong) -> dict[str, str]:
    """Where work begins, where it goes when somebody takes it, where an answer wakes it."""
    active = [key for key, category in usable.items() if category not in DONE]
    initial = wrong.one_of("initial", given.get("initial"), active)
    started = wrong.one_of("started", given.get("started") or "", ["", *(one for one in active if one != initial)])
    woken = wrong.one_of("woken", given.get("woken") or initial, active)
    if "closed" not in usable.values():
        wrong.say("statuses", "One status has to be a closed one, so that a request can end.")
    return {"initial": initial, "started": started, "woken": woken}


def _transitions(given: Any, usable: Mapping[str, str], wrong: Wrong) -> dict[str, list[str]]:
    """Which status leads where, in the order of the statuses. Every one leads on, and to an end."""
    if not isinstance(given, Mapping) or not all(isinstance(after, list | tuple) for after in given.values()):
        wrong.say("transitions", "Please say which status leads where.")
        return {}
    steps = {before: [one for one in usable if one in given.get(before, ()) and one != before] for before in usable}
    for before, after in steps.items():
        if not after:
            wrong.say(f"transitions.{before}", "This has to lead somewhere.")
        elif not _reaches_an_end(before, steps, usable):
            wrong.say(f"transitions.{before}", "No way leads from here to a solved or closed status.")
    return steps


def _reaches_an_end(start: str, steps: Mapping[str, list[str]], usable: Mapping[str, str]) -> bool:
    seen, open_ends = {start}, [start]
    while open_ends:
        here = open_ends.pop()
        if usable[here] in DONE:
            return True
        open_ends += [one for one in steps[here] if one not in seen]
        seen |= set(steps[here])
    return False


def _limits(given: Any, usable: Mapping[str, str], wrong: Wrong) -> dict[str, int]:
    """How many requests may stand in a status before the board says that it is too many. Nothing, or 0, is no limit."""
    if not isinstance(given, Mapping):
        wrong.say("limits", "Please say how many by status.")
        return {}
    for key, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_AT_ONCE:
            wrong.say(f"limits.{key}", f"Please write a whole number from 0 to {MOST_AT_ONCE}, or nothing.")
    return {key: given[key] for key in usable if given.get(key)}


def _fields(rows: list[dict[str, Any]], before: Kind | None, wrong: Wrong) -> list[dict[str, Any]]:
    old = {one.key: one for one in before.fields} if before else {}
    found = []
    for row in rows:
        key, part = row["key"], f"fields.{row['key']}"
        kind = wrong.one_of(f"{part}.kind", row.get("kind", "text"), FIELD_KINDS)
        if key in old and kind and kind != old[key].kind:
            wrong.say(f"{part}.kind", "What can stand in a field stays. Add another field instead.")
        field = {
            "key": key,
            "label": wrong.words(f"{part}.label", row.get("label"), LABEL),
            "kind": kind,
            "required": wrong.one_of(f"{part}.required", row.get("required", ""), _STAGES),
            "visible": bool(row.get("visible", True)),
            "options": _options(row, kind, part, wrong),
            "pattern": str(row.get("pattern", "")) if kind == "regex" else "",
            "help": wrong.words(f"{part}.help", row.get("help", ""), HELP, required=False),
            "is_retired": bool(row.get("is_retired")),
        }
        if kind == "regex" and (trouble := trouble_with(field["pattern"])):
            wrong.say(f"{part}.pattern", trouble)
        found.append(field)
    _no_twins(found, "fields", wrong)
    gone = [one for key, one in old.items() if key not in {row["key"] for row in rows}]
    return found + [{**asdict(one), "options": list(one.options), "is_retired": True} for one in gone]


def _options(row: Mapping[str, Any], kind: str, part: str, wrong: Wrong) -> list[str]:
    if kind not in {"choice", "choices"}:
        return []
    given = row.get("options", [])
    if not isinstance(given, list | tuple):
        wrong.say(f"{part}.options", "Please send a list.")
        return []
    found = [wrong.words(f"{part}.options", one, LABEL) for one in given[: MOST_OPTIONS + 1]]
    found = list(dict.fromkeys(found))
    if not found:
        wrong.say(f"{part}.options", "Please write what there is to choose from.")
    if len(given) > MOST_OPTIONS:
        wrong.say(f"{part}.options", f"At most {MOST_OPTIONS} to choose from.")
    return found
