"""From the forms of recipes to their content, and what there is to choose from in them."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import QueryDict

from tenant_apps.desk.setup.pages import lines, whole
from tenant_apps.people.models import Team
from tenant_apps.tickets import distribution, kinds, priority, settings

STEPS = {
    "reply": "Reply",
    "note": "Write a note",
    "status": "Move to a status",
    "assign": "Assign",
    "department": "Set the department",
    "team": "Give to a team",
    "tags_add": "Add tags",
    "tags_remove": "Take tags away",
    "urgency": "Set the urgency",
    "importance": "Set the importance",
    "snooze": "Let it rest",
}
EMPTY: dict[str, Any] = {
    "macro": {"steps": []},
    "reply": {"text": "", "keyword": ""},
    "template": {
        "subject": "",
        "description": "",
        "type": "",
        "department": "",
        "tags": [],
        "fields": {},
        "checklist": [],
    },
    "view": {"filters": {}},
}
_TEXTS, _TAGS = {"reply", "note"}, {"tags_add", "tags_remove"}


def read(kind: str, post: QueryDict) -> dict[str, Any]:
    """What was typed, as the actions take it."""
    return {
        "name": post.get("name", ""),
        "scope": post.get("scope", "personal"),
        "team_id": post.get("team_id") or None,
        "position": whole(post, "position", 0),
        "content": _CONTENT[kind](post),
    }


def with_step(given: dict[str, Any], do: str) -> dict[str, Any]:
    """The same with one more step at the end, still to be filled in."""
    if do not in STEPS:
        return given
    return given | {"content": {"steps": [*given["content"]["steps"], {"do": do}]}}


def choices(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the page of a kind offers."""
    found: dict[str, Any] = {"teams": list(Team.objects.filter(is_active=True).order_by("name"))}
    if kind == "reply":
        return found
    if kind == "view":
        filters = given["content"].get("filters", {})
        return found | {"address": "&".join(f"{name}={value}" for name, value in filters.items())}
    known = kinds.load()
    found |= {"departments": settings.departments(), "types": known.on_offer()}
    if kind == "template":
        chosen = known.get(given["content"].get("type", "")) or known.default
        values = given["content"].get("fields", {})
        return found | {"fields": [(one, values.get(one.key, "")) for one in chosen.open_fields]}
    statuses = {one.key: one.label for kind in known.on_offer() for one in kind.statuses if not one.is_retired}
    return found | {
        "steps": STEPS,
        "statuses": statuses,
        "levels": priority.LEVELS,
        "people": distribution.agents(),
    }


def _macro(post: QueryDict) -> dict[str, Any]:
    """Steps stand in the form as `do-<n>` with `value-<n>`; `place-<n>` orders them, `gone-<n>` takes one out."""
    found = []
    for place in range(1, 41):
        do = post.get(f"do-{place}")
        if do and f"gone-{place}" not in post:
            at = whole(post, f"place-{place}", place)
            found.append((at if isinstance(at, int) else place, place, _step(do, post, f"value-{place}")))
    return {"steps": [step for _, _, step in sorted(found, key=lambda one: one[:2])]}


def _step(do: str, post: QueryDict, name: str) -> dict[str, Any]:
    if do in _TEXTS:
        return {"do": do, "text": post.get(name, "")}
    if do in _TAGS:
        return {"do": do, "tags": lines(post.get(name, ""))}
    if do == "snooze":
        return {"do": do, "hours": whole(post, name, 0)}
    return {"do": do, "to": post.get(name, "")}


def _reply(post: QueryDict) -> dict[str, Any]:
    return {"text": post.get("text", ""), "keyword": post.get("keyword", "")}


def _template(post: QueryDict) -> dict[str, Any]:
    names = ("subject", "description", "type", "department")
    fields = {name.removeprefix("field-"): post[name] for name in post if name.startswith("field-") and post[name]}
    checklist = [one.strip() for one in post.get("checklist", "").splitlines() if one.strip()]
    texts = {name: post.get(name, "") for name in names}
    return {**texts, "tags": lines(post.get("tags", "")), "fields": fields, "checklist": checklist}


def _view(post: QueryDict) -> dict[str, Any]:
    """The address of the inbox, whole or its filters alone."""
    typed = post.get("address", "").strip()
    query = urlsplit(typed).query if "?" in typed or "/" in typed else typed
    try:
        return {"filters": {name: value for name, value in parse_qsl(query, max_num_fields=100) if name != "cursor"}}
    except ValueError:
        return {"filters": {}}


_CONTENT = {"macro": _macro, "reply": _reply, "template": _template, "view": _view}
