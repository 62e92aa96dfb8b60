"""How the mail of this scope leaves: what waits, when some last left, and since when it does not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from portico import clock
from shared_apps.mail.models import Outgoing
from shared_apps.mail.outcomes import LOST

_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Health:
    """`trouble` is why the oldest letter that waits has not left, in plain words; empty when all is well."""

    waiting: int
    lost: int
    last_sent: datetime | None
    failing_since: datetime | None
    trouble: str

    @property
    def trouble_in_short(self) -> str:
        """The same without what a server said, which may name people: for who is not of the company."""
        return self.trouble.partition(":")[0].partition(". ")[0].rstrip(".")

    @property
    def is_well(self) -> bool:
        return self.failing_since is None


def state() -> Health:
    """How it is now. What has only just been posted, or may still be taken back, is no trouble.

    What came out of an archive while it waited is not due any more: it stays where it was made.
    """
    waiting = Q(state__in=["queued", "sending"], due_at__isnull=False)
    failing = waiting & Q(attempts__gt=0) & ~Q(error="")
    week = Q(created_at__gt=clock.now() - _A_WEEK, state__in=LOST)
    known: dict[str, Any] = Outgoing.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        lost=Count("pk", filter=week),
        last_sent=Max("sent_at"),
        failing_since=Min("created_at", filter=failing),
    )
    oldest = Outgoing.objects.filter(failing).order_by("created_at").first() if known["failing_since"] else None
    return Health(**known, trouble=oldest.error if oldest else "")
