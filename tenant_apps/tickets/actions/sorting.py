"""Everything about a ticket that is neither said nor a step: priority, department, tags, custom fields, people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from portico.actor import Actor
from portico.errors import Invalid, Missing
from tenant_apps.tickets import access, kinds, priority, settings
from tenant_apps.tickets import fields as custom
from tenant_apps.tickets.actions.keeping import keep, lock, move, require_desk, require_unchanged, require_work, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import SUBJECT_LENGTH, Ticket
from tenant_apps.tickets.text import clean_tags, clean_text
from tenant_apps.tickets.workflow import DONE

MOST_CC, MOST_STEPS, MOST_MINUTES = 50, 50, 60 * 24 * 365
FIRST_YEAR, LAST_YEAR = 2000, 2100  # of due dates
AI_KEYS = ("summary", "confidence_score", "first_response_time", "auto_resolved")


@transaction.atomic
def change(ticket: Ticket, given: Mapping[str, Any], *, by: Actor, seen_version: int | None = None) -> Ticket:
    """Change what is named: `subject`, `urgency`, `importance`, `department`, `type`, `tags`, `fields`, `cc`,
    `checklist`, `minutes_spent`, `order_reference`, `ai`, `sla_due_at` (None for none). For who works on the ticket,
    and managers.

    One event tells what changed from what to what. A ticket that gets another type goes to the status of the same
    kind there. Invalid names every field that cannot be taken, and nothing is written.
    """
    ticket = lock(ticket, by)
    require_desk(ticket)
    require_work(ticket, by)
    require_unchanged(ticket, seen_version)
    unknown = set(given) - _READERS.keys()
    if unknown:
        raise Invalid({name: ["There is no such field."] for name in sorted(unknown)})
    values = _read(ticket, given)
    changed = {name: value for name, value in values.items() if getattr(ticket, name) != value}
    if not changed:
        return ticket
    before = {name: getattr(ticket, name) for name in changed}
    gone = custom.dropped(ticket.kind, before["fields"], changed["fields"]) if "fields" in changed else []
    with writing():
        for name, value in changed.items():
            setattr(ticket, name, value)
        if "type" in changed:
            _fit(ticket)
            changed["status"] = ticket.status
        keep(ticket, is_news=False)
        changes = [[name, _fact(before[name]), _fact(changed[name])] for name in before]
        tell("ticket.change", ticket, by=by, changes=changes, **({"dropped": gone} if gone else {}))
        if "sla_due_at" in changed and ticket.sla_due_at:
            _set_clocks_below(ticket, by)
    return ticket


def _set_clocks_below(parent: Ticket, by: Actor) -> None:
    """What hangs on it is due when it is."""
    below = Ticket.objects.filter(parent=parent.pk).standing().exclude(category__in=DONE)
    for child in below.exclude(sla_due_at=parent.sla_due_at).order_by("pk").select_for_update(no_key=True):
        before, child.sla_due_at = child.sla_due_at, parent.sla_due_at
        keep(child, is_news=False)
        tell("ticket.change", child, by=by, changes=[["sla_due_at", _fact(before), _fact(child.sla_due_at)]])


@transaction.atomic
def set_importance(ticket: Ticket, level: str, *, by: Actor, seen_version: int | None = None) -> Ticket:
    """Say how important a request to the platform is, one of `priority.LEVELS`: its priority follows from that and from
    the requester's urgency. The company reads of it."""
    access.require(by, "set_importance")
    ticket = lock(ticket, by)
    if not ticket.is_platform:
        raise Missing
    after = _READERS["importance"](ticket, level)
    if ticket.importance == after:
        return ticket
    require_unchanged(ticket, seen_version)
    with writing():
        before, ticket.importance = ticket.importance, after
        keep(ticket, is_news=False)
        tell("ticket.importance.update", ticket, by=by, **{"from": before, "to": after})
    return ticket


