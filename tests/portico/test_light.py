"""A web process carries nothing that it never uses."""

import os
import subprocess
import sys

from portico.light import UNUSED

# What few pages need and is large: whoever needs it imports it in the function that does.
SELDOM = frozenset(
    {
        *("PIL", "anymail", "boto3", "botocore", "dkim", "dns", "fido2", "httpcore", "httpx", "icalendar"),
        *("imap_tools", "inscriptis", "jsonschema", "lxml", "mailparser_reply", "markdown_it", "onelogin"),
        *("puremagic", "qrcode", "segno", "storages", "stripe", "tnefparse", "xmlsec"),
    }
)
_START = """
import sys
from portico.wsgi import application
print(*{name.partition(".")[0] for name in sys.modules})
import requests
"""


def test_a_web_process_starts_without_what_it_never_or_seldom_uses_and_may_still_load_it():
    done = subprocess.run([sys.executable, "-c", _START], env=os.environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "tenant_apps" in loaded
    assert not (UNUSED | SELDOM) & loaded
