"""A virus scanner that speaks clamd's protocol (clamd(8), INSTREAM): asked over its socket, chunk by chunk."""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_PIECE = 64 * 1024
_SECONDS = 20


class Away(ConnectionError):
    """The scanner does not answer, or not in a way that says anything."""


def scan(content: IO[bytes]) -> str:
    """What was found in the content, by its name; empty when it is clean. Away when nobody can say."""
    try:
        with _connect() as line:
            line.sendall(b"zINSTREAM\0")
            while piece := content.read(_PIECE):
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            said = _read(line)
    except OSError as trouble:
        raise Away(str(trouble)) from trouble
    if said.endswith("OK"):
        return ""
    if said.endswith("FOUND"):
        return said.removesuffix("FOUND").partition(":")[2].strip() or "something harmful"
    raise Away(said[:200])


def _connect() -> socket.socket:
    """`clamd://host:port`, or `clamd:///path/to/socket`."""
    address = urlsplit(settings.SCANNER_URL)
    if address.scheme != "clamd":
        raise ImproperlyConfigured("SCANNER_URL must look like clamd://host:3310 or clamd:///run/clamd.sock.")
    if address.hostname:
        return socket.create_connection((address.hostname, address.port or 3310), _SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(_SECONDS)
    line.connect(address.path)
    return line


def _read(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096 and (piece := line.recv(4096)):
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
