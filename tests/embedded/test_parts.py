"""Parts of the demo as processes: each one can be ended at any moment of its life."""

import os
import signal
import sys
from pathlib import Path

import pytest

from portico.embedded import parts, places, processes

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.mark.parametrize("name", ["web", "live"])
def test_a_server_that_is_ended_while_it_starts_ends(folder, name):
    # Its worker is forked with the signal handlers of a parent, and is deaf until it has loaded the product.
    command = parts.commands(ROOT, places.free_port())[name]
    paths = f"{ROOT / 'platform'}:{ROOT}"
    environment = {**os.environ, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "portico.settings", "PART": str(folder)}
    server = processes.launch(command, log=folder / "log", env=environment, cwd=ROOT)
    assert processes.wait_until(lambda: len(processes.marked("PART", str(folder))) > 1, 30), "no worker"

    server.send_signal(signal.SIGTERM)
    ended = processes.wait_until(lambda: not processes.marked("PART", str(folder)), 15)
    processes.end([server], signal.SIGKILL)
    assert ended, (folder / "log").read_text()