@transaction.atomic
def watch(ticket: Ticket, person: UUID, is_watching: bool, *, by: Actor) -> Ticket:
    """Let somebody follow the ticket, or not any more. Oneself always; others are added by agents.

    The caller answers for the person: an account of this company.
    """
    access.require(by, "reply", access.COMPANY_DESK)
    ticket = lock(ticket, by)
    require_desk(ticket)
    if person != by.id:
        access.require(by, "work", access.COMPANY_DESK)
    if (person in ticket.watchers) == is_watching:
        return ticket
    with writing():
        others = [one for one in ticket.watchers if one != person]
        ticket.watchers = [*others, person] if is_watching else others
        keep(ticket, is_news=False)
        tell("ticket.watch", ticket, by=by, person_id=str(person), is_watching=is_watching)
    return ticket


def _read(ticket: Ticket, given: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    values = {}
    for name, value in given.items():
        try:
            values[name] = _READERS[name](ticket, value)
        except Invalid as no:
            wrong |= no.fields
    if wrong:
        raise Invalid(wrong)
    return values


def _fit(ticket: Ticket) -> None:
    """A status of the new type: the same one, unless it ends what is active or opens what has ended; else the first of
    the same kind."""
    ticket.__dict__.pop("_kind", None)
    kind = ticket.kind
    found = kind.by_key.get(ticket.status)
    if found is None or found.is_retired or (found.category in DONE) is ticket.is_active:
        found = kind.first_of(ticket.category) or kind.first_of("open") or kind.by_key[kind.initial]
    if found.category != ticket.category:
        move(ticket, found.key)
    ticket.status = found.key


def _fact(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _one_of(name: str, known: Any) -> Any:
    def read(ticket: Ticket, value: Any) -> Any:
        if value not in known:
            raise Invalid({name: [f"Please choose one of: {', '.join(known)}."]})
        return value

    return read


def _department(ticket: Ticket, value: Any) -> str:
    known = settings.departments()
    if value and value not in known and value != ticket.department:
        raise Invalid({"department": [f"Please choose one of: {', '.join(known)}."]})
    return value or ""


def _type(ticket: Ticket, value: Any) -> str:
    if value not in {one.key for one in kinds.load().on_offer()}:
        raise Invalid({"type": ["There is no such type of request."]})
    return str(value)


def _fields(ticket: Ticket, value: Any) -> dict[str, Any]:
    return custom.changed(ticket.kind, ticket.fields, value)


def _cc(ticket: Ticket, value: Any) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in value:
        email = clean_text("cc", str(one.get("email", "")), limit=254).lower()
        try:
            validate_email(email)
        except ValidationError:
            raise Invalid({"cc": [f"{email} is not an e-mail address."]}) from None
        found[email] = {"name": clean_text("cc", str(one.get("name", "")), limit=120, required=False), "email": email}
    if len(found) > MOST_CC:
        raise Invalid({"cc": [f"At most {MOST_CC} people."]})
    return list(found.values())


def _checklist(ticket: Ticket, value: Any) -> list[dict[str, Any]]:
    if len(value) > MOST_STEPS:
        raise Invalid({"checklist": [f"At most {MOST_STEPS} steps."]})
    return [
        {"text": clean_text("checklist", str(one["text"]), limit=200), "done": bool(one.get("done"))} for one in value
    ]


def _minutes(ticket: Ticket, value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= MOST_MINUTES:
        raise Invalid({"minutes_spent": ["Please write whole minutes."]})
    return value


def _due(ticket: Ticket, value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or timezone.is_naive(value) or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Invalid({"sla_due_at": ["Please choose a day and a time."]})
    return value


def _ai(ticket: Ticket, value: Any) -> dict[str, Any]:
    return {key: kept for key, kept in (ticket.ai | value).items() if key in AI_KEYS and kept is not None}


_READERS: dict[str, Any] = {
    "subject": lambda ticket, value: clean_text("subject", str(value), limit=SUBJECT_LENGTH),
    "urgency": _one_of("urgency", priority.LEVELS),
    "importance": _one_of("importance", priority.LEVELS),
    "department": _department,
    "type": _type,
    "tags": lambda ticket, value: clean_tags(value),
    "fields": _fields,
    "cc": _cc,
    "checklist": _checklist,
    "minutes_spent": _minutes,
    "order_reference": lambda ticket, value: clean_text("order_reference", str(value), limit=80, required=False),
    "ai": _ai,
    "sla_due_at": _due,
}
