"""Taking in what apps tell, and who wants that."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Forbidden, Invalid
from portico.events import record
from portico.ids import uuid7
from tenant_apps.telemetry.cleaning import clean, clean_all
from tenant_apps.telemetry.models import Event, Kind
from tenant_apps.tickets import settings
from tenant_apps.tickets.models import Ticket
from tenants.due import plan

JOB, KEY = "telemetry", "hours"
SOON = timedelta(minutes=5)
_PLACE = re.compile(r"\d+|0x[0-9a-f]+", re.IGNORECASE)


def is_sharing(by: Actor) -> bool:
    """Whether the company, and this person, let their app tell something."""
    return company_shares() and shares(by)


def company_shares() -> bool:
    """What the managers chose for everybody."""
    return bool(settings.read("telemetry")["telemetry"]["share"])


def shares(by: Actor) -> bool:
    """What somebody chose for their own app."""
    profile = _people().filter(pk=by.id).values_list("profile", flat=True).first() or {}
    return profile.get("telemetry", True) is not False


@transaction.atomic
def choose(share: bool, *, by: Actor) -> None:
    """Let one's own app tell, or keep quiet from the next event on. What it told is taken away with the choice."""
    person = _people().select_for_update(no_key=True).filter(pk=by.id).first()
    if person is None:
        raise Forbidden("not_a_person", "This is a person’s own choice, and a key of the company is nobody’s.")
    if (person.profile.get("telemetry", True) is not False) == share:
        return
    person.profile = person.profile | {"telemetry": share}
    person.save(update_fields=["profile"])
    if not share:
        Event.objects.told().filter(person_id=by.id).delete()
    record("telemetry.choose", person, by=by, desk="company", share=share)


@transaction.atomic
def take(app: dict[str, Any], events: list[dict[str, Any]], *, by: Actor) -> int:
    """Keep a batch, each event once however often it is sent; how many are kept now. 0 when nobody wants it."""
    if not is_sharing(by):
        return 0
    now = clock.now()
    rows = [_row(app, one, by, now) for one in events]
    Event.objects.bulk_create(rows, ignore_conflicts=True)
    count_soon(SOON)
    return len(rows)


def count_soon(after: timedelta) -> None:
    """Have the hours counted, unless that is planned already."""
    plan(JOB, KEY, after)


def keep_report(ticket: Ticket, report: dict[str, Any], *, by: Actor) -> Event:
    """The report that came with a request. It stays as long as the request: somebody sent it along on purpose."""
    app = report["app"]
    return Event.objects.create(
        kind=Kind.REPORT,
        at=clock.now(),
        person_id=by.id,
        version=app["version"],
        system=app["os"],
        payload=clean_all(json.loads(json.dumps(report, default=str))),
        ticket_id=ticket.pk,
    )


def is_from_app(ticket: Ticket) -> bool:
    """Whether a request was written in an app."""
    return ticket.channel == Ticket.Channel.DESKTOP_APP


def report_of(ticket: Ticket) -> Event | None:
    """The report of a request, or None. Only what came out of an app is asked for one."""
    return Event.objects.filter(ticket_id=ticket.pk).first() if is_from_app(ticket) else None


def read_report(text: str, shape: type[Any]) -> dict[str, Any]:
    """A report as it was sent; Invalid under `diagnostics` when it is none."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid({"diagnostics": ["This is no JSON."]}) from None
    asked = shape(data=given)
    if not asked.is_valid():
        raise Invalid({"diagnostics": [f"{name}: {words}" for name, words in asked.errors.items()]})
    return dict(asked.validated_data)


def _row(app: dict[str, Any], one: dict[str, Any], by: Actor, now: datetime) -> Event:
    payload = {name: clean_all(value) for name, value in one.items() if name not in {"id", "type", "at"}}
    return Event(
        id=one.get("id") or uuid7(),
        kind=one["type"],
        at=one["at"],
        received_at=now,
        person_id=by.id,
        version=app["version"],
        system=clean(app["os"], 40),
        payload=payload,
        mark=_mark(payload),
    )


def _mark(payload: dict[str, Any]) -> str:
    """Errors with the same type at the same place are one, whatever the numbers in it."""
    if "error_type" not in payload:
        return ""
    where = next((line.strip() for line in str(payload.get("stack", "")).splitlines()[1:] if line.strip()), "")
    return _PLACE.sub("#", f"{payload['error_type']} {where}".strip())[:100]


def _people() -> Any:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")._default_manager
