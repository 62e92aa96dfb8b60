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


WISH = {"subject": "The lamp flickers", "description": "Since Monday.", "department": "technical"}
DESK = "/api/v1/support"


class Program:
    """Somebody's program at the company's desk: short words for long requests."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str, expected: int = 200, /, **query: Any) -> Any:
        return self._read(self.client.get(_address(path), query), expected)

    def post(self, path: str, body: Any = None, status: int = 201, **headers: str) -> Any:
        return self._send("post", path, body, status, **headers)

    def put(self, path: str, body: Any = None, status: int = 200) -> Any:
        return self._send("put", path, body, status)

    def patch(self, path: str, body: Any = None, status: int = 200) -> Any:
        return self._send("patch", path, body, status)

    def asks(self, expected: int = 201, /, **more: Any) -> Any:
        """A new request."""
        return self.post("tickets", WISH | more, expected)

    def _send(self, method: str, path: str, body: Any, status: int, **headers: str) -> Any:
        send = getattr(self.client, method)
        sent = {} if body is None else body
        return self._read(send(_address(path), sent, content_type="application/json", headers=headers), status)

    def _read(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.content
        if status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.json()


def _address(path: str) -> str:
    return path if path.startswith("/") else f"{DESK}/{path}"


@pytest.fixture
def program(api_for: Callable[[str], Any]) -> Callable[[str], Program]:
    """`program("cleo")` = Cleo's program at the desk of Acme."""
    return lambda name: Program(api_for(name))
