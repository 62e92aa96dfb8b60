"""A web process carries nothing that it never uses."""

import os
import subprocess
import sys

from portico.light import UNUSED

_START = """
import sys
from portico.wsgi import application
from portico import urls_company, urls_console, urls_public
print(*{name.partition(".")[0] for name in sys.modules})
import requests
"""


def test_a_web_process_starts_without_what_it_never_uses_and_may_still_load_it():
    done = subprocess.run([sys.executable, "-c", _START], env=os.environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert not UNUSED & set(done.stdout.split())
