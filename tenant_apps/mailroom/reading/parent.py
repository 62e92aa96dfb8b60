"""Asking the reader: a mail goes to a process of its own, which may die of it without anybody else noticing."""

import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenant_apps.mailroom.reading import limits
from tenant_apps.mailroom.reading.child import HEAD

_ROOT = Path(__file__).resolve().parents[3]


class Unreadable(Exception):
    """The mail was not read; `problem` says why: headers, parts, depth, content, memory, time, trouble."""

    def __init__(self, problem: str, words: str = "") -> None:
        super().__init__(problem, words)
        self.problem, self.words = problem, words


@dataclass(frozen=True, slots=True)
class Read:
    """A mail that was read: what it says (`taking.take_apart`), and the bytes of its files."""

    said: dict[str, Any]
    files: list[bytes]
    spent: float = 0.0
    peak: int = 0


class Reader:
    """One process that reads. It is started when it is first asked, and again whenever it has gone."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def read(self, raw: bytes, **told: Any) -> Read:
        """What the mail says. Unreadable when it is too much of anything; the reader is none the worse for it."""
        with self._turn:
            extra = json.dumps(told).encode() if told else b""
            try:
                answer, files = self._asked(raw, extra)
            except Unreadable as no:
                was_killed = no.problem == "killed"
                self.close()
                if not was_killed:
                    raise
                answer, files = self._again(raw, extra)  # by somebody else, or for memory: that is seen now
            if answer["left"]:
                self.close()
        if "problem" in answer:
            raise Unreadable(answer["problem"], answer.get("words", ""))
        return Read(answer["said"], files, answer["spent"], answer["peak"])

    def _again(self, raw: bytes, extra: bytes) -> tuple[dict[str, Any], list[bytes]]:
        try:
            return self._asked(raw, extra)
        except Unreadable as no:
            self.close()
            raise Unreadable("memory" if no.problem == "killed" else no.problem) from None

    def close(self) -> None:
        """End the process; the next mail starts another."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for line in (child.stdin, child.stdout):
            if line:
                line.close()

    def _asked(self, raw: bytes, told: bytes) -> tuple[dict[str, Any], list[bytes]]:
        child = self._running()
        until = time.monotonic() + limits.PATIENCE + len(raw) / limits.MEGABYTE
        try:
            _send(child, HEAD.pack(len(raw), len(told), 0) + told + raw, until)
            answer = json.loads(_receive(child, struct.unpack(">I", _receive(child, 4, until))[0], until))
            files = [_receive(child, size, until) for size in answer["sizes"]]
        except (EOFError, OSError, TimeoutError):
            raise Unreadable(_why(child)) from None
        return answer, files

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        command = [sys.executable, "-m", "tenant_apps.mailroom.reading.child"]
        kept = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}  # no secret of ours is near a mail
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=_ROOT, env=kept, bufsize=0
        )
        return self._child


def _why(child: subprocess.Popen[bytes]) -> str:
    try:
        code = child.wait(0.5)
    except subprocess.TimeoutExpired:
        return "time"
    return {-signal.SIGPROF: "time", -signal.SIGKILL: "killed"}.get(code, "memory")


def _send(child: subprocess.Popen[bytes], content: bytes, until: float) -> None:
    assert child.stdin  # noqa: S101 (it was started with one)
    line, view = child.stdin.fileno(), memoryview(content)
    os.set_blocking(line, False)
    while view:
        if not select.select([], [line], [], max(0.0, until - time.monotonic()))[1]:
            raise TimeoutError
        view = view[os.write(line, view[:1_048_576]) :]


def _receive(child: subprocess.Popen[bytes], size: int, until: float) -> bytes:
    assert child.stdout  # noqa: S101 (it was started with one)
    line, found = child.stdout.fileno(), bytearray()
    while len(found) < size:
        if not select.select([line], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        piece = os.read(line, min(1_048_576, size - len(found)))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


_readers: dict[int, Reader] = {}


def read(raw: bytes, **told: Any) -> Read:
    """Ask this process's reader. A process that was forked has one of its own."""
    return _readers.setdefault(os.getpid(), Reader()).read(raw, **told)
