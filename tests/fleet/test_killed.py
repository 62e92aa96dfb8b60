"""A run that is killed with SIGKILL again and again ends with everybody equal (the command: tests.trust.migrate)."""

import json
import os
import subprocess
import sys

import pytest

from tests.support import databases

pytestmark = pytest.mark.no_database


def test_killed_runs_converge_while_people_write():
    owner_url, login_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    env = databases.environment(owner_url, login_url, owner_url.rpartition("/")[2])
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.migrate", "--companies", "6", "--kills", "4"],
        env=env,
        cwd=databases.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["kills"] == 4
    assert found["visitor_trouble"] == ""
    assert found["writes"] > 0
    assert [found[name] for name in ("left_behind", "unequal", "twice", "unfilled", "leftovers")] == [0] * 5
