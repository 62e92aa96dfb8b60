"""A real name server on loopback, which says what a test wrote down."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class Zone:
    """What the server says: `zone.set("a.example", "TXT", "…")`. Names without a line do not exist; those in `silent`
    are not answered, and those in `broken` with SERVFAIL."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.silent: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[tuple[str, str]] = []

    def set(self, name: str, kind: str, *values: str) -> None:
        self.records[name, kind] = [f'"{one}"' if kind == "TXT" else one for one in values]

    def drop(self, name: str, kind: str) -> None:
        self.records.pop((name, kind), None)

    def answer(self, wire: bytes) -> bytes | None:
        question = dns.message.from_wire(wire)
        name, kind = str(question.question[0].name).rstrip(".").lower(), question.question[0].rdtype
        self.asked.append((name, dns.rdatatype.to_text(kind)))
        if name in self.silent:
            return None
        said = dns.message.make_response(question)
        said.flags |= dns.flags.RA
        if name in self.broken:
            said.set_rcode(dns.rcode.SERVFAIL)
            return said.to_wire()
        alias = self.records.get((name, "CNAME"))
        if alias:
            said.answer.append(dns.rrset.from_text(f"{name}.", 1, "IN", "CNAME", alias[0] + "."))
        owner = alias[0] if alias and kind != dns.rdatatype.CNAME else name
        values = self.records.get((owner, dns.rdatatype.to_text(kind)))
        if values and not (alias and kind == dns.rdatatype.CNAME):
            said.answer.append(dns.rrset.from_text(f"{owner}.", 1, "IN", kind, *values))
        if not said.answer and not any(known == name for known, _ in self.records):
            said.set_rcode(dns.rcode.NXDOMAIN)
        return said.to_wire()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, socket = self.request
        said = self.server.zone.answer(wire)  # type: ignore[attr-defined]
        if said is not None:
            socket.sendto(said, self.client_address)


@contextmanager
def served() -> Iterator[tuple[Zone, str]]:
    """A zone, and the address (host:port) where it is asked."""
    server: Any = socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.zone = Zone()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.zone, f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
