"""A company that is erased leaves no mark, and comes back from its archive byte by byte."""

import json
import os
import subprocess
import sys

import pytest

from tests.support import databases

pytestmark = pytest.mark.no_database


def test_it_leaves_without_a_trace_and_comes_back_the_same():
    env = os.environ | {"PYTHONPATH": f"{databases.ROOT / 'platform'}:{databases.ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.lifecycle", "--companies", "4", "--tickets", "5"],
        env=env, cwd=databases.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["byte_equal"] is True
    assert (figures["marks_left"], figures["neighbours_changed"]) == (0, 0)
    assert figures["places_before"] >= 8
    assert figures["restore_seconds"] <= 60
