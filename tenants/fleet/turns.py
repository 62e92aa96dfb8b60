"""Whose turn it is: companies that wait to be tried, each not before its time."""

import heapq
import random
import threading
import time
from dataclasses import dataclass, field

from tenants.fleet.survey import Member

# The pause before a busy company is tried again, doubled each time; chance keeps workers from coming back together.
PAUSE_SECONDS = 0.2


@dataclass(order=True, slots=True)
class Turn:
    """A company, from when on it may be tried, and which try it is."""

    at: float
    place: int
    member: Member = field(compare=False)
    attempt: int = field(compare=False, default=1)


class Turns:
    """A queue for several workers. It ends when nobody waits and nobody is being worked on.

    Unless it goes `to_the_end`, it ends as soon as only busy companies are left: they come again beside the next wave.
    """

    def __init__(self, members: list[Member], busy: list[Turn], *, to_the_end: bool) -> None:
        self._waiting = [Turn(0.0, place, member) for place, member in enumerate(members)] + busy
        heapq.heapify(self._waiting)
        self._to_the_end = to_the_end
        self._in_hand = 0
        self._ended = False
        self._news = threading.Condition()

    def take(self) -> Turn | None:
        """The next turn, once its time has come; None at the end."""
        with self._news:
            while not self._is_over():
                pause = self._waiting[0].at - time.monotonic() if self._waiting else None
                if pause is not None and pause <= 0:
                    self._in_hand += 1
                    return heapq.heappop(self._waiting)
                self._news.wait(pause)
            return None

    def take_more(self, most: int) -> list[Turn]:
        """Up to so many further turns of companies that were not tried yet, without waiting."""
        with self._news:
            found: list[Turn] = []
            while len(found) < most and not self._ended and self._waiting and self._waiting[0].attempt == 1:
                found.append(heapq.heappop(self._waiting))
            self._in_hand += len(found)
            return found

    def _is_over(self) -> bool:
        if self._ended or not (self._waiting or self._in_hand):
            return True
        # Who was not tried yet stands first, so when the first is busy all are.
        return not self._to_the_end and not self._in_hand and self._waiting[0].attempt > 1

    def left(self) -> list[Turn]:
        """Who was busy and has to come again."""
        return list(self._waiting)

    def over(self, turn: Turn) -> None:
        """The company needs no further turn."""
        with self._news:
            self._in_hand -= 1
            self._news.notify_all()

    def again(self, turn: Turn) -> None:
        """The company was busy and comes back after a pause, behind those who were not tried yet."""
        pause = random.uniform(0.5, 1.0) * PAUSE_SECONDS * 2 ** (turn.attempt - 1)  # noqa: S311 (a pause, not a secret)
        later = Turn(time.monotonic() + pause, turn.place, turn.member, turn.attempt + 1)
        with self._news:
            heapq.heappush(self._waiting, later)
            self._in_hand -= 1
            self._news.notify_all()

    def end(self) -> None:
        """Nobody takes another turn."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    @property
    def busy(self) -> int:
        """How many companies were busy and wait to be tried again."""
        return sum(turn.attempt > 1 for turn in self._waiting)
