"""Database, queue, pages and worker are killed while people write; nothing that was acknowledged may be lost.

`python3 -m tests.trust.crash --kills N` starts a demo of its own in a temporary folder, writes tickets through the API
with idempotency keys, repeats what was not acknowledged, kills a random part N times with SIGKILL, and then counts in
the database. One JSON object: acknowledged, lost, duplicates, incomplete (without index row, journal, audit), due left,
and how long the longest way back into service took.
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
import urllib.error
import urllib.request
import uuid
from collections import Counter
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg

from tests.support.databases import ROOT
from tests.support.server import free_pair

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


class Writer(threading.Thread):
    """A manager who opens tickets and repeats each request until it is answered."""

    def __init__(self, demo: Demo, company: dict[str, Any], token: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.demo, self.company, self.token, self.stop = demo, company, token, stop
        self.acknowledged: dict[str, str] = {}
        self.seen: Counter[str] = Counter()
        self.last_answer = time.monotonic()

    def run(self) -> None:
        while not self.stop.is_set():
            key = uuid.uuid4().hex
            for _ in range(200):
                answer = self._open(key)
                if answer:
                    self.acknowledged[key] = answer
                    self.last_answer = time.monotonic()
                    break
                self.seen["repeated"] += 1
                time.sleep(0.2)
            time.sleep(0.02)

    def _open(self, key: str) -> str | None:
        body = {"subject": "website", "sub_subject": key, "description": f"Words {key}"}
        answer = self._post("/api/support/tickets", body, **{"Idempotency-Key": key})
        return str(answer["id"]) if answer else None

    def _post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.demo.port}{path}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "X-Company-Id": str(self.company["id"]),
                "Content-Type": "application/json",
                **headers,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            self.seen[f"status {error.code}"] += 1
        except (OSError, ValueError, HTTPException):  # the rest of an answer may be missing, too
            self.seen["no answer"] += 1
        return None


class App(Writer):
    """An app that tells what happened in it, and repeats a batch until it is answered. Keys are those of events."""

    def _open(self, key: str) -> str | None:
        kinds = ({"type": "app_launch"}, {"type": "crash", "error_type": "ValueError", "stack": "at sync.py:1"})
        happened = [one | {"id": str(uuid.UUID(key)), "at": "2026-01-01T00:00:00Z"} for one in kinds[:1]]
        happened += [kinds[1] | {"id": str(uuid.uuid5(uuid.UUID(key), "crash")), "at": "2026-01-01T00:00:00Z"}]
        body = {"app": {"version": "4.2.1", "os": "Linux"}, "events": happened}
        answer = self._post("/api/v1/telemetry/events", body)
        return key if answer and answer["accepted"] == len(happened) else None


def _count_told(owner_url: str, company_id: int, acknowledged: dict[str, str]) -> dict[str, int]:
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT schema_name FROM tenants_company WHERE id = %s", [company_id]).fetchone()
        kept = {key for (key,) in owner.execute(f"SELECT id FROM {row[0]}.telemetry_event")} if row else set()
    wanted = [key for text in acknowledged for key in (uuid.UUID(text), uuid.uuid5(uuid.UUID(text), "crash"))]
    return {"told": len(wanted), "told_lost": sum(key not in kept for key in wanted)}


def _count(owner_url: str, company_id: int, acknowledged: dict[str, str]) -> Counter[str]:
    figures: Counter[str] = Counter()
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT schema_name FROM tenants_company WHERE id = %s", [company_id]).fetchone()
        schema = row[0] if row else ""
        rows = owner.execute(
            f"""
            SELECT t.sub_subject, t.id::text, count(i.id), count(DISTINCT e.id), count(DISTINCT a.id)
            FROM {schema}.tickets_ticket t
            LEFT JOIN public.console_ticketindex i ON i.ticket_id = t.id AND i.company_id = %s AND i.version = t.version
            LEFT JOIN {schema}.journal_event e ON e.subject_id = t.id AND e.verb = 'ticket.create'
            LEFT JOIN public.audit_platformauditlog a ON a.subject_id = t.id::text AND a.verb = 'ticket.create'
            WHERE length(t.sub_subject) = 32 GROUP BY 1, 2
            """,
            [company_id],
        ).fetchall()
    times = Counter(key for key, *_ in rows)
    figures["tickets"] = len(rows)
    figures["duplicates"] = sum(count - 1 for count in times.values())
    figures["lost"] = sum(1 for key in acknowledged if key not in times)
    figures["incomplete"] = sum(1 for _, _, *kept in rows if kept != [1, 1, 1])
    return figures


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
    writers = [Writer(demo, company, token, stop) for _ in range(4)]
    apps = [App(demo, company, token, stop) for _ in range(2)]
    for writer in (*writers, *apps):
        writer.start()
    struck: Counter[str] = Counter()
    for _ in range(kills):
        time.sleep(chance.uniform(0.3, 1.2))
        part = chance.choice(parts)
        struck[f"kills {part}"] += demo.kill(part)
        longest[part] = max(longest[part], _back_in_service(writers))
    stop.set()
    for writer in (*writers, *apps):
        writer.join(60)
    acknowledged = {key: value for writer in writers for key, value in writer.acknowledged.items()}
    owner_url, written = demo.owner_url(), time.monotonic()
    left = _wait_for_nothing_due(owner_url, max(120, kills * 2))  # the worker was away half of the time
    figures = {"lost": 0, "duplicates": 0, "incomplete": 0} | dict(_count(owner_url, company["id"], acknowledged))
    told = {key: value for app in apps for key, value in app.acknowledged.items()}
    seen = sum((writer.seen for writer in writers), Counter[str]())
    return {
        "proof": "crash",
        "kills": sum(struck.values()),
        "acknowledged": len(acknowledged),
        **figures,
        **_count_told(owner_url, company["id"], told),
        "due_left": left,
        "due_done_after_s": round(time.monotonic() - written, 1),
        "longest_outage_s": round(max(longest.values()), 1),
        **{f"longest after {part}": round(seconds, 1) for part, seconds in longest.items()},
        **struck,
        **seen,
        "seconds": round(time.monotonic() - began, 1),
    }


def _back_in_service(writers: list[Writer]) -> float:
    struck = time.monotonic()
    while time.monotonic() < struck + 60:
        if max(writer.last_answer for writer in writers) > struck:
            return time.monotonic() - struck
        time.sleep(0.05)
    return 60.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(run(asked.kills, asked.seed)))  # noqa: T201 (a command's answer)
