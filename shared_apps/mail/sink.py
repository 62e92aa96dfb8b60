"""What was sent, to look at in a browser: for a demo, whose mail ends in a folder. Elsewhere there is no such page."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portico import csp
from portico.errors import Missing
from shared_apps.mail import transport

_NAME = re.compile(r"[0-9]{20}-[0-9a-z]{1,32}")
_MOST_SHOWN = 100
# Nothing in it runs, sends or knows where it is; links open beside it, in a tab of their own.
_FRAME = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src http: https: data:; frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail in the folder."""

    name: str
    at: datetime
    mail: EmailMessage

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        return str(part.get_content()) if part else ""

    @property
    def files(self) -> list[str]:
        return [part.get_filename() or "file" for part in self.mail.iter_attachments()]

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.mail.items()]


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The latest mails."""
    names = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)
    rows = [_read(name) for name in names[:_MOST_SHOWN] if _NAME.fullmatch(name)]
    return render(request, "sink/overview.html", {"rows": rows, "more": len(names) > _MOST_SHOWN})


@never_cache
@require_safe
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its head, its words, and its page in a frame."""
    return with_frame(request, render(request, "sink/one.html", {"seen": _read(name)}))


@never_cache
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of a mail, for the frame."""
    return framed(_read(name).html)


def with_frame(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page may show a mail of this host in a frame."""
    response["Content-Security-Policy"] = f"{csp.policy(request)}; frame-src 'self'"
    return response


def framed(html: str) -> HttpResponse:
    """The HTML of a mail, for such a frame."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = _FRAME
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _folder() -> Path:
    folder = transport.sink() if settings.SHOW_MAIL else None
    if folder is None:
        raise Missing
    return folder


def _read(name: str) -> Seen:
    folder = _folder()
    if not _NAME.fullmatch(name):
        raise Missing
    try:
        raw = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        raise Missing from None
    at = datetime.fromtimestamp(int(name[:20]) / 1_000_000_000, UTC)
    return Seen(name, at, BytesParser(EmailMessage, policy=policy.default).parsebytes(raw))
