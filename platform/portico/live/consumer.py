"""One open page: it hears signals for as long as its session, its company and its coverage last."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from typing import Any

import structlog
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from portico import metrics
from portico.live import missed
from portico.live.seat import NoSeat, Seat, find, in_thread

log = structlog.get_logger("portico.live")

TOO_MANY = 4429
NOT_UNDERSTOOD = 4400
TRY_LATER = 1013
SOCKETS_PER_PERSON = 10
SOCKETS_AT_ONCE = 5_000
FRAMES_PER_MINUTE = 20
LONGEST_FRAME = 256
ANYTHING = "anything"

_open: Counter[str] = Counter()


class LiveConsumer(AsyncWebsocketConsumer):
    """Takes a socket, seats it and asks again at least every minute whether it may stay.

    When the page's socket opens, its groups are joined: it misses nothing from then on. One that has to go is let in
    first as well, for only then can a close code say why.
    """

    seat: Seat | None = None
    joined: frozenset[str] = frozenset()
    asking: asyncio.Task[None] | None = None
    counted: str = ""
    has_asked: bool = False

    async def connect(self) -> None:
        # One look at a time: an older answer must not put back a group that a newer one has left.
        self.looking = asyncio.Lock()
        reason = TOO_MANY if _open.total() >= SOCKETS_AT_ONCE else await self._take_seat()
        await self.accept()
        if reason:
            await self.close(code=reason)
        else:
            self.asking = asyncio.create_task(self._keep_asking())

    async def _take_seat(self) -> int | None:
        """Find out who sits here and join their groups; the code to close with when it may not stay."""
        try:
            async with self.looking:
                seat = await find(self.scope)
                if not self._count(seat.who):
                    return TOO_MANY
                await self._join(seat.groups)
        except NoSeat as no:
            return no.code
        except Exception as trouble:  # nobody knows whether this socket may stay, so it goes and comes back
            log.warning("live.closed", error=type(trouble).__name__)
            return TRY_LATER
        self.seat = seat
        return None

    def _count(self, who: str) -> bool:
        if self.counted:
            return self.counted == who
        if _open[who] >= SOCKETS_PER_PERSON:
            return False
        _open[who] += 1
        self.counted = who
        metrics.SOCKETS.set(_open.total())
        return True

    async def _join(self, wanted: frozenset[str]) -> None:
        for group in self.joined - wanted:
            await self.channel_layer.group_discard(group, self.channel_name)
        for group in wanted - self.joined:
            await self.channel_layer.group_add(group, self.channel_name)
        self.joined = wanted

    async def _keep_asking(self) -> None:
        """Sessions end, coverage changes, companies are suspended: spread out, so that not all ask at once."""
        while True:
            await asyncio.sleep(settings.LIVE_RECHECK_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311 (not a secret)
            if not await self._stays():
                return

    async def _stays(self) -> bool:
        """Ask again who sits here; a socket that may not stay is closed."""
        if reason := await self._take_seat():
            await self.close(code=reason)
        return not reason

    async def seat_anew(self, message: dict[str, Any]) -> None:
        """From the channel layer: something changed about who sits here, and it holds at once."""
        await self._stays()

    async def signal(self, message: dict[str, Any]) -> None:
        """From the channel layer to the page."""
        await self.send(text_data=json.dumps(message["frame"]))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A page says once how old it is when its socket opens, `{"age": milliseconds}`, and is told when it missed
        something. Other short frames are overlooked, as long as they are few: some clients send their own pings."""
        now = time.monotonic()
        self.frames = [at for at in getattr(self, "frames", []) if at > now - 60] + [now]
        if len(self.frames) > FRAMES_PER_MINUTE:
            await self.close(code=TOO_MANY)
        elif text_data is None or len(text_data) > LONGEST_FRAME:
            await self.close(code=NOT_UNDERSTOOD)
        elif self.seat and (age := _age_in(text_data)) is not None and not self.has_asked:
            self.has_asked = True
            await self._catch_up(age / 1000)

    async def _catch_up(self, seconds: float) -> None:
        """What changed before this socket heard anything is not known one by one: the page looks at all it shows."""
        has_missed = True
        with contextlib.suppress(Exception):  # without the queue nobody can say that there was nothing
            has_missed = await in_thread(missed.anything)(self.joined, seconds)
        if has_missed:
            await self.send(text_data=json.dumps({"changed": ANYTHING}))

    async def disconnect(self, code: int) -> None:
        if self.asking and self.asking is not asyncio.current_task():
            self.asking.cancel()
        if self.counted:
            _open[self.counted] -= 1
            if not _open[self.counted]:
                del _open[self.counted]
            metrics.SOCKETS.set(_open.total())
        with contextlib.suppress(Exception):  # without the queue there is no group left to leave
            await self._join(frozenset())


def _age_in(text: str) -> int | None:
    """The milliseconds that a page says; None when it says something else."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    age = said.get("age") if isinstance(said, dict) else None
    return age if type(age) is int and age >= 0 else None
