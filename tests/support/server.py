"""The really running product, for journeys: web, sockets, worker and scheduler as processes of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_pair() -> int:
    """A free port whose neighbour above is free as well: a demo takes both."""
    while True:
        port = free_port()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port + 1)):
                return port


class Product:
    """The running product: `port`, `base` (its address), `info` as `demo --info` writes it, and `url(host, path)`."""

    def __init__(self, env: dict[str, str], logs: Path) -> None:
        self.port, self.live_port = free_port(), free_port()
        self.base = f"http://localhost:{self.port}"
        self.env = env | {
            "BASE_HOST": f"localhost:{self.port}",
            "LIVE_URL": f"ws://{{host}}:{self.live_port}/live/",
            "DJANGO_SETTINGS_MODULE": "portico.settings",
            "CONFIRM_AGAIN_MINUTES": "600",  # one sign-in is good for a whole run
            "DNS_SERVER": "127.0.0.1:9",  # nobody: no test asks the world
            "SHOW_MAIL": "1",
        }
        self.logs = logs
        self.info: dict[str, Any] = {}
        self._children: list[subprocess.Popen[bytes]] = []

    def url(self, host: str = "", path: str = "/") -> str:
        """The address of a path on a company's host, the console's (`console`) or the base (empty)."""
        return f"http://{host + '.' if host else ''}localhost:{self.port}{path}"

    def person(self, email: str) -> dict[str, str]:
        """Name, role, e-mail, password and token of somebody."""
        groups = [self.info["console"], *self.info["companies"]]
        return next(one for group in groups for one in group["people"] if one["email"] == email)

    def start(self) -> None:
        """Start every process over the demo's rows, which are there already; returns when the pages answer."""
        self._ask_for_tokens()
        served = ["portico.serve", "--host", "127.0.0.1", "--workers", "1"]
        web = ["--no-ws", "--interface", "wsgi", "--blocking-threads", "16", "--port", str(self.port)]
        live = ["--interface", "asgi", "--port", str(self.live_port)]
        worker = ["celery", "-A", "portico.celery", "worker", "--pool", "threads", "--concurrency", "2"]
        self._run("web", *served, *web, "portico.wsgi:application")
        self._run("live", *served, *live, "portico.asgi:application")
        self._run("worker", *worker, "--loglevel", "warning")
        self._run("scheduler", "django", "scheduler")
        self._wait()

    def _ask_for_tokens(self) -> None:
        file = self.logs / "people.json"
        command = [sys.executable, "-m", "django", "seed_demo", "--to", str(file)]
        done = subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        self.info = json.loads(file.read_text()) | {"base_url": self.base}

    def command(self, *words: str) -> str:
        """What a command of manage.py says."""
        command = [sys.executable, "-m", "django", *words]
        return subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    def _run(self, name: str, *module: str) -> None:
        command = [sys.executable, "-m", *module]
        log = (self.logs / f"{name}.log").open("wb")
        self._children.append(subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=log, stderr=log))

    def _wait(self) -> None:
        for port in (self.port, self.live_port):
            self._wait_for(port)

    def _wait_for(self, port: int) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("\n".join(path.read_text(errors="replace")[-2000:] for path in self.logs.glob("*.log")))

    def stop(self) -> None:
        """End what was started, and only that."""
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(10)


def worker_number() -> int:
    """This test process's number, from 0."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
