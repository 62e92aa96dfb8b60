"""The wire of one socket, so that it can be closed from this side while it is being listened to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]


class Line:
    """Stands between a consumer and the server.

    granian (2.8) holds back a close for as long as somebody waits in `receive`, and a consumer always does. So the
    waiting is withdrawn first, and the consumer is told at once that its socket is gone.
    """

    def __init__(self, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
        self._receive = receive
        self._send = send
        self._waiting: asyncio.Future[Message] | None = None
        self._closed_with: int | None = None

    async def receive(self) -> Message:
        """The next message from the page, or the end."""
        if self._closed_with is None:
            self._waiting = asyncio.ensure_future(self._receive())
            try:
                return await self._waiting
            except asyncio.CancelledError:
                if self._closed_with is None:
                    raise
        return {"type": "websocket.disconnect", "code": self._closed_with}

    async def send(self, message: Message) -> None:
        """Pass on a message; a close first ends the waiting, and happens once."""
        if self._closed_with is not None:
            return
        if message["type"] == "websocket.close":
            self._closed_with = message.get("code", 1000)
            if self._waiting is not None and not self._waiting.done():
                self._waiting.cancel()
                await asyncio.sleep(0)
        await self._send(message)
