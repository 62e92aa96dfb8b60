"""What the company's managers agree to."""

from datetime import datetime, timedelta

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Invalid, Refused
from portico.events import record
from tenant_apps.tickets.models import Ticket
from tenant_apps.visits import access, consent
from tenant_apps.visits.actions.going import end
from tenant_apps.visits.models import Visit

State = Visit.State


@transaction.atomic
def agree(mode: str, until: datetime | None, number: str, *, by: Actor, seen: int | None = None) -> int:
    """Give, limit or withdraw consent. Visits that it does not cover any more end at once; how many that were.

    Whoever gives more than nothing has to know what holds now (`seen`); withdrawing always works, and ends visits that
    a single yes let in, too.
    """
    access.require(by, "decide")
    number = number.strip()
    _check_consent(mode, until, number)
    value = {"mode": mode, "until": until.isoformat() if until else None, "ticket": number}
    row = consent.lock()
    if mode != access.OFF and seen is not None and seen != row.version:
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    before = dict(access.NO_CONSENT) | row.value
    if before != value:
        row.value, row.version = value, row.version + 1
        row.save(update_fields=["value", "version"])
        record("visit.consent", row, by=by, before=before, after=value)
    if mode == access.OFF:
        _take_back()
    over = [one for one in Visit.objects.running() if mode == access.OFF or not consent.lets(one, value)]
    return len([end(one, "withdrawn", by=by) for one in over])


def _take_back() -> None:
    """What was allowed or made ready and has not begun begins no more."""
    rows = Visit.objects.filter(state__in=[State.ALLOWED, State.READY])
    rows.filter(decided_at=None).delete()
    rows.update(state=State.DECLINED, code="")


def _check_consent(mode: str, until: datetime | None, number: str) -> None:
    wrong: dict[str, list[str]] = {}
    if mode not in access.CONSENTS:
        wrong["mode"] = ["Please choose one of these."]
    if mode in access.MODES and (until is None or not clock.now() < until <= clock.now() + timedelta(days=366)):
        wrong["until"] = ["Please give a day from today on, within a year."]
    if number and not Ticket.objects.filter(desk=Ticket.Desk.PLATFORM, number=number).exists():
        wrong["ticket"] = ["There is no request to Portico with this number."]
    if wrong:
        raise Invalid(wrong)
