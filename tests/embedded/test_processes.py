"""Recognising processes: a number alone proves nothing."""

import os
import subprocess
import sys
import time

import pytest

from portico.embedded import joining, processes
from portico.embedded.parts import Watched

pytestmark = pytest.mark.no_database

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
WITH_CHILD = [sys.executable, "-c", f"import subprocess; subprocess.run({SLEEP!r})"]


def start(folder, command=SLEEP, **environment):
    return processes.launch(command, log=folder / "log", env={**os.environ, **environment}, cwd=folder)


def test_a_zombie_is_gone(folder):
    child = start(folder)
    assert processes.began(child.pid)

    child.kill()
    assert processes.wait_until(lambda: processes.began(child.pid) is None, 5)
    child.wait()


def test_ending_a_child_ends_what_it_started(folder):
    child = start(folder, WITH_CHILD, PORTICO_TEST=str(folder))
    assert processes.wait_until(lambda: len(processes.marked("PORTICO_TEST", str(folder))) == 2, 10)

    processes.end([child])
    assert processes.wait_until(lambda: not processes.marked("PORTICO_TEST", str(folder)), 5)


def test_only_what_carries_the_mark_is_cleared_out(folder):
    ours, another = start(folder, PORTICO_TEST=str(folder)), start(folder, PORTICO_TEST="another")

    assert processes.clear_out(lambda: processes.marked("PORTICO_TEST", str(folder))) == 1
    assert processes.has_ended(ours)
    assert not processes.has_ended(another)
    processes.end([another])


def test_a_child_dies_with_whoever_started_it(folder):
    script = (
        "import os, sys; from pathlib import Path; from portico.embedded import processes; folder = Path(sys.argv[1])\n"
        f"child = processes.launch({SLEEP!r}, log=folder / 'log', env=os.environ, cwd=folder)\n"
        "print(child.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False)

    assert processes.wait_until(lambda: processes.began(int(done.stdout)) is None, 5)


def test_a_part_that_dies_again_and_again_waits_longer(folder):
    told, child = [], start(folder, [sys.executable, "-c", ""])
    watched = Watched("web", lambda: None, lambda: child, told.append)
    processes.wait_until(lambda: processes.has_ended(child), 10)

    watched.look()
    watched.look()
    watched.look()
    assert told[0] == "web ended (exit code 0); starting it again."
    assert told[1] == "web runs again."
    assert told[2].endswith("in 1 s.")
    assert watched.due > time.monotonic()


def test_commands_join_a_demo_only_while_it_lives(data):
    joining.announce(data, {"DATABASE_URL": "postgresql://here/portico"})
    assert joining.running(data)["DATABASE_URL"] == "postgresql://here/portico"

    content = (data / joining.FILE).read_text().replace(f'"pid": {os.getpid()}', '"pid": 1')
    (data / joining.FILE).write_text(content)
    assert joining.running(data) == {}
