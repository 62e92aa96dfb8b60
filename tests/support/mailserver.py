"""A real mail server on loopback that says what it was told to say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.server import free_port


class Server:
    """What it took (`mails`: raw bytes), from how many `callers`; what it answers (`answers`: {address: "550 …"})."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.callers: set[Any] = set()  # one for each connection
        self.answers: dict[str, str] = {}
        self.url = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if answer := self.answers.get("DATA"):
            return answer
        self.callers.add(session.peer)
        self.mails.append(envelope.content)
        return "250 OK"


@contextmanager
def running() -> Iterator[Server]:
    """The server, until the end of the block."""
    server = Server()
    port = free_port()
    server.url = f"smtp://127.0.0.1:{port}"
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
