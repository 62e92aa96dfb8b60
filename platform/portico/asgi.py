"""The socket process: signals at `/live/`, and the probes. Pages are not served here (they are `portico.wsgi`)."""

import asyncio
import io
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")

import django  # noqa: E402  settings are named before anything may read them

django.setup()

from django.core.handlers.asgi import ASGIRequest  # noqa: E402
from django.http import HttpResponse  # noqa: E402

from portico import health, metrics  # noqa: E402
from portico.live.addresses import PATH  # noqa: E402
from portico.live.consumer import LiveConsumer  # noqa: E402
from portico.live.line import Line  # noqa: E402
from portico.live.seat import UNKNOWN  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_PROBES = {"/healthz": health.alive, "/readyz": health.ready, "/metrics": metrics.page}
_sockets = LiveConsumer.as_asgi()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI's entry."""
    if scope["type"] == "websocket":
        await _socket(scope, receive, send)
    elif scope["type"] == "http":
        await _probe(scope, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


async def _socket(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == PATH:
        line = Line(receive, send)
        await _sockets(scope, line.receive, line.send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": UNKNOWN})


async def _probe(scope: Scope, send: Send) -> None:
    view = _PROBES.get(scope["path"])
    if view is None:
        response = HttpResponse("There is nothing here.\n", status=404, content_type="text/plain; charset=utf-8")
    else:
        response = await asyncio.to_thread(view, ASGIRequest(scope, io.BytesIO()))
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
