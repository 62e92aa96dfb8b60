"""The processes of a demo: what each one is started with, and starting again what died."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portico.embedded import processes
from portico.embedded.places import Unfit

# Short, for whoever is served waits with it: after any death the desk shall be back within ten seconds.
LONGEST_PAUSE = 3.0
# What lived this long was well: its next death counts as the first.
WELL_AFTER = 15.0
# A worker is forked with its server's handlers of signals and is deaf until it serves: a server that is asked to end by
# then would wait for it for ever. Shorter than what a part is given before it is killed (`processes.end`).
DEAF_AFTER = 8


def commands(root: Path, port: int) -> dict[str, list[str]]:
    """How pages, sockets, worker and scheduler are started."""
    python = [sys.executable, "-m"]
    served = [*python, "portico.serve", "--host", "127.0.0.1", "--workers", "1", "--log-level", "warning"]
    served += ["--workers-kill-timeout", str(DEAF_AFTER)]
    return {
        "web": [*served, "--interface", "wsgi", "--port", str(port), "--blocking-threads", "16"]
        + ["--no-ws", "portico.wsgi:application"],
        "live": [*served, "--interface", "asgi", "--port", str(port + 1), "portico.asgi:application"],
        "worker": [*python, "celery", "-A", "portico.celery", "worker", "--pool", "threads", "--concurrency", "2"]
        + ["--loglevel", "warning"],
        "scheduler": [sys.executable, str(root / "manage.py"), "scheduler"],
    }


@dataclass
class Child:
    """One process of ours and its words."""

    command: list[str]
    log: Path
    environment: Mapping[str, str]
    root: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it is not waited for."""
        self.process = processes.launch(self.command, log=self.log, env=self.environment, cwd=self.root)


@dataclass
class Watched:
    """A part that shall run: a child, or an embedded server, which is started the same way."""

    name: str
    start: Callable[[], None]
    process: Callable[[], subprocess.Popen[bytes] | None]
    tell: Callable[[str], None]
    deaths: int = 0
    due: float | None = None
    began: float = field(default_factory=time.monotonic)

    def look(self) -> None:
        """Start the part again when it has ended: at once, and after longer and longer pauses when that is no help."""
        now = time.monotonic()
        if self.due is None:
            process = self.process()
            if process is not None and processes.has_ended(process):
                self._pause(f"ended ({_how(process.returncode)})", now)
        elif now >= self.due:
            self._start_again(now)

    def _start_again(self, now: float) -> None:
        self.due = None
        try:
            self.start()
        except Unfit as reason:
            self._pause(f"does not start: {reason}", now)
        else:
            self.began = time.monotonic()
            self.tell(f"{self.name} runs again.")

    def _pause(self, words: str, now: float) -> None:
        self.deaths = 1 if now - self.began > WELL_AFTER else self.deaths + 1
        pause = 0.0 if self.deaths == 1 else min(LONGEST_PAUSE, 2.0 ** (self.deaths - 2))
        self.due = now + pause
        self.tell(f"{self.name} {words}; starting it again" + (f" in {pause:.0f} s." if pause else "."))


def _how(code: int | None) -> str:
    if code is None:
        return "nobody knows how"
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
