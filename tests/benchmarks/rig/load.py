"""Load on a server: a few connections that ask again and again, on plain sockets, from a process of its own.

`python -m tests.benchmarks.rig.load` reads one JSON object from stdin: `port`, `seconds`, `connections` and `requests`
(raw requests, rotated), `answers` (good statuses); prints one: `count`, `wrong`, `times` (seconds of each request).
"""

import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did in a while."""

    per_second: float
    times: list[float]


def put(port: int, requests: list[bytes], seconds: float, answers: tuple[int, ...] = (200,)) -> Load:
    """Load the server for so many seconds; RuntimeError when an answer was none of these."""
    asked = {"port": port, "seconds": seconds, "requests": [one.decode() for one in requests], "answers": answers}
    command = [sys.executable, "-m", "tests.benchmarks.rig.load"]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT, check=True)
    found = json.loads(done.stdout)
    if found["wrong"] or not found["times"]:
        raise RuntimeError(f"{len(found['times'])} answers, and not {answers}: {found['wrong'][:3]}")
    return Load(len(found["times"]) / found["seconds"], found["times"])


def request(host: str, path: str, headers: dict[str, str]) -> bytes:
    """A GET as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def posting(host: str, path: str, headers: dict[str, str], body: str, kind: str) -> bytes:
    """A POST as it goes over the wire."""
    about = {"Content-Type": kind, "Content-Length": str(len(body.encode()))}
    return request(host, path, headers | about).replace(b"GET ", b"POST ", 1) + body.encode()


class Asker:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""

    def ask(self, raw: bytes) -> tuple[int, bytes]:
        """Send one request and read its whole answer: status and body."""
        self._socket.sendall(raw)
        while b"\r\n\r\n" not in self._kept:
            self._more()
        head, _, self._kept = self._kept.partition(b"\r\n\r\n")
        fields = head.lower().split(b"\r\n")
        length = next((int(field[15:]) for field in fields if field.startswith(b"content-length:")), None)
        return int(head[9:12]), self._fixed(length) if length is not None else self._chunked()

    def _fixed(self, length: int) -> bytes:
        while len(self._kept) < length:
            self._more()
        body, self._kept = self._kept[:length], self._kept[length:]
        return body

    def _chunked(self) -> bytes:
        while not self._kept.endswith(b"0\r\n\r\n"):
            self._more()
        body, self._kept = self._kept, b""
        return body

    def _more(self) -> None:
        chunk = self._socket.recv(262_144)
        if not chunk:
            raise RuntimeError("The server closed the connection.")
        self._kept += chunk

    def close(self) -> None:
        self._socket.close()


def _ask_until(
    end: float, port: int, requests: list[bytes], answers: list[int], times: list[float], wrong: list[int]
) -> None:
    asker, number = Asker(port), 0
    # At least one answer each: on a loaded machine the time may be over before the first.
    while (began := time.perf_counter()) < end or not number:
        status, _ = asker.ask(requests[number % len(requests)])
        times.append(time.perf_counter() - began)
        number += 1
        if status not in answers:
            wrong.append(status)
    asker.close()


def _main() -> None:
    asked = json.load(sys.stdin)
    requests = [one.encode() for one in asked["requests"]]
    times: list[float] = []
    wrong: list[int] = []
    began = time.perf_counter()
    threads = []
    for number in range(CONNECTIONS):
        start = number * len(requests) // CONNECTIONS  # so that no two ask for the same at once
        turned = requests[start:] + requests[:start]
        arguments = (began + asked["seconds"], asked["port"], turned, asked["answers"], times, wrong)
        threads.append(threading.Thread(target=_ask_until, args=arguments))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"seconds": time.perf_counter() - began, "times": times, "wrong": wrong}, sys.stdout)


if __name__ == "__main__":
    _main()
