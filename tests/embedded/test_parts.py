"""Parts of the demo as processes: each one can be ended at any moment of its life."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from portico.embedded import parts, places, processes

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def start(folder, name):
    """The part, and whether its worker is there yet."""
    command = parts.commands(ROOT, places.free_port())[name]
    paths = f"{ROOT / 'platform'}:{ROOT}"
    environment = {**os.environ, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "portico.settings", "PART": str(folder)}
    server = processes.launch(command, log=folder / "log", env=environment, cwd=ROOT)
    assert processes.wait_until(lambda: len(processes.marked("PART", str(folder))) > 1, 30), "no worker"
    return server


@pytest.mark.parametrize("name", ["web", "live"])
def test_a_server_that_is_ended_while_it_starts_ends(folder, name):
    # Its worker is forked with the signal handlers of a parent, and is deaf until it serves.
    server = start(folder, name)

    server.send_signal(signal.SIGTERM)
    ended = processes.wait_until(lambda: not processes.marked("PART", str(folder)), 15)
    processes.end([server], signal.SIGKILL)
    assert ended, (folder / "log").read_text()


def test_the_product_is_in_memory_once_for_all_workers(folder):
    server = start(folder, "web")
    (worker,) = [one for one in processes.marked("PART", str(folder)) if one != server.pid]

    held = dict(re.findall(r"(\w+): +(\d+) kB", Path(f"/proc/{worker}/smaps_rollup").read_text()))
    processes.end([server])

    assert int(held["Shared_Dirty"]) > 20_000, held  # 4,000 when each worker loads the product for itself
