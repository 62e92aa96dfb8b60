"""From events to hours: numbers for whoever looks, an alert when something goes wrong, and nothing kept for ever."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.apps import apps
from django.db import transaction
from django.db.models import BigIntegerField, Count, Func, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, TruncHour

from portico import clock
from portico.actor import Actor
from portico.database import current_company
from portico.errors import Refusal
from tenant_apps.telemetry.actions import SOON, count_soon
from tenant_apps.telemetry.models import Event, Kind
from tenant_apps.tickets import actions, catalogue, workflow
from tenant_apps.tickets.models import Ticket

log = structlog.get_logger("portico.telemetry")
KEPT_FOR, HOURS_KEPT_FOR = timedelta(days=30), timedelta(days=400)
AT_ONCE = 5_000
# More of them than this in an hour, and so many times as many as in an hour of the day before, are a spike.
SPIKE, TIMES = 20, 3
# So many synchronisations in an hour are enough to judge by, and this share of them may fail.
SYNCS, FAILING = 20, 0.25
# Portico itself asks the platform's desk, as one and the same somebody.
_WATCH_ID = UUID(int=0x7E1E_0000_7000_8000 << 64 | 1)
WATCH = Actor(kind="system", id=_WATCH_ID, role="system", label="Portico telemetry")
ALERTS = {"spike": "More errors than usual in the desktop app", "sync": "Synchronisation fails in the desktop app"}
_SYSTEMS = {"windows": "Windows", "macos": "macOS", "mac": "macOS", "darwin": "macOS", "linux": "Linux"}
_SYSTEMS |= {"ubuntu": "Linux", "debian": "Linux", "fedora": "Linux", "ios": "iOS", "android": "Android"}
_COUNTED = {
    "launches": Kind.LAUNCH,
    "syncs": Kind.SYNC,
    "failed_syncs": Kind.SYNC_FAILED,
    "error_pages": Kind.ERROR_PAGE,
    "crashes": Kind.CRASH,
    "features": Kind.FEATURE,
}


@transaction.atomic
def count() -> None:
    """Write the hours anew from the last one that was written on, alert, and take away what is too old."""
    hours, now = _hours(), clock.now()
    last = hours.order_by("-hour").values_list("hour", flat=True).first()
    begin = last or now - KEPT_FOR
    hours.filter(hour__gte=begin).delete()
    _write(begin)
    _alert(now)
    if forget(now):
        count_soon(timedelta(0))
    elif Event.objects.told().filter(received_at__gt=now - timedelta(hours=2)).exists():
        count_soon(SOON)
    elif Event.objects.told().exists():
        count_soon(timedelta(days=1))


def forget(now: datetime) -> bool:
    """Take away events and hours that are too old; whether some are left for the next time."""
    old = Event.objects.told().filter(received_at__lt=now - KEPT_FOR).order_by("received_at").values("pk")
    gone, _ = Event.objects.filter(pk__in=old[:AT_ONCE]).delete()
    _hours().filter(hour__lt=now - HOURS_KEPT_FOR).delete()
    return gone == AT_ONCE


def system_of(text: str) -> str:
    """The family of a system: what is left of it outside of the company."""
    return _SYSTEMS.get(text.partition(" ")[0].lower(), "Other")


def _hours() -> Any:
    # The model is named, not imported: companies' apps know nothing of the platform's.
    found: Any = apps.get_model("usage", "Hour")._default_manager.filter(company_id=current_company().id)
    return found


def _write(begin: datetime) -> None:
    rows = Event.objects.told().filter(received_at__gte=begin).annotate(hour=TruncHour("received_at")).order_by()
    counted = {name: Count("pk", filter=Q(kind=kind)) for name, kind in _COUNTED.items()}
    took = Cast(KT("payload__duration_ms"), BigIntegerField())
    sums = {"people": Count("person_id", distinct=True), "sync_ms": Coalesce(Sum(took, filter=Q(kind=Kind.SYNC)), 0)}
    family = Func("system", function="split_part", template="split_part(%(expressions)s, ' ', 1)")
    grouped = rows.annotate(family=family).values("hour", "version", "family").annotate(**counted, **sums)
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    row: Any
    for row in grouped:
        key = (row["hour"], row["version"], system_of(row["family"]))
        into = found.setdefault(key, dict.fromkeys((*_COUNTED, *sums), 0))
        for name in into:
            into[name] += row[name]
    company, hour = current_company(), apps.get_model("usage", "Hour")
    made = [
        hour(company_id=company.id, schema=company.schema, hour=at, version=version, system=system, **numbers)
        for (at, version, system), numbers in found.items()
    ]
    hour._default_manager.bulk_create(made, batch_size=500)


def _alert(now: datetime) -> None:
    told = Event.objects.told().filter(received_at__gte=now - timedelta(hours=1))
    last = told.aggregate(
        errors=Count("pk", filter=Q(kind__in=[Kind.ERROR_PAGE, Kind.CRASH])),
        failed=Count("pk", filter=Q(kind=Kind.SYNC_FAILED)),
        good=Count("pk", filter=Q(kind=Kind.SYNC)),
    )
    before = _hours().filter(hour__gte=now - timedelta(hours=25), hour__lt=now - timedelta(hours=1))
    day = before.aggregate(errors=Coalesce(Sum("error_pages") + Sum("crashes"), 0))["errors"]
    usual = day / 24
    if last["errors"] >= SPIKE and last["errors"] >= TIMES * usual:
        _open("spike", f"{last['errors']} error pages and crashes in an hour; usual are {usual:.1f}.")
    syncs = last["failed"] + last["good"]
    if syncs >= SYNCS and last["failed"] / syncs >= FAILING:
        _open("sync", f"{last['failed']} of {syncs} synchronisations in an hour failed.")


def _open(what: str, words: str) -> None:
    """A request to the platform, as anybody's; one at a time of each kind."""
    mine = Ticket.objects.filter(desk=Ticket.Desk.PLATFORM, requester_id=_WATCH_ID, sub_subject=ALERTS[what])
    if mine.exclude(category__in=workflow.DONE).exists():
        return
    worst = Event.objects.told().exclude(mark="").filter(received_at__gte=clock.now() - timedelta(hours=1)).order_by()
    top = worst.values_list("mark").annotate(times=Count("pk")).order_by("-times", "mark")[:5]
    listed = "\n".join(f"{times} × {mark}" for mark, times in top)
    text = f"{words}\n\nMost often:\n{listed}" if listed else words
    subject = catalogue.offered_for("other")
    try:
        with transaction.atomic():
            actions.open_ticket(subject=subject, sub_subject=ALERTS[what], description=text, by=WATCH)
    except Refusal as no:
        # Numbers do not depend on whether somebody can be told about them; the next count tries again.
        log.error("telemetry.not_told", alert=what, code=no.code)
