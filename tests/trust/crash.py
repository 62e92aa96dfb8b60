"""Database, queue, pages and worker are killed while people write; nothing that was acknowledged may be lost.

`python3 -m tests.trust.crash --kills N` starts a demo of its own in a temporary folder. Managers open tickets and add
to them, staff move, take, answer and escalate them, all through the API, with idempotency keys where something is
added; what was not acknowledged is repeated. A random part is killed N times with SIGKILL, and then it is counted in
the database. One JSON object: acknowledged (of each kind), lost, duplicates, incomplete (not once in journal and audit,
or another way in the index), due left, and how long the longest way back into service took.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from tests.support.databases import ROOT
from tests.support.server import free_pair
from tests.trust import crash_counts
from tests.trust.crash_callers import App, Caller, Staff, Writer

# How a part is known by its command line; the database is killed as a whole by its first process.
PARTS = {"web": "portico.wsgi", "worker": "portico.celery", "queue": "valkey-server", "database": "postgres"}


class Demo:
    """A running demo and the processes in it."""

    def __init__(self, data: Path) -> None:
        self.data, self.port, self.info_file = data, free_pair(), data.parent / "info.json"
        self.info: dict[str, Any] = {}
        command = ["demo", "--data", str(data), "--port", str(self.port), "--info", str(self.info_file)]
        env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "VALKEY_"))}
        env["API_REQUESTS_PER_MINUTE"] = "1000000"
        log = (data.parent / "demo.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, stdout=log, stderr=log
        )

    def wait(self) -> None:
        """Until everything answers."""
        until = time.monotonic() + 300
        while not self.info_file.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.data.parent / "demo.log").read_text()[-2000:])
            time.sleep(0.2)
        self.info = json.loads(self.info_file.read_text())

    def owner_url(self) -> str:
        """Where the demo's rows are."""
        environment = json.loads((self.data / "environment.json").read_text())["environment"]
        return str(environment["DATABASE_OWNER_URL"])

    def pids(self, part: str) -> list[int]:
        """The processes of a part, leaders first."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if PARTS[part] in words and self._is_mine(folder, words):
                    found.append(int(folder.name))
            except (OSError, ValueError):
                continue
        return sorted(found)

    def _is_mine(self, folder: Path, words: str) -> bool:
        if str(self.data) in words or (folder / "cwd").resolve().is_relative_to(self.data):
            return True
        return f"PORTICO_DEMO={self.data}\0".encode() in (folder / "environ").read_bytes() + b"\0"

    def kill(self, part: str) -> bool:
        """SIGKILL to the part's processes, as soon as there are some again; False when there were none for long."""
        until = time.monotonic() + 30
        while not (pids := self.pids(part)) and time.monotonic() < until:
            time.sleep(0.1)
        for pid in pids[:1] if part == "database" else pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return bool(pids)

    def stop(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


def _due(owner_url: str) -> int:
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT count(*) FROM tenants_due WHERE job = 'react'").fetchone()
    return int(row[0]) if row else 0


def _wait_for_nothing_due(owner_url: str, seconds: float) -> int:
    until = time.monotonic() + seconds
    while (left := _due(owner_url)) and time.monotonic() < until:
        time.sleep(1)
    return left


def run(kills: int, seed: int = 1, parts: tuple[str, ...] = tuple(PARTS)) -> dict[str, Any]:
    """Kill `kills` times; the figures."""
    with tempfile.TemporaryDirectory(prefix="portico-crash-") as name:
        os.chmod(name, 0o755)  # noqa: S103 (the database runs as another user when this runs as root)
        demo = Demo(Path(name) / "data")
        try:
            demo.wait()
            return _strike(demo, kills, random.Random(seed), parts)
        finally:
            demo.stop()


def _strike(demo: Demo, kills: int, chance: random.Random, parts: tuple[str, ...]) -> dict[str, Any]:
    stop, began, longest = threading.Event(), time.monotonic(), dict.fromkeys(parts, 0.0)
    company = demo.info["companies"][0]
    token = next(one["token"] for one in company["people"] if one["role"] == "manager")
    leads = next(one for one in demo.info["console"]["people"] if one["role"] == "platform_supervisor")
    writers = [Writer(demo, company, token, stop) for _ in range(3)]
    staff = [Staff(demo, leads, writer, stop) for writer in writers]
    apps = [App(demo, company, token, stop) for _ in range(2)]
    everybody: list[Caller] = [*writers, *staff, *apps]
    for one in everybody:
        one.start()
    struck: Counter[str] = Counter()
    for _ in range(kills):
        time.sleep(chance.uniform(0.3, 1.2))
        part = chance.choice(parts)
        struck[f"kills {part}"] += demo.kill(part)
        longest[part] = max(longest[part], _back_in_service(everybody))
    stop.set()
    for one in everybody:
        one.join(60)
    acknowledged = {key for one in (*writers, *staff) for key in one.acknowledged if key[0] != "find"}
    owner_url, written = demo.owner_url(), time.monotonic()
    left = _wait_for_nothing_due(owner_url, max(120, kills * 2))  # the worker was away half of the time
    told = {key for app in apps for _, key in app.acknowledged}
    seen = sum((one.seen for one in (*writers, *staff)), Counter[str]())
    return {
        "proof": "crash",
        "kills": sum(struck.values()),
        "acknowledged": len(acknowledged),
        **crash_counts.steps(owner_url, company["id"], staff[0].me, acknowledged),
        **crash_counts.told(owner_url, company["id"], told),
        "due_left": left,
        "due_done_after_s": round(time.monotonic() - written, 1),
        "longest_outage_s": round(max(longest.values()), 1),
        **{f"longest after {part}": round(seconds, 1) for part, seconds in longest.items()},
        **struck,
        **seen,
        "seconds": round(time.monotonic() - began, 1),
    }


def _back_in_service(callers: list[Caller]) -> float:
    struck = time.monotonic()
    while time.monotonic() < struck + 60:
        if max(one.last_answer for one in callers) > struck:
            return time.monotonic() - struck
        time.sleep(0.05)
    return 60.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(run(asked.kills, asked.seed)))  # noqa: T201 (a command's answer)
