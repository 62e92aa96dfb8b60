"""Starting, recognising and ending processes, and never another's. Standard library only."""

import ctypes
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from portico.embedded.places import Account

_PROC = Path("/proc")
_PR_SET_PDEATHSIG = 1


def launch(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    account: Account | None = None,
    last_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, its words in `log`; on Linux it gets `last_signal` when we die.

    Its own session keeps a Ctrl-C of the terminal away from it: it is ended in our order, by us.
    """
    with log.open("ab") as words:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            # Runs after the change of account, which would clear it.
            preexec_fn=functools.partial(_die_with, os.getpid(), last_signal),
            **(account.options if account else {}),
        )


@functools.cache
def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


_libc()  # loaded before the first fork: a forked child should not


def _die_with(parent: int, last_signal: int) -> None:
    if libc := _libc():
        libc.prctl(_PR_SET_PDEATHSIG, last_signal)
        if os.getppid() != parent:
            os._exit(1)


def has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether a child is gone. What it left in its session is killed before its number can be used again."""
    if child.returncode is not None:
        return True
    if hasattr(os, "waitid"):
        # Seen but not yet collected: as long as the child is not, nobody else can get its number.
        if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return False
        _signal_group(child.pid, signal.SIGKILL)
    return child.poll() is not None


def end(children: Sequence[subprocess.Popen[bytes]], how: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
    """End children and what they started: asked first, all at once, killed when they do not listen."""
    for child in children:
        if not has_ended(child):
            child.send_signal(how)
    if not wait_until(lambda: all(has_ended(child) for child in children), seconds):
        for child in children:
            if child.returncode is None:
                _signal_group(child.pid, signal.SIGKILL)
                child.wait()


def _signal_group(leader: int, how: signal.Signals) -> None:
    try:
        os.killpg(leader, how)
    except (ProcessLookupError, PermissionError):
        return


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Whether the condition came true in time."""
    end_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end_at:
            return False
        time.sleep(pause)
    return True


def began(pid: int) -> str | None:
    """When the process started, as its system counts it; None when it is gone. A zombie is gone."""
    if sys.platform != "linux":
        ps = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return ps.stdout.strip() or None
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def working_in(folder: Path) -> list[int]:
    """Processes whose working folder is `folder`: a server that was left there. Linux only, else empty."""
    return _matching(lambda entry: (entry / "cwd").readlink() == folder)


def marked(name: str, value: str) -> list[int]:
    """Processes that were started with this environment variable, ourselves aside. Linux only, else empty."""
    mark = f"{name}={value}".encode()
    return _matching(lambda entry: mark in (entry / "environ").read_bytes().split(b"\0"))


def _matching(is_meant: Callable[[Path], bool]) -> list[int]:
    found = []
    for entry in _PROC.glob("[0-9]*") if sys.platform == "linux" else ():
        try:
            meant = is_meant(entry)
        except OSError:
            continue
        if meant and int(entry.name) != os.getpid() and began(int(entry.name)):
            found.append(int(entry.name))
    return found


def clear_out(find: Callable[[], list[int]], how: signal.Signals = signal.SIGTERM, seconds: float = 15) -> int:
    """End what a killed run left behind; returns how many there were. `find` names only processes that are ours."""
    left = find()
    for pid in left:
        _signal(pid, how)
    if not wait_until(lambda: not find(), seconds):
        for pid in find():
            _signal(pid, signal.SIGKILL)
        wait_until(lambda: not find(), 5)
    return len(left)


def _signal(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return
