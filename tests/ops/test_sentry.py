"""Trouble reports, as a real collector receives them."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.support.server import ROOT

pytestmark = pytest.mark.no_database

SECRET = "My shop sells nothing since Friday"
_BREAK = f"""
import django; django.setup()
import sentry_sdk, structlog
from portico.database import CompanyRef, company_scope
def fail(body):
    raise ValueError(f'cannot take "{{body}}" of ada@acme.example')
with company_scope(CompanyRef(41, "t_aaaa", 1, "acme", "Acme")):
    try:
        fail({SECRET!r})
    except ValueError:
        structlog.get_logger("portico.test").exception("reaction.failed", body={SECRET!r})
sentry_sdk.flush(10)
"""


class _Collector(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        gzipped = self.headers.get("Content-Encoding") == "gzip"
        self.server.received.append((gzip.decompress(body) if gzipped else body).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Collector)
    server.received = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_report_says_where_and_for_which_company_and_nothing_that_people_wrote(collector):
    dsn = f"http://key@127.0.0.1:{collector.server_port}/1"
    env = os.environ | {"SENTRY_DSN": dsn, "RELEASE": "r7", "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"}
    subprocess.run([sys.executable, "-c", _BREAK], env=env, cwd=ROOT, check=True, capture_output=True)
    (report,) = collector.received
    for expected in ('"company":"41"', '"release":"r7"', "ValueError", '"function":"fail"', "reaction.failed"):
        assert expected in report, expected
    for never in (SECRET, "ada@", "sells nothing"):
        assert never not in report
