"""What every worker would otherwise find out for itself at its first page, found out once before they are forked.

It is large: the release's mark is read out of all migrations, addresses and templates are taken apart, the first
connection sets up its ciphers, the first message loads a transport. What is there before a fork is in memory once, as
long as nobody writes to it.
"""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, connections
from django.urls import NoReverseMatch, reverse

DOORS = ("company", "console", "public", "files")


def load_doors() -> None:
    """Load the views behind each kind of door, and learn their names."""
    for door in DOORS:
        with suppress(NoReverseMatch):
            reverse("", f"portico.urls_{door}")  # nothing is named so, and that takes all names to say


def answer_once(pages: WSGIHandler) -> None:
    """Answer what all pages begin with, and leave nothing open: a socket that two processes read answers neither.

    Where no database is, workers find out themselves, as soon as one is there.
    """
    from portico.celery import load_transport  # like `asks` below, it needs what `pages` has loaded

    load_transport()
    try:
        connection.ensure_connection()
        _ask(pages)
    except OperationalError:
        return
    finally:
        connections.close_all()


def _ask(pages: WSGIHandler) -> None:
    """The first page of the platform's own desk, as anybody sees it: no session, no cache, nothing written."""
    from portico import asks

    asked: dict[str, Any] = {"HTTP_HOST": f"{asks.HOUSE}.{settings.BASE_HOST}", "wsgi.input": BytesIO()}
    setup_testing_defaults(asked)
    pages(asked, _heard).close()


def _heard(status: str, headers: list[tuple[str, str]], failed: object = None) -> Callable[[bytes], None]:
    return lambda text: None
