"""Servers that somebody else names: what is never asked, and what of an answer is never taken."""

import http.server
import threading
import time

import pytest

from portico import fetching
from portico.fetching import Unreachable

pytestmark = pytest.mark.no_database


@pytest.fixture(autouse=True)
def loopback(request, settings):
    settings.FETCH_LOOPBACK = "server" in request.fixturenames


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://example.com:22/",
        "https://user@example.com/",
        "https://user:pass@example.com/",
        "https://example.com/#there",
        "https://exämple.com/",
        "https:///nowhere",
        "https://no-such-name.invalid/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "",
        "https://example.com:99999/",
        "https://[::1",
    ],
)
def test_what_is_not_on_the_open_internet_is_not_asked(address):
    with pytest.raises(Unreachable):
        fetching.fetch(address)


class Hostile(http.server.BaseHTTPRequestHandler):
    """/large never ends, /slow hardly begins, /away sends elsewhere, everything else is an empty object."""

    def do_GET(self):
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        pieces, pause = (10_000, 0) if self.path == "/large" else (1_000, 0.05) if self.path == "/slow" else (0, 0)
        for _ in range(pieces):
            try:
                self.wfile.write(b"x" * (1_000 if not pause else 1))
                self.wfile.flush()
            except OSError:
                return
            time.sleep(pause)
        self.wfile.write(b"[1]" if self.path == "/list" else b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://localhost:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_a_hostile_server_gets_little(server, monkeypatch):
    assert fetching.fetch(f"{server}/").json() == {}
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    for path, words in (("/large", "too large"), ("/slow", "too long"), ("/away", "elsewhere")):
        with pytest.raises(Unreachable, match=words):
            fetching.fetch(server + path)
    with pytest.raises(Unreachable, match="not what was asked"):
        fetching.fetch(f"{server}/list").json()
