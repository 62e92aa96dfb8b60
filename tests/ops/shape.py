"""The shape of deploy/compose.yaml without containers: its own commands and files, Debian's servers, loopback."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import yaml
from django.conf import settings

from tests.ops.conftest import queue_binary, wait_until
from tests.support.server import ROOT, free_port

DEPLOY = ROOT / "deploy"
_PORTS = ("postgres", "pgbouncer", "valkey", "web", "live", "worker", "http", "https")


def postgres_folder() -> Path | None:
    """The newest PostgreSQL of Debian's packages."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def missing() -> list[str]:
    """Which of the packages are not installed."""
    names = [name for name in ("pgbouncer", "caddy") if not _which(name)]
    return names if postgres_folder() else ["postgresql", *names]


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


class Shape:
    """All services of compose.yaml as processes of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in _PORTS}
        self.base = f"localhost:{self.ports['https']}"
        self.services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        # Servers refuse to run as root, and must not: they get this user's rights.
        self._servant = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
        folder.chmod(0o755)

    def place(self, name: str) -> Path:
        """A folder that belongs to the servers."""
        path = self.folder / name
        path.mkdir(mode=0o700)
        if self._servant:
            shutil.chown(path, "nobody", "nogroup")
        return path

    def start(self) -> None:
        """Everything, in the order of compose.yaml."""
        self.start_database()
        self.start_rest()

    def start_rest(self) -> None:
        """All that follows once there is a database."""
        self._finish("setup")
        self._start_pgbouncer()
        self._run("valkey", [self._shown(queue_binary()), *self._valkey_options()], self._servant)
        for name in ("web", "live", "worker", "scheduler"):
            self._run(name, self._command(name), env=self._environment(name))
        self._start_caddy()
        self.wait()

    def start_database(self) -> None:
        binaries, rows = postgres_folder(), self.place("postgres")
        assert binaries
        password = rows.parent / "owner"
        password.write_text("owner-secret")
        password.chmod(0o644)
        self._do([str(binaries / "initdb"), "-D", str(rows), "-U", "portico_owner", "--pwfile", str(password),
                  "--auth=scram-sha-256", "--locale=C.UTF-8", "--no-sync"])  # fmt: skip
        options = self.services["postgres"]["command"][1:]
        self._run(
            "postgres",
            [str(binaries / "postgres"), "-D", str(rows), "-p", str(self.ports["postgres"]), "-k", str(rows),
             "-c", "listen_addresses=127.0.0.1", *options],
            self._servant,
        )  # fmt: skip
        wait_until(lambda: self._owner("postgres").close() is None)
        with self._owner("postgres") as connection:
            connection.execute("CREATE DATABASE portico")

    def _owner(self, database: str) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(self._owner_url(database), autocommit=True)
        except psycopg.OperationalError as trouble:
            raise OSError from trouble

    def _owner_url(self, database: str) -> str:
        return f"postgresql://portico_owner:owner-secret@127.0.0.1:{self.ports['postgres']}/{database}"

    def postgres(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One of PostgreSQL's own programs, as the owner."""
        where = ["-h", "127.0.0.1", "-p", str(self.ports["postgres"]), "-U", "portico_owner"]
        command = [str((postgres_folder() or Path()) / program), *where, *arguments]
        env = {**os.environ, "PGPASSWORD": "owner-secret"}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def _start_pgbouncer(self) -> None:
        place = self.place("pgbouncer")
        (place / "users.txt").write_text('"portico_app" "app-secret"\n')
        (place / "here.ini").write_text(
            f"%include {self._shown('pgbouncer.ini')}\n"
            f"[databases]\nportico = host=127.0.0.1 port={self.ports['postgres']}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.ports['pgbouncer']}\n"
            f"auth_file = {place / 'users.txt'}\n"
        )
        self._hand_over(place)
        self._run("pgbouncer", [_which("pgbouncer") or "", str(place / "here.ini")], self._servant)

    def _valkey_options(self) -> list[str]:
        options = self.services["valkey"]["command"][1:]
        options = [one.replace("${VALKEY_PASSWORD:?}", "queue-secret") for one in options]
        return [
            "--port",
            str(self.ports["valkey"]),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.place("valkey")),
            *options,
        ]

    def _start_caddy(self) -> None:
        place = self.place("caddy")
        env = {
            "HTTP_PORT": str(self.ports["http"]),
            "HTTPS_PORT": str(self.ports["https"]),
            "CADDY_DATA": str(place),
            "ISSUER": "internal",
            "WEB": f"127.0.0.1:{self.ports['web']}",
            "LIVE": f"127.0.0.1:{self.ports['live']}",
            "HOME": str(place),
            "PATH": os.environ["PATH"],
        }
        command = [_which("caddy") or "", "run", "--config", self._shown("Caddyfile"), "--adapter", "caddyfile"]
        self._run("caddy", command, self._servant, env=env)

    @property
    def authority(self) -> Path:
        """Caddy's own certificate authority of this test."""
        return self.folder / "caddy" / "pki/authorities/local/root.crt"

    def _environment(self, name: str) -> dict[str, str]:
        """The service's environment from compose.yaml, with our secrets and ports in place of names and variables."""
        known = {
            "SECRET_KEY": "s" * 50,
            "BASE_HOST": self.base,
            "APP_PASSWORD": "app-secret",
            "OWNER_PASSWORD": "owner-secret",
            "VALKEY_PASSWORD": "queue-secret",
        }
        given = {key: _filled(value, known) for key, value in self.services[name].get("environment", {}).items()}
        hosts = {service: f"127.0.0.1:{self.ports[service]}" for service in ("postgres", "pgbouncer", "valkey")}
        for key in ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL"):
            if key in given:
                given[key] = re.sub(r"@(\w+):\d+", lambda found: f"@{hosts[found[1]]}", given[key])
        here = {"STORAGE_URL": f"file://{self.folder}/files"}
        if "PROMETHEUS_MULTIPROC_DIR" in given:
            (self.folder / "figures").mkdir(exist_ok=True)
            here["PROMETHEUS_MULTIPROC_DIR"] = str(self.folder / "figures")
        if "WORKER_METRICS" in given:
            here["WORKER_METRICS"] = f"127.0.0.1:{self.ports['worker']}"
        if "GRANIAN_PORT" in given:
            here |= {"GRANIAN_HOST": "127.0.0.1", "GRANIAN_PORT": str(self.ports[name])}
        return given | here | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
            "PORTICO_PYTHON_READY": "1",
            "DJANGO_SETTINGS_MODULE": "portico.settings",
            "STATIC_ROOT": settings.STATIC_ROOT,
            "DATA_DIR": str(self.folder),
            "READY_SCHEMAS": "3",
        }  # fmt: skip

    def _command(self, name: str) -> list[str]:
        return list(self.services[name]["command"])

    def _finish(self, name: str) -> None:
        """Run a service that ends, and fail when it fails."""
        self._do(self._command(name), {}, self._environment(name))

    def _do(self, command: list[str], how: Any = None, env: dict[str, str] | None = None) -> None:
        done = subprocess.run(
            command, cwd=ROOT if env else self.folder, env=env, capture_output=True, text=True, check=False,
            **(self._servant if how is None else how),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stdout[-1500:]}\n{done.stderr[-3000:]}")

    def _run(self, name: str, command: list[str], how: Any = None, env: dict[str, str] | None = None) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        place = self.folder if how else ROOT
        self._running[name] = subprocess.Popen(command, cwd=place, env=env, stdout=log, stderr=log, **(how or {}))

    def _shown(self, name: str) -> str:
        """A copy of a file that the servers may read: the checkout may lie where only its owner looks."""
        source = Path(name) if "/" in name else DEPLOY / name
        copy = self.folder / source.name
        shutil.copy(source, copy)
        copy.chmod(0o755)
        return str(copy)

    def _hand_over(self, place: Path) -> None:
        for path in place.iterdir():
            path.chmod(0o600)
            if self._servant:
                shutil.chown(path, "nobody", "nogroup")

    def log(self, name: str) -> str:
        """What a service has written so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait(self) -> None:
        """Until both processes that answer say that they are ready."""
        for name in ("web", "live"):
            try:
                wait_until(lambda name=name: self.ready(name), 40)
            except AssertionError:
                raise RuntimeError(f"{name} is not ready:\n{self.log(name)[-3000:]}") from None

    def ready(self, name: str) -> bool:
        """What `/readyz` of a service answers, asked from inside."""
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}/readyz", timeout=5).status == 200
        except urllib.error.HTTPError:
            return False

    def stop(self) -> dict[str, int]:
        """End everything that was started, last first; how each of them ended."""
        ends = {}
        for name, process in reversed(self._running.items()):
            process.send_signal(signal.Signals[self.services[name].get("stop_signal", "SIGTERM")])
            try:
                ends[name] = process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                ends[name] = process.wait(10)
        self._running.clear()
        with suppress(OSError):
            shutil.rmtree(self.folder)
        return ends


def _filled(value: str, known: dict[str, str]) -> str:
    """Compose's `${NAME:?}` and `${NAME:-default}`."""
    return re.sub(r"\$\{(\w+):[?-]([^}]*)\}", lambda found: known.get(found[1], found[2]), value)
