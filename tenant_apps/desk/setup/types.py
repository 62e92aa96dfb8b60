"""Request types: the list of them, and one with its statuses, steps and fields."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portico.errors import Invalid, Missing
from tenant_apps.desk.setup import editing, waiting
from tenant_apps.desk.setup.pages import done, in_place, managers, problems_of, whole
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions, conditions, drafts, kinds, workflow
from tenant_apps.tickets.actions import configuring

CATEGORIES = {
    "new": "New: nobody has begun",
    "open": "Open: work goes on",
    "waiting": "Waiting for the customer",
    "on_hold": "On hold: waiting for others",
    "solved": "Solved",
    "closed": "Closed",
}
MARKS = {
    "new": "Dashed arch",
    "triaged": "Arch with sill",
    "progress": "Half-filled arch",
    "waiting": "Arch with bars",
    "engineering": "Arch with diamond",
    "solved": "Full arch with tick",
    "closed": "Full arch with knob",
}
FIELD_KINDS = {
    "text": "Text",
    "number": "Number",
    "choice": "One of a list",
    "choices": "Several of a list",
    "date": "Date",
    "checkbox": "Yes or no",
    "regex": "Text with a pattern",
}
STAGES = {"": "Never", "create": "To ask", "solve": "To solve"}
_WORDS = {
    "about": "Saved. It holds for every request of this type.",
    "statuses": "The statuses are as you set them. Requests keep the one they have.",
    "steps": "The steps are as you set them.",
    "field": "The field is as you set it.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def types(request: HttpRequest) -> HttpResponse:
    """The types that customers choose from; a new one begins as a copy of another."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _changed(request)
        except Invalid as no:
            problems = problems_of(no)
    known = kinds.load()
    retired = [one for one in known.values() if one.is_retired]
    own = [*known.on_offer(), *retired]
    context = {
        "types": [(one, one.key in kinds.PRESETS, one == kinds.PRESETS.get(one.key)) for one in own],
        "default": known.default,
        "offered": known.on_offer(),
        "problems": problems,
        "label": request.POST.get("label", ""),
        "version": configuring.version_of("types"),
        "default_version": configuring.version_of("default_type"),
        "order_version": configuring.version_of("type_order"),
    }
    return render(request, "setup/types.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def one(request: HttpRequest, type_key: str) -> HttpResponse:
    """One type. `part` says which of the page's forms was sent; `choose` draws it anew and keeps nothing."""
    known = kinds.load()
    kind = dict.get(known, type_key)
    if kind is None or kind.is_fixed:
        raise Missing
    draft, problems, part = drafts.plain(kind), {}, request.POST.get("part", "")
    if request.method == "POST":
        try:
            draft = _EDITS[part](draft, request.POST) if part in _EDITS else draft
            if "choose" not in request.POST:
                event = _keep(request, type_key, part, draft)
                words = _WORDS.get(part, "Done. Requests of this type stay as they are.")
                return done(request, event, words, "type", type_key)
        except Invalid as no:
            problems = problems_of(no, f"types.{type_key}.")
    return _one(request, kind, draft, problems, part)


def _changed(request: HttpRequest) -> HttpResponse:
    version = whole(request.POST, "version")
    if "default_type" in request.POST:
        event = actions.set_to("default_type", request.POST["default_type"], by=request.actor, seen_version=version)
        return done(request, event, "Requests are of this type unless another is chosen.", "types")
    if request.POST.get("part") == "order":
        rows = in_place([{"key": one.key} for one in kinds.load().on_offer()], request.POST)
        order = [one["key"] for one in rows]
        event = actions.set_to("type_order", order, by=request.actor, seen_version=version)
        return done(request, event, "Types are offered in this order, the one of new requests first.", "types")
    label, like = request.POST.get("label", ""), request.POST.get("like", "")
    key, event = actions.add_type(label, like, by=request.actor, seen_version=version)
    return done(request, event, f"{label} is there. Set its statuses and fields here.", "type", key)


def _keep(request: HttpRequest, key: str, part: str, draft: editing.Draft) -> Event | None:
    version = whole(request.POST, "version")
    if part == "put_back":
        return actions.put_back_type(key, by=request.actor, seen_version=version)
    if part in {"retire", "bring_back"}:
        draft = draft | {"is_retired": part == "retire"}
    elif part not in _EDITS:
        raise Invalid({"part": ["Please send one of the forms of this page."]})
    return actions.keep_type(key, draft, by=request.actor, seen_version=version)


def _one(
    request: HttpRequest, kind: kinds.Kind, draft: editing.Draft, problems: dict[str, str], part: str
) -> HttpResponse:
    usable = [one for one in draft["statuses"] if not one["is_retired"]]
    fresh = _fresh(draft, kind, request.POST if part == "field" else {})
    context = {
        "kind": kind,
        "draft": draft,
        "usable": usable,
        "active": [one for one in usable if one["category"] not in workflow.DONE],
        "grid": [(one, [(after, _leads(draft, one, after)) for after in usable]) for one in usable],
        "problems": problems,
        "part": part,
        "opened": request.POST.get("field", "") if part == "field" else None,
        "fields": [
            (one, waiting.drawn(draft, one["key"]), conditions.words(kind, one["key"])) for one in draft["fields"]
        ],
        "fresh": fresh,
        "fresh_when": waiting.drawn(draft, fresh.get("key", "")),
        "categories": CATEGORIES,
        "marks": MARKS,
        "field_kinds": FIELD_KINDS,
        "stages": STAGES,
        "is_preset": kind.key in kinds.PRESETS,
        "is_as_it_came": kind == kinds.PRESETS.get(kind.key),
        "version": request.POST.get("version") or configuring.version_of("types"),
    }
    return render(request, "setup/type.html", context, status=422 if problems else 200)


def _fresh(draft: editing.Draft, kind: kinds.Kind, post: Any) -> dict[str, Any]:
    """What a new field begins with: nothing, or what was typed of one that was refused."""
    known = {one.key for one in kind.fields}
    typed = next((one for one in draft["fields"] if one["key"] not in known), None)
    if typed:
        draft["fields"] = [one for one in draft["fields"] if one is not typed]
    return typed or {"visible": True, "kind": "text", "options": []}


def _leads(draft: editing.Draft, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return after["key"] in draft["transitions"].get(before["key"], ())


_EDITS: dict[str, Callable[[editing.Draft, Any], editing.Draft]] = {
    "about": editing.about,
    "statuses": editing.statuses,
    "steps": editing.steps,
    "field": editing.field,
}
