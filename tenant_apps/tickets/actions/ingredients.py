"""What may stand in a recipe, by its kind. Invalid names the part: `text`, `steps.2.to`, `filters` …"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from portico.errors import Invalid
from tenant_apps.tickets import kinds, priority, recipes, settings
from tenant_apps.tickets.drafts import MOST_FIELDS
from tenant_apps.tickets.models import BODY_LENGTH, SUBJECT_LENGTH
from tenant_apps.tickets.text import clean_tags, clean_text

MOST_STEPS, MOST_FILTERS, MOST_HOURS, KEYWORD, MOST_CHECKS = 20, 20, 24 * 365, 30, 50


def content_of(kind: str, given: Any) -> dict[str, Any]:
    """The content as it is kept."""
    if not isinstance(given, Mapping):
        raise Invalid({"content": ["Please say what this does."]})
    return _KINDS[kind](given)


def _macro(given: Mapping[str, Any]) -> dict[str, Any]:
    steps = given.get("steps")
    if not isinstance(steps, list) or not steps:
        raise Invalid({"steps": ["Please choose at least one thing to do."]})
    if len(steps) > MOST_STEPS:
        raise Invalid({"steps": [f"At most {MOST_STEPS} steps."]})
    wrong: dict[str, list[str]] = {}
    kept = []
    for place, step in enumerate(steps, start=1):
        try:
            kept.append(_step(step))
        except Invalid as no:
            wrong |= {f"steps.{place}.{part}": words for part, words in no.fields.items()}
    if wrong:
        raise Invalid(wrong)
    return {"steps": kept}


def _step(given: Any) -> dict[str, Any]:
    do = given.get("do") if isinstance(given, Mapping) else None
    if not isinstance(do, str) or do not in _STEPS:
        raise Invalid({"do": [f"Please choose one of: {', '.join(_STEPS)}."]})
    return {"do": do, **_STEPS[do](given)}


def _text(given: Mapping[str, Any], part: str = "text", *, limit: int = BODY_LENGTH, kind: str = "") -> str:
    text = clean_text(part, str(given.get(part) or ""), limit=limit, required=not kind)
    strange = recipes.unknown(text, kind)
    if strange:
        known = ", ".join("{{" + name + "}}" for name in recipes.known_in(kind))
        raise Invalid({part: [f"There is no {{{{{strange[0][:30]}}}}}. There are: {known}."]})
    return text


def _one_of(value: Any, known: Any, part: str = "to") -> str:
    if not isinstance(value, str) or value not in known:
        raise Invalid({part: [f"Please choose one of: {', '.join(one for one in known if one)}."]})
    return value


def _status(given: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.key: 1 for kind in kinds.load().on_offer() for one in kind.statuses if not one.is_retired}
    return {"to": _one_of(given.get("to"), known)}


def _person(given: Mapping[str, Any]) -> dict[str, Any]:
    to = given.get("to")
    return {"to": to if to in ("me", "nobody") else _id(to, "Please choose a person.")}


def _team(given: Mapping[str, Any]) -> dict[str, Any]:
    to = given.get("to")
    return {"to": _id(to, "Please choose a team.") if to else ""}


def _id(value: Any, words: str) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise Invalid({"to": [words]}) from None


def _tags(given: Mapping[str, Any]) -> dict[str, Any]:
    tags = given.get("tags")
    found = clean_tags([str(one) for one in tags] if isinstance(tags, list) else [])
    if not found:
        raise Invalid({"tags": ["Please write at least one tag."]})
    return {"tags": found}


def _hours(given: Mapping[str, Any]) -> dict[str, Any]:
    hours = given.get("hours")
    if isinstance(hours, bool) or not isinstance(hours, int) or not 0 <= hours <= MOST_HOURS:
        raise Invalid({"hours": [f"Please write whole hours from 0 to {MOST_HOURS:,}; 0 is until somebody writes."]})
    return {"hours": hours}


def _reply(given: Mapping[str, Any]) -> dict[str, Any]:
    keyword = clean_text("keyword", str(given.get("keyword") or ""), limit=KEYWORD, required=False)
    return {"text": _text(given), "keyword": "".join(keyword.lower().split())}


def _template(given: Mapping[str, Any]) -> dict[str, Any]:
    kind, department = given.get("type") or "", given.get("department") or ""
    known = kinds.load()
    if kind:
        _one_of(kind, {one.key: 1 for one in known.on_offer()}, "type")
    if department:
        _one_of(department, settings.departments(), "department")
    tags, values, checks = (given.get(name) or [] for name in ("tags", "fields", "checklist"))
    return {
        "subject": _text(given, "subject", limit=SUBJECT_LENGTH, kind="template"),
        "description": _text(given, "description", kind="template"),
        "type": kind,
        "department": department,
        "tags": clean_tags([str(one) for one in tags]),
        "fields": _fields(values or {}),
        "checklist": _checks(checks),
    }


def _fields(given: Any) -> dict[str, Any]:
    """Values of custom fields by key: they are checked when a request is made of them, for types change."""
    if not isinstance(given, Mapping) or len(given) > MOST_FIELDS:
        raise Invalid({"fields": [f"At most {MOST_FIELDS} fields."]})
    kept = {str(key)[:40]: value for key, value in given.items() if value not in (None, "", [])}
    for value in kept.values():
        for one in value if isinstance(value, list) else [value]:
            clean_text("fields", str(one), limit=2_000)
    return kept


def _checks(given: Any) -> list[str]:
    if not isinstance(given, list) or len(given) > MOST_CHECKS:
        raise Invalid({"checklist": [f"At most {MOST_CHECKS} steps."]})
    return [clean_text("checklist", str(one), limit=200) for one in given]


def _view(given: Mapping[str, Any]) -> dict[str, Any]:
    filters = given.get("filters")
    if not isinstance(filters, Mapping) or not filters:
        raise Invalid({"filters": ["Please choose at least one filter."]})
    if len(filters) > MOST_FILTERS:
        raise Invalid({"filters": [f"At most {MOST_FILTERS} filters."]})
    strange = [name for name in filters if not recipes.FILTERS.fullmatch(str(name))]
    if strange:
        raise Invalid({"filters": [f"“{str(strange[0])[:30]}” is not a filter."]})
    return {"filters": {str(name): clean_text("filters", str(value), limit=200) for name, value in filters.items()}}


_STEPS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "reply": lambda given: {"text": _text(given)},
    "note": lambda given: {"text": _text(given)},
    "status": _status,
    "assign": _person,
    "department": lambda given: {"to": _one_of(given.get("to") or "", {"": 1, **settings.departments()})},
    "team": _team,
    "tags_add": _tags,
    "tags_remove": _tags,
    "urgency": lambda given: {"to": _one_of(given.get("to"), priority.LEVELS)},
    "importance": lambda given: {"to": _one_of(given.get("to"), priority.LEVELS)},
    "snooze": _hours,
}
_KINDS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "macro": _macro,
    "reply": _reply,
    "template": _template,
    "view": _view,
}
