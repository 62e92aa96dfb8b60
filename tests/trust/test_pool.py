"""Behind a pooler in transaction mode nobody reads another company's rows."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.support import databases, pooler


@pytest.mark.skipif(not pooler.BINARY, reason="PgBouncer is not installed (Debian package pgbouncer)")
def test_nothing_is_wrong_behind_a_pool_of_three(database):
    with pooler.pooled(settings.DATABASE_URL) as url:
        env = os.environ | {
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": settings.DATABASE_OWNER_URL,
            "PYTHONPATH": f"{databases.ROOT / 'platform'}:{databases.ROOT}",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.trust.pool", "--ops", "3000"],
            env=env,
            cwd=databases.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout)
    assert figures["wrong"] == figures["ready"] == 0
    assert figures["looked"] > 0
    assert figures["ops"] == 3000
    assert figures["interrupted"] > 0
    assert figures["rolled_back"] > 0
