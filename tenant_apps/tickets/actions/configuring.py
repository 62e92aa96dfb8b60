"""What a company's managers set for their desk. Every change is checked, kept with its version, and can be undone."""

from copy import deepcopy
from typing import Any

from django.db import transaction

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from tenant_apps.journal.models import Event
from tenant_apps.tickets import access, drafts, kinds, settings, shapes
from tenant_apps.tickets.actions import closing
from tenant_apps.tickets.models import Setting

VERB = "settings.update"
# What two settings have to agree about is locked in this order.
_BESIDE = {"types": ("default_type",), "default_type": ("types",), "type_order": ("types", "default_type")}


@transaction.atomic
def set_to(key: str, value: Any, *, by: Actor, seen_version: int | None = None, part: str = "") -> Event | None:
    """Set a part of the desk, whole; what happened, or None when it was so already.

    Departments, types, statuses and fields that are left away are retired, not lost: old requests stay as they are.
    A `seen_version` that is no longer true is refused. `part` says which type or the like it was about.
    """
    access.require(by, "configure", access.COMPANY_DESK)
    if key not in settings.DEFAULTS:
        raise Invalid({"key": [f"Please choose one of: {', '.join(settings.DEFAULTS)}."]})
    row = lock(key)
    if seen_version is not None and seen_version != row.version:
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    before = row.value
    after = shapes.read(key, value, before, settings.read(*_BESIDE.get(key, ())))
    if after != before:
        row.value, row.version = after, row.version + 1
        row.save(update_fields=["value", "version"])
        if key == closing.SETTING:
            closing.look_again()
    Setting.objects.filter(version=0).delete()  # rows that were there to be locked: untouched settings have none
    if after == before:
        return None
    facts = {"key": key, "part": part, "before": before, "after": after, "version": row.version}
    return _told(record(VERB, row, by=by, desk="company", **facts))


@transaction.atomic
def keep_type(key: str, draft: dict[str, Any], *, by: Actor, seen_version: int | None = None) -> Event | None:
    """Set one ticket type, new or known, and leave the others as they are."""
    return set_to("types", _types(by) | {key: draft}, by=by, seen_version=seen_version, part=key)


@transaction.atomic
def add_type(label: str, like: str, *, by: Actor, seen_version: int | None = None) -> tuple[str, Event | None]:
    """A new type that begins as a copy of another; its key, and what happened."""
    known = kinds.build(_types(by), "")
    if dict.get(known, like) is None or known[like].is_fixed:
        raise Invalid({"like": ["There is no such type of request."]})
    key = drafts.key_of(label, known, drafts.TYPE_KEY)
    draft = drafts.plain(known[like]) | {"label": label, "is_public": True, "is_retired": False}
    draft["statuses"] = [one for one in draft["statuses"] if not one["is_retired"]]
    draft["fields"] = [one for one in draft["fields"] if not one["is_retired"]]
    kept = {one["key"] for one in draft["fields"]}
    draft["conditions"] = {name: one for name, one in draft["conditions"].items() if name in kept}
    return key, keep_type(key, draft, by=by, seen_version=seen_version)


@transaction.atomic
def put_back_type(key: str, *, by: Actor, seen_version: int | None = None) -> Event | None:
    """Let a preset be as it came. What was added to it and tickets may have stays, retired."""
    if key not in kinds.PRESETS:
        raise Missing
    others = {name: draft for name, draft in _types(by).items() if name != key}
    return set_to("types", others, by=by, seen_version=seen_version, part=key)


@transaction.atomic
def undo_setting(event: Event, *, by: Actor) -> Event | None:
    """Set what stood there before this change; refused when somebody changed it again since."""
    if event.verb != VERB:
        raise Missing
    facts = event.facts
    return set_to(facts["key"], facts["before"], by=by, seen_version=facts["version"], part=facts["part"])


def version_of(key: str) -> int:
    """What a form carries to `seen_version`; 0 for what nobody has set yet."""
    return Setting.objects.filter(key=key).values_list("version", flat=True).first() or 0


def lock(key: str) -> Setting:
    """The row, held until commit: two managers at once queue here, and the second is told."""
    for one in sorted({key, *_BESIDE.get(key, ())}):
        rows = Setting.objects.select_for_update(no_key=True)
        value = {"value": deepcopy(settings.DEFAULTS[one]), "version": 0}
        found, _ = rows.get_or_create(key=one, defaults=value)
        if one == key:
            row = found
    return row


def _types(by: Actor) -> dict[str, Any]:
    """The company's types, locked before they are read: two who change two types at once lose neither."""
    access.require(by, "configure", access.COMPANY_DESK)
    found: dict[str, Any] = lock("types").value
    return found


def _told(event: Any) -> Event:
    found: Event = event
    return found
