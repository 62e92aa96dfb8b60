"""Each benchmark runs, at tiny sizes, and says what it says in lines of one shape. No figure is looked at."""

import json
import os
import subprocess
import sys

import pytest

from tests.benchmarks.rig.asking import views
from tests.support.databases import ROOT, environment

pytestmark = [pytest.mark.no_database, pytest.mark.slow]

DESK = 1 + 2 * len(views())  # each view at two sizes, and the memory
CASES = {
    "console": 74,
    "desk": DESK,
    "fleet": 4,
    "lifecycle": 7,
    "mail": 5,
    "mailout": 3,
    "memory": 4,
    "provision": 9,
    "request": 4,
    "signup": 2,
    "telemetry": 3,
}


def _bench(*words: str) -> subprocess.CompletedProcess[str]:
    owner_url, login_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    name = owner_url.rpartition("/")[2]
    env = environment(owner_url, login_url, name, DJANGO_SETTINGS_MODULE="portico.settings")
    command = [sys.executable, "-m", "django", "bench", *words]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)


@pytest.mark.parametrize(("name", "cases"), CASES.items())
def test_a_tiny_run_says_well_formed_lines(name, cases):
    done = _bench(name, "quick=1")

    assert done.returncode == 0, done.stderr[-3000:]
    lines = [json.loads(one) for one in done.stdout.splitlines()]
    assert len(lines) == cases
    for line in lines:
        assert line["bench"] == name
        assert line["case"]
        assert {"target", "met"} < line.keys()
        assert line["met"] in ((True, False) if line["target"] else (None,))


def test_an_option_that_means_nothing_is_refused():
    done = _bench("console", "size=many")

    assert done.returncode != 0
    assert "size is a whole number" in done.stderr
