"""One company's rush is not the others' wait: how much of this process a company may hold at once.

How long one statement may run is set on the login role (`STATEMENT_SECONDS`, tenants.rights): it costs no round trip.
"""

import weakref
from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from threading import Condition
from typing import TypeVar

from django.conf import settings
from django.http import StreamingHttpResponse

from portico import metrics
from portico.database import CompanyRef, current_scope
from portico.errors import TooMany

WAIT_SECONDS = 2.0
R = TypeVar("R", bound=StreamingHttpResponse)


class Rooms:
    """Counts who is inside and who waits. Both are bounded for each company, so that one alone never takes all threads.

    A burst (fifty pages that hear the same signal) waits its turn; beyond the places to wait, and after `wait` seconds,
    the caller is asked to come back.
    """

    def __init__(self, places: int, seats: int, wait: float) -> None:
        self._places = places
        self._seats = seats
        self._wait = wait
        self._inside: Counter[int] = Counter()
        self._waiting: Counter[int] = Counter()
        self._changed = Condition()

    def room_for(self, company_id: int) -> AbstractContextManager[None]:
        """Hold one of the company's places; TooMany when there is no seat to wait on, or none becomes free in time."""
        return _Held(self, company_id)

    def enter(self, company_id: int) -> None:
        """Take a place; TooMany as `room_for` says."""
        with self._changed:
            if self._inside[company_id] >= self._places and not self._wait_for_a_place(company_id):
                metrics.REFUSED_FOR_LOAD.inc()
                raise TooMany(1, "Your desk is very busy right now. Please try again in a moment.")
            self._inside[company_id] += 1

    def _wait_for_a_place(self, company_id: int) -> bool:
        if self._waiting[company_id] >= self._seats:
            return False
        self._waiting[company_id] += 1
        try:
            return self._changed.wait_for(lambda: self._inside[company_id] < self._places, self._wait)
        finally:
            _less(self._waiting, company_id)

    def leave(self, company_id: int) -> None:
        """Give the place back."""
        with self._changed:
            _less(self._inside, company_id)
            if self._waiting:
                self._changed.notify_all()


class _Held(AbstractContextManager[None]):
    """A place that is held; a class, for every request passes here and a generator costs twice as much."""

    __slots__ = ("company_id", "rooms")

    def __init__(self, rooms: Rooms, company_id: int) -> None:
        self.rooms = rooms
        self.company_id = company_id

    def __enter__(self) -> None:
        self.rooms.enter(self.company_id)

    def __exit__(self, *_: object) -> None:
        self.rooms.leave(self.company_id)


def _less(counted: Counter[int], company_id: int) -> None:
    counted[company_id] -= 1
    if not counted[company_id]:
        del counted[company_id]


_rooms = Rooms(settings.COMPANY_REQUESTS_AT_ONCE, settings.COMPANY_REQUESTS_WAITING, WAIT_SECONDS)
_downloads = Rooms(settings.COMPANY_DOWNLOADS_AT_ONCE, settings.COMPANY_DOWNLOADS_AT_ONCE, WAIT_SECONDS)
_all_downloads = Rooms(settings.DOWNLOADS_AT_ONCE, 0, WAIT_SECONDS)


def company_turn(company: CompanyRef) -> AbstractContextManager[None]:
    """Run a company's request in one of its places of this process; TooMany when all are taken for too long."""
    return _rooms.room_for(company.id)


def while_sent(response: R) -> R:
    """The answer, which holds a place until the last of it is sent or its reader is gone; TooMany when all are taken.

    Whoever reads slowly keeps a thread for as long as it takes, and the company's turn has ended long before.
    """
    scope = current_scope()
    with ExitStack() as places:
        places.enter_context(_downloads.room_for(scope.company.id if scope and scope.company else 0))
        places.enter_context(_all_downloads.room_for(0))
        leave = weakref.finalize(response, places.pop_all().close)  # for one that is lost before it is sent, too
        response._resource_closers.append(leave)  # type: ignore[attr-defined]  # the stubs know nothing of it
    return response
