"""What the company's managers agreed to. One setting; a company that never touched it has agreed to nothing."""

from typing import Any

from portico import clock
from tenant_apps.tickets.models import Setting
from tenant_apps.visits import access
from tenant_apps.visits.models import Visit

KEY = "staff_access"


def read(*, locked: bool = False) -> dict[str, Any]:
    """What holds now. `locked` keeps whoever withdraws it waiting until this transaction has ended."""
    rows = Setting.objects.select_for_update() if locked else Setting.objects
    value = rows.filter(key=KEY).values_list("value", flat=True).first()
    return dict(access.NO_CONSENT) | (value or {})


def lock() -> Setting:
    """The row, held until commit; made when nobody has agreed to anything yet."""
    rows = Setting.objects.select_for_update()
    return rows.get_or_create(key=KEY, defaults={"value": dict(access.NO_CONSENT), "version": 0})[0]


def version() -> int:
    """Which consent that is, for a form that changes it."""
    return Setting.objects.filter(key=KEY).values_list("version", flat=True).first() or 0


def lets(visit: Visit, consent: dict[str, Any]) -> bool:
    """Whether this visit may begin and go on: by a manager's yes to it, or by consent that covers it."""
    if visit.decided_at is not None:
        return True
    return access.covers(consent, visit.mode, visit.number, clock.now())
