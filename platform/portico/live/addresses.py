"""Where a page finds its socket: on its own host, since cookies belong to one host; only port and path may differ.

`LIVE_URL` is a path (`/live/`, behind a proxy) or a pattern with the host left open (`ws://{host}:8001/live/`).
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

PATH = "/live/"


def url(request: HttpRequest) -> str:
    """The address for this page's script; empty when there are no sockets here."""
    if settings.LIVE_URL.startswith("/"):
        return f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}{settings.LIVE_URL}"
    return settings.LIVE_URL.replace("{host}", request.get_host().partition(":")[0])


def origin(request: HttpRequest) -> str:
    """Scheme, host and port of the socket, as a content policy names it."""
    parts = urlsplit(url(request))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
