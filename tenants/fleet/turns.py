"""Whose turn it is: companies that wait to be tried, each not before its time."""

import heapq
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from tenants.fleet.survey import Member

# The pause before a busy company is tried again, doubled each time from the second on; chance keeps workers from coming
# back together.
PAUSE_SECONDS = 0.2


@dataclass(order=True, slots=True)
class Turn:
    """A company, from when on it may be tried, and which try it is: the first one waits for nobody."""

    at: float
    place: int
    member: Member = field(compare=False)
    attempt: int = field(compare=False, default=1)

    @property
    def is_first(self) -> bool:
        """Whether this is only a knock at the door."""
        return self.attempt == 1


class Turns:
    """A queue for several workers. It ends when nobody waits and nobody is being worked on.

    Who was busy goes first once the time has come, so that nobody has to wait for them at the end; but only one worker
    at a time waits at a closed door as long as others were not tried yet. Unless it goes `to_the_end`, it ends as soon
    as only busy companies are left: they come again beside the next wave.
    """

    def __init__(self, members: list[Member], busy: list[Turn], *, to_the_end: bool) -> None:
        self._new = deque(Turn(0.0, place, member) for place, member in enumerate(members))
        self._busy = list(busy)
        heapq.heapify(self._busy)
        self._to_the_end = to_the_end
        self._in_hand = self._again_in_hand = 0
        self._ended = False
        self._news = threading.Condition()

    def take(self) -> Turn | None:
        """The next turn, once its time has come; None at the end."""
        with self._news:
            while not self._is_over():
                pause = self._busy[0].at - time.monotonic() if self._busy else None
                if pause is not None and pause <= 0 and not (self._new and self._again_in_hand):
                    self._in_hand += 1
                    self._again_in_hand += 1
                    return heapq.heappop(self._busy)
                if self._new:
                    self._in_hand += 1
                    return self._new.popleft()
                self._news.wait(pause)
            return None

    def take_more(self, most: int) -> list[Turn]:
        """Up to so many further turns of companies that were not tried yet, without waiting."""
        with self._news:
            found = [self._new.popleft() for _ in range(min(most, len(self._new)))] if not self._ended else []
            self._in_hand += len(found)
            return found

    def _is_over(self) -> bool:
        if self._ended or not (self._new or self._busy or self._in_hand):
            return True
        return not self._to_the_end and not self._in_hand and not self._new

    def left(self) -> list[Turn]:
        """Who was busy and has to come again."""
        return list(self._busy)

    def over(self, turn: Turn) -> None:
        """The company needs no further turn."""
        with self._news:
            self._put_down(turn)

    def again(self, turn: Turn) -> None:
        """The company was busy and comes back after a pause."""
        doubled = max(0, turn.attempt - 2)  # the first time nobody was waited for
        pause = random.uniform(0.5, 1.0) * PAUSE_SECONDS * 2**doubled  # noqa: S311 (a pause, not a secret)
        later = Turn(time.monotonic() + pause, turn.place, turn.member, turn.attempt + 1)
        with self._news:
            heapq.heappush(self._busy, later)
            self._put_down(turn)

    def _put_down(self, turn: Turn) -> None:
        self._in_hand -= 1
        self._again_in_hand -= not turn.is_first
        self._news.notify_all()

    def end(self) -> None:
        """Nobody takes another turn."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    @property
    def busy(self) -> int:
        """How many companies were busy and wait to be tried again."""
        return len(self._busy)
