"""Tickets for the workspace's pages."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def asked(acme: Any, ada: Any, inside: Callable[..., Any]) -> Callable[..., Any]:
    """`asked()` = a ticket of Ada's at Acme; further words are those of `open_ticket`."""

    def ask(**words: str) -> Any:
        from tenant_apps.tickets import actions

        said = {"subject": "website", "sub_subject": "contact", "description": "The contact form does not send."}
        with inside(acme):
            return actions.open_ticket(**(said | words), by=ada)

    return ask


@pytest.fixture
def statements() -> Any:
    """`with statements() as sent:` = what a page sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)
