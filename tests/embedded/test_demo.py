"""`manage.py demo` from nothing to Ctrl-C, with everything killed once in between."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from portico.embedded import demo, joining, places, processes

pytestmark = [pytest.mark.no_database, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[2]
# Below what the system hands out to whoever asks for any port.
PORTS = range(21000 + os.getpid() % 1000, 30000, 2)


class Demo:
    """A demo in a process of its own."""

    def __init__(self, folder):
        self.data, self.info = folder / "data", folder / "info.json"
        self.port = next(port for port in PORTS if not places.is_busy(port) and not places.is_busy(port + 1))
        self.process = None

    def command(self, *arguments):
        named = ["--data", str(self.data), "--port", str(self.port)]
        return [sys.executable, str(ROOT / "manage.py"), "demo", *named, *arguments]

    @property
    def environment(self):
        servers = {"DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL"}
        return {name: value for name, value in os.environ.items() if name not in servers}

    def start(self):
        self.info.unlink(missing_ok=True)
        log = (self.data.parent / "demo.log").open("w")
        command = self.command("--info", str(self.info))
        self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        done = processes.wait_until(lambda: self.info.exists() or self.process.poll() is not None, 120)
        assert done, self.words()
        assert self.info.exists(), self.words()
        return json.loads(self.info.read_text())

    def run(self, *arguments):
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def words(self):
        """What the demo and its parts said last."""
        logs = [self.data.parent / "demo.log", *self.data.glob("logs/*.log")]
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)

    def answers(self, path="/readyz"):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def parts(self, word):
        """Processes of this demo whose command line has this word."""
        ours = {*processes.marked(demo.MARK, str(self.data)), *processes.working_in(self.data / "postgres")}
        ours |= set(processes.working_in(self.data / "valkey"))
        return [pid for pid in ours if word in command_line(pid)]

    def end(self, how):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            return self.process.wait(60)
        return None


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture
def running(folder):
    one = Demo(folder)
    yield one
    one.end(signal.SIGTERM)


def tickets_of(info):
    """Numbers of the tickets that Ada sees, by her token."""
    acme = next(company for company in info["companies"] if company["slug"] == "acme")
    ada = next(person for person in acme["people"] if person["email"] == "ada@acme.example")
    headers = {"Authorization": f"Bearer {ada['token']}", "X-Company-Id": str(acme["id"])}
    address = info["base_url"].replace("localhost", "127.0.0.1") + "/api/support/tickets?limit=100"
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
        return sorted(ticket["number"] for ticket in json.load(answer)["results"])


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_the_demo_serves_survives_and_stops(running):
    first = tickets_of(running.start())
    assert first
    assert joining.running(running.data)["BASE_HOST"] == f"localhost:{running.port}"
    refuses_a_second_one(running)

    grow_old(running.data)
    everything_comes_back(running, ["wsgi", "asgi", "postgres", "valkey", "celery", "scheduler"])
    running.end(signal.SIGKILL)
    assert processes.wait_until(lambda: not running.parts(""), 20), "outlived the demo"

    assert tickets_of(running.start()) == first, "other tickets than before"
    running.process.send_signal(signal.SIGINT)
    assert running.end(signal.SIGTERM) == 0, running.words()
    assert "Stopping" in running.words()
    assert "Traceback" not in running.words()
    assert running.parts("") == []
    assert not places.is_busy(running.port)


def grow_old(data):
    """As if the next start were of a newer release: the companies have another mark than it."""
    with psycopg.connect(joining.running(data)["DATABASE_OWNER_URL"]) as owner:
        owner.execute("UPDATE public.tenants_company SET fingerprint = 'older'")


def refuses_a_second_one(running):
    second = running.run()
    assert second.returncode == 1
    assert "runs already" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def everything_comes_back(running, words):
    """Kill the first process of every part: each is replaced, and the pages answer."""
    before = {word: min(running.parts(word)) for word in words}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    def replaced():
        now = {word: running.parts(word) for word in words}
        return all(now[word] and before[word] not in now[word] for word in words) and running.answers() == 200

    assert processes.wait_until(replaced, 45, pause=0.3), running.words()


def test_a_busy_port_is_one_line(running):
    with socket.create_server(("127.0.0.1", running.port)):
        began = time.monotonic()
        done = running.run()
    assert done.returncode == 1
    assert f"Port {running.port} is busy" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--port", "70000"], "--port must be"), (["--info", "/nowhere/at/all.json"], "--info: the folder")],
)
def test_bad_options_are_one_line(running, arguments, words):
    done = running.run(*arguments)

    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
