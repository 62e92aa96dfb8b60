"""Where a page finds its socket: on its own host, since cookies belong to one host; only port and path may differ.

`LIVE_URL` is a path (`/live/`, behind a proxy) or a pattern with the host left open (`ws://{host}:8001/live/`).
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

PATH = "/live/"


def url(request: HttpRequest) -> str:
    """The address for this page's script; empty when there are no sockets here."""
    return _url(request.get_host(), request.is_secure())


def origin(host: str, is_secure: bool) -> str:
    """Scheme, host and port of the socket of a page on `host`, as a content policy names it."""
    parts = urlsplit(_url(host, is_secure))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _url(host: str, is_secure: bool) -> str:
    if settings.LIVE_URL.startswith("/"):
        return f"{'wss' if is_secure else 'ws'}://{host}{settings.LIVE_URL}"
    return settings.LIVE_URL.replace("{host}", host.partition(":")[0])
