"""The Python environment: made from the lock files at the first command. Standard library only."""

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from portico.embedded import joining, places

READY = "PORTICO_PYTHON_READY"
NEEDED_MEGABYTES = 700

# What pip writes when it fails, and what to tell the person in front of the screen.
_REASONS = (
    ("No space left on device|Disk quota exceeded", "the disk is full"),
    ("DO NOT MATCH THE HASHES", "a downloaded package is not the one that the lock names"),
    (
        "Temporary failure|NewConnectionError|ConnectTimeout|Network is unreachable",
        "no package index can be reached",
    ),
    ("No matching distribution found for (.*?)(?: \\(|\n|$)", "no package index offers {0}"),
)


def enter(root: Path, argv: list[str]) -> None:
    """Go on in the environment of the locks; makes it when it is missing or older than they are.

    Returns at once where `PORTICO_PYTHON_READY=1` says that this Python has what is needed.
    """
    if os.environ.get(READY) != "1":
        os.environ[READY] = "1"
        python = _prepared(root, _locks(root, argv))
        os.execv(python, [str(python), *argv])
    if importlib.util.find_spec("django") is None:
        sys.exit(
            f"{READY}=1 is set, but {sys.executable} has no Django. Unset it, and the environment is made for you."
        )
    joining.join_running_demo(root, argv)


def _locks(root: Path, argv: Sequence[str]) -> list[Path]:
    names = ["requirements.lock", "requirements-dev.lock"] if "test" in argv[1:2] else ["requirements.lock"]
    return [root / "deploy" / name for name in names]


def _prepared(root: Path, locks: Sequence[Path]) -> Path:
    """The environment's Python, with the locked packages in it."""
    home = environment_home(root)
    python = home / "bin" / "python"
    if _missing(home, locks):
        try:
            with _alone(home):
                _make(home, _missing(home, locks))
        except OSError as error:
            _refuse(_words(error, home))
    return python


def environment_home(root: Path) -> Path:
    """`.venv` in the checkout, or a folder of the user's cache where the checkout cannot be written."""
    if os.access(root, os.W_OK):
        return root / ".venv"
    return places.cache_folder(root) / "venv"


def stamp_of(lock: Path) -> str:
    """Changes with the lock and with the Python that installs it."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode() + sys.base_prefix.encode()).hexdigest()


def _missing(home: Path, locks: Sequence[Path]) -> list[Path]:
    if not (home / "bin" / "python").exists():
        return list(locks)
    stamps = [(home / f"{lock.name}.stamp") for lock in locks]
    current = [
        stamp.exists() and stamp.read_text() == stamp_of(lock) for stamp, lock in zip(stamps, locks, strict=True)
    ]
    # The first lock is what the product runs on; when that changes, nothing of the old environment is kept.
    return list(locks) if not current[0] else [lock for lock, fresh in zip(locks, current, strict=True) if not fresh]


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Two first starts at once: the second waits for what the first makes."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(home: Path, locks: Sequence[Path]) -> None:
    if not locks:
        return
    _check_python()
    _check_disk(home.parent)
    if locks[0].name == "requirements.lock":
        _say("Preparing Python's environment (once, about a minute) ...")
        shutil.rmtree(home, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(home)], home, total=0)
    for lock in locks:
        _install(home, lock)


def _check_python() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        _refuse(
            f"This Python has no module {missing[0]}. On Debian and Ubuntu: apt-get install python3-venv; "
            "then run the command again."
        )


def _check_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free // 2**20
    if free < NEEDED_MEGABYTES:
        _refuse(f"The disk of {folder} is full: {free} MB are free, {NEEDED_MEGABYTES} MB are needed.")


def _install(home: Path, lock: Path) -> None:
    total = len(re.findall("^[^ ]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    command = [str(home / "bin" / "python"), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    _run([*command, "--disable-pip-version-check", "--progress-bar", "off", "-r", str(lock)], home, total=total)
    (home / f"{lock.name}.stamp").write_text(stamp_of(lock))


def _run(command: list[str], home: Path, *, total: int) -> None:
    """Run one step with its words in a file; a line of progress meanwhile, one clear line when it fails."""
    log = home.parent / f"{home.name}.log"
    with log.open("wb") as words, subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT) as step:
        while step.poll() is None:
            _progress(log, total)
            time.sleep(0.5)
    if step.returncode:
        _refuse(
            f"Preparing Python's environment failed: {explain(log.read_text(errors='replace'))} (all words: {log})."
        )
    _progress(log, total, done=True)


def _progress(log: Path, total: int, *, done: bool = False) -> None:
    """One line that counts up on a terminal; elsewhere only the end is told."""
    if total and (done or sys.stderr.isatty()):
        seen = total if done else min(total, log.read_text(errors="replace").count("Collecting "))
        end, start = ("\n" if done else ""), ("\r" if sys.stderr.isatty() else "")
        sys.stderr.write(f"{start}  {seen} of {total} packages{end}")


def explain(words: str) -> str:
    """Why pip failed, in one line."""
    for pattern, reason in _REASONS:
        if found := re.search(pattern, words):
            return reason.format(*found.groups())
    errors = [line for line in words.splitlines() if line.startswith(("ERROR:", "Error:"))]
    return (errors or words.strip().splitlines() or ["no reason was given"])[-1].removeprefix("ERROR: ")


def _words(error: OSError, home: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of {home.parent} is full."
    return f"Python's environment cannot be made in {home.parent}: {error.strerror}."


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _refuse(words: str) -> NoReturn:
    sys.exit(words)
