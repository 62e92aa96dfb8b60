"""A mailbox at the number that its server's name had when it was checked; a look-up a moment later changes nothing.

Its certificate is checked against the name all the same.
"""

import imaplib
import socket
import ssl
from typing import Any

from django.conf import settings
from imap_tools.mailbox import BaseMailBox

from portico import fetching


def number_of(host: str, port: int) -> str:
    """Where to connect to. Nobody looks into our own network by naming one of its servers as a mailbox: Unreachable."""
    return fetching.number_of(host, port, lambda number: settings.PRIVATE_MAILBOXES or fetching.is_open(number))


class Box(BaseMailBox):
    """A mailbox, as imap_tools knows it."""

    def __init__(self, host: str, port: int, number: str, *, is_plain: bool, timeout: float) -> None:
        self._made, self._place = (_Plain if is_plain else _Encrypted), (host, port, number, timeout)
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._made(*self._place)


class _Plain(imaplib.IMAP4):
    def __init__(self, host: str, port: int, number: str, timeout: float) -> None:
        self.number = number
        super().__init__(host, port, timeout)

    # Python's own hook for both kinds (imaplib, 3.9 and later), which connects by name.
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self.number, self.port), timeout)


class _Encrypted(imaplib.IMAP4_SSL):
    def __init__(self, host: str, port: int, number: str, timeout: float) -> None:
        self.number = number
        # Without a context of ours imaplib takes any certificate.
        super().__init__(host, port, ssl_context=ssl.create_default_context(), timeout=timeout)

    def _create_socket(self, timeout: float | None) -> Any:
        line = socket.create_connection((self.number, self.port), timeout)
        return self.ssl_context.wrap_socket(line, server_hostname=self.host)
