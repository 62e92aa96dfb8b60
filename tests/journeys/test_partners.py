"""A manager registers a partner's app, a customer lets it in, it works for them, and they end it."""

import base64
import hashlib
import json
import secrets
import threading
import uuid
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
ADA, CLEO = "ada@acme.example", "cleo@acme.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


class Partner(ThreadingHTTPServer):
    """A partner's website: `/` sends people to the desk, `/back` takes up what they bring."""

    def __init__(self, product):
        super().__init__(("127.0.0.1", 0), _Page)
        self.desk, self.client, self.secret, self.key = product.url("acme", ""), "", "", ""
        self.verifier, self.state = secrets.token_urlsafe(32), secrets.token_urlsafe(8)
        self.home = f"http://127.0.0.1:{self.server_address[1]}"

    def ask(self, method, path, body="", **headers):
        """The status and body of the desk's answer."""
        line = HTTPConnection("127.0.0.1", urlsplit(self.desk).port, timeout=60)
        line.request(method, path, body, {"Host": urlsplit(self.desk).netloc} | headers)
        answer = line.getresponse()
        return answer.status, answer.read()

    def tickets(self):
        """What the desk answers to its key."""
        return self.ask("GET", "/api/v1/support/tickets", Authorization=f"Bearer {self.key}")[0]


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        partner, said = self.server, {name: one[0] for name, one in parse_qs(urlsplit(self.path).query).items()}
        if not self.path.startswith("/back"):
            digest = hashlib.sha256(partner.verifier.encode()).digest()
            query = {"client_id": partner.client, "redirect_uri": f"{partner.home}/back", "response_type": "code"}
            query |= {"state": partner.state, "code_challenge_method": "S256"}
            query["code_challenge"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            self.send_response(302)
            self.send_header("Location", f"{partner.desk}/oauth/authorize?{urlencode(query)}")
            self.end_headers()
            return
        words = "Not connected"
        if (said.get("state"), said.get("iss")) == (partner.state, partner.desk) and "code" in said:
            words = self._take_up(said["code"])
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>Partner</title><link rel=icon href=data:,><h1>{words}</h1>".encode())

    def _take_up(self, code):
        partner = self.server
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{partner.home}/back"}
        body |= {"client_id": partner.client, "client_secret": partner.secret, "code_verifier": partner.verifier}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        partner.key = json.loads(partner.ask("POST", "/oauth/token", urlencode(body), **kind)[1])["access_token"]
        return "Connected"

    def log_message(self, *args):
        pass


@pytest.fixture
def partner(live_product):
    server = Partner(live_product)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def register(page, product, partner, name):
    page.goto(product.url("acme", "/manager/settings/apps"))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Where people go back to").fill(f"{partner.home}/back")
    page.locator("input[value='tickets:read']").check()
    page.get_by_role("button", name="Add the app").click()
    partner.secret = page.get_by_label("The secret", exact=True).input_value()
    partner.client = page.get_by_label("Client id", exact=True).input_value()


@SCRIPTS
def test_a_partners_app_is_registered_let_in_used_and_ended(open_page, live_product, partner, scripts):
    ada, cleo, name = open_page(ADA, scripts=scripts), open_page(CLEO, scripts=scripts), f"App {uuid.uuid4().hex[:6]}"
    register(ada, live_product, partner, name)

    cleo.goto(partner.home)
    cleo.get_by_role("heading", name=f"Let “{name}” act for you?").wait_for()
    cleo.get_by_role("button", name="Do not let it in").click()
    cleo.get_by_role("heading", name="Not connected").wait_for()
    cleo.goto(partner.home)
    cleo.get_by_role("button", name="Let it in", exact=True).click()
    cleo.get_by_role("heading", name="Connected", exact=True).wait_for()
    assert partner.tickets() == 200

    cleo.goto(live_product.url("acme", "/account/keys"))
    cleo.get_by_role("button", name=f"End {name}").click()
    cleo.get_by_text(f"“{name}” has ended.").wait_for()
    assert partner.tickets() == 401
    assert ada.complaints + cleo.complaints == []
