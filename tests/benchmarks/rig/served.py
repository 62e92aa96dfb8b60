"""Servers to be compared, as processes: granian in the same shape; ours is started as the product starts it."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.rig.load import Asker, request
from tests.support.databases import ROOT
from tests.support.server import free_port

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    name: str
    port: int
    process: int

    def workers(self) -> list[int]:
        """The processes that answer requests; the first process only watches over them."""
        return [child for child in _children(self.process) if _is_worker(child)] or [self.process]

    def cpu_seconds(self) -> float:
        """Processor time that its workers have used so far. Unlike requests/s it hardly feels the neighbours."""
        return sum(map(_cpu, self.workers()))


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: an application in a folder, by this Python."""

    python: str
    application: str
    folder: Path
    server: str = "granian"


OURS = Site(sys.executable, "tests.benchmarks.rig.site:application", ROOT, "portico.serve")


@contextlib.contextmanager
def serving(
    environments: dict[str, dict[str, str]], *, threads: int = 4, workers: int = 1, site: Site = OURS
) -> Iterator[list[Server]]:
    """A server for each environment until the end of the block; all of them answer when the block begins."""
    with contextlib.ExitStack() as stack:
        shape = ["--workers", str(workers), "--blocking-threads", str(threads)]
        starting = [stack.enter_context(_started(name, env, shape, site)) for name, env in environments.items()]
        for server, child, log in starting:
            _wait_for(server.port, child, log)
        yield [server for server, _, _ in starting]


@contextlib.contextmanager
def _started(
    name: str, env: dict[str, str], shape: list[str], site: Site
) -> Iterator[tuple[Server, subprocess.Popen[bytes], Path]]:
    port = free_port()
    command = [site.python, "-m", site.server, "--host", "127.0.0.1", "--port", str(port), "--interface", "wsgi"]
    command += [*shape, "--no-ws", "--log-level", "warning", site.application]
    env = env | {"BASE_HOST": f"localhost:{port}"}
    with tempfile.NamedTemporaryFile(prefix=f"portico-bench-{name}-", suffix=".log") as log:
        child = subprocess.Popen(command, env=env, cwd=site.folder, stdout=log, stderr=log)
        try:
            yield Server(name, port, child.pid), child, Path(log.name)
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(10)


def _wait_for(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError, RuntimeError):
            asker = Asker(port)
            asker.ask(request("localhost", "/healthz", {}))
            asker.close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(one) for one in task.read_text().split()]
    return found


def _is_worker(process: int) -> bool:
    return b"resource_tracker" not in Path(f"/proc/{process}/cmdline").read_bytes()


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
