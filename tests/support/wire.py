"""Listens on the wire between the product and PostgreSQL: what was sent, message by message."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Wire:
    """A proxy on a loopback port. `sent` holds the text of every simple query (protocol message `Q`)."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.sent: list[str] = []
        self.kinds: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            threading.Thread(target=self._listen, args=(client, server), daemon=True).start()
            threading.Thread(target=_copy, args=(server, client), daemon=True).start()

    def _listen(self, client: socket.socket, server: socket.socket) -> None:
        started, kept = False, b""
        while chunk := _receive(client):
            kept += chunk
            if not started and len(kept) >= 4:
                (size,) = struct.unpack("!I", kept[:4])
                started, kept = size != 8, kept[size:]  # 8 bytes is a request for TLS, answered with one letter
            while started and len(kept) >= 5:
                (size,) = struct.unpack("!I", kept[1:5])
                if len(kept) < size + 1:
                    break
                self._note(kept[:1].decode(), kept[5 : size + 1])
                kept = kept[size + 1 :]
            server.sendall(chunk)
        server.close()

    def _note(self, kind: str, payload: bytes) -> None:
        self.kinds.append(kind)
        if kind == "Q":
            self.sent.append(payload.rstrip(b"\0").decode())

    def close(self) -> None:
        self._listener.close()


def _receive(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


def _copy(source: socket.socket, target: socket.socket) -> None:
    while chunk := _receive(source):
        try:
            target.sendall(chunk)
        except OSError:
            return
    target.close()


@contextmanager
def listening(host: str, port: int) -> Iterator[Wire]:
    """A wire for the time of a test."""
    wire = Wire(host, port)
    try:
        yield wire
    finally:
        wire.close()
