"""Where things go: the data folder, free ports, and the account that servers run as. Standard library only."""

import functools
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARKER = "portico-data"
NEEDED_MEGABYTES = 300


class Unfit(Exception):
    """Why it cannot be done here, in one line for the person in front of the screen."""


@dataclass(frozen=True)
class Account:
    """Who the embedded servers run as. PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @property
    def options(self) -> dict[str, Any]:
        """What `subprocess` takes to start a child as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}

    def owns(self, path: Path) -> None:
        """Hand a file or folder over to this account."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether this account can come as far as `path`, tried by a child that is this account."""
        test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        try:
            return subprocess.run(test, check=False, cwd="/", **self.options).returncode == 0
        except OSError as error:
            raise Unfit(
                f"As root, the database server has to run as another account, and this system refuses that ({error}). "
                "Start the command as an ordinary user."
            ) from error


@functools.cache
def server_account() -> Account:
    """This user; `nobody` in place of root."""
    if os.geteuid() != 0:
        return Account(os.getuid(), os.getgid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(nobody.pw_uid, nobody.pw_gid)


def check_account() -> None:
    """PostgreSQL runs only as somebody with a name. Raises Unfit."""
    uid = server_account().uid
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise Unfit(f"The account {uid} has no name on this system (/etc/passwd), and PostgreSQL needs one.") from None


def cache_folder(root: Path) -> Path:
    """A folder of the user's cache for this checkout and no other."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "portico" / _digest(root)


def default_data(root: Path) -> Path:
    """`.data` in the checkout, or the next best folder that can be written and that the servers' account can reach."""
    candidates = [root / ".data", cache_folder(root) / "data"]
    if os.geteuid() == 0:
        candidates.append(Path("/var/lib/portico") / _digest(root))
    return next((folder for folder in candidates if _fits(folder)), candidates[0])


def _digest(root: Path) -> str:
    return hashlib.sha256(str(root).encode()).hexdigest()[:12]


def _fits(folder: Path) -> bool:
    existing = _first_existing(folder)
    return os.access(existing, os.W_OK) and server_account().reaches(existing)


def _first_existing(folder: Path) -> Path:
    return next(one for one in [folder, *folder.parents] if one.exists())


def prepare_data(folder: Path) -> None:
    """Make the folder, or make sure that it is ours. Raises Unfit."""
    if folder.exists() and not folder.is_dir():
        raise Unfit(f"{folder} is not a folder.")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise Unfit(f"{folder} holds something else. Give an empty or a new folder with --data.")
    try:
        _make(folder)
    except OSError as error:
        raise Unfit(f"{folder} cannot be used: {error.strerror}. Give another folder with --data.") from error
    if not server_account().reaches(folder):
        raise Unfit(
            f"{folder} cannot be reached by the account `nobody`, which the database server runs as when you are root. "
            "Give another folder with --data, or start the command as an ordinary user."
        )


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 2**20
    if free < NEEDED_MEGABYTES:
        raise Unfit(f"The disk of {folder} is full: {free} MB are free, {NEEDED_MEGABYTES} MB are needed.")
    (folder / MARKER).write_text("Portico keeps its data here. `manage.py demo --fresh` empties this folder.\n")


def empty(folder: Path, *, but: str) -> None:
    """Throw away everything in a data folder except the entry `but` and the mark that says whose folder it is."""
    for entry in folder.iterdir():
        if entry.name not in {but, MARKER}:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_busy(port: int) -> bool:
    """Whether somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
