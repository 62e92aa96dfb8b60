"""Tickets and addresses for programs."""

from collections.abc import Callable
from typing import Any

import pytest

NEW = {"subject": "website", "sub_subject": "contact", "description": "Contact form not sending."}


@pytest.fixture
def opened(api_for: Callable[[str], Any]) -> dict[str, Any]:
    """Ada's ticket, opened through the API, as it was answered."""
    answer = api_for("ada").post("/api/support/tickets", NEW, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.fixture
def row_id(opened: dict[str, Any], outside: Callable[..., Any]) -> int:
    """The console's id of Ada's ticket."""
    from shared_apps.console.models import TicketIndex

    with outside():
        return TicketIndex.objects.get(ticket_id=opened["id"]).pk
