"""Proofs that are commands, run as such: on this test's servers, in a process and a database of their own."""

import os
import subprocess
import sys

from django.conf import settings

from tests.support import databases


def asked(name: str, *words: str) -> str:
    """What `python3 -m tests.trust.NAME` prints; RuntimeError with its complaint when it prints nothing."""
    places = {name: getattr(settings, name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL")}
    env = os.environ | places | {"PYTHONPATH": f"{databases.ROOT / 'platform'}:{databases.ROOT}"}
    command = [sys.executable, "-m", f"tests.trust.{name}", *words]
    done = subprocess.run(command, env=env, cwd=databases.ROOT, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout
