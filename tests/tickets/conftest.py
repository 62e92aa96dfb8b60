"""Tickets as most stories need them."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def asked(inside: Callable[..., Any], acme: Any, ada: Any) -> Any:
    """Ada's question about the website, just opened."""
    from tenant_apps.tickets import actions

    with inside(acme):
        return actions.open_ticket(subject="website", sub_subject="contact", description="Form not sending.", by=ada)
