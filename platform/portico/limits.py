"""One company's rush is not the others' wait: how much of this process a company may hold at once.

How long one statement may run is set on the login role (`STATEMENT_SECONDS`, tenants.rights): it costs no round trip.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Condition

from django.conf import settings

from portico import metrics
from portico.database import CompanyRef
from portico.errors import TooMany

WAIT_SECONDS = 2.0


class Rooms:
    """Counts who is inside. Waiting is bounded; then the caller is asked to come back."""

    def __init__(self, places: int, wait: float) -> None:
        self._places = places
        self._wait = wait
        self._inside: dict[int, int] = {}
        self._changed = Condition()

    @contextmanager
    def room_for(self, company_id: int) -> Iterator[None]:
        """Hold one of the company's places; TooMany when none becomes free in time."""
        self._enter(company_id)
        try:
            yield
        finally:
            self._leave(company_id)

    def _enter(self, company_id: int) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._inside.get(company_id, 0) < self._places, self._wait):
                metrics.REFUSED_FOR_LOAD.inc()
                raise TooMany(1, "Your desk is very busy right now. Please try again in a moment.")
            self._inside[company_id] = self._inside.get(company_id, 0) + 1

    def _leave(self, company_id: int) -> None:
        with self._changed:
            left = self._inside[company_id] - 1
            if left:
                self._inside[company_id] = left
            else:
                del self._inside[company_id]
            self._changed.notify_all()


_rooms = Rooms(settings.COMPANY_REQUESTS_AT_ONCE, WAIT_SECONDS)


def company_turn(company: CompanyRef) -> AbstractContextManager[None]:
    """Run a company's request in one of its places of this process; TooMany when all are taken for too long."""
    return _rooms.room_for(company.id)
