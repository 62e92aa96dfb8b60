"""The fake as a server: it wants the key, remembers idempotency keys, checks what is sent, and signs what it tells."""

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

from tests.fakes.stripe_server import answering, checking, pages
from tests.fakes.stripe_server.store import No, Store, Thing

KEY, SECRET = "sk_test_of_the_fake", "whsec_of_the_fake"


class Server(Store):
    """`url`, what it was `asked`, what was `wrong` about it; `is_down` lets it answer 503. A context manager."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.wrong: list[str] = []
        self.is_down = False
        self.deliver_to = ""  # the address of the webhook; events are sent there as they happen
        self._answers: dict[str, tuple[str, dict[str, Any], int, Thing]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.base = self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def tell(self, kind: str, thing: Thing) -> Thing:
        event = super().tell(kind, thing)
        self.wrong += checking.strange(event)
        if self.deliver_to:
            threading.Thread(target=self._deliver, args=[event], daemon=True).start()
        return event

    def _deliver(self, event: Thing) -> None:
        body, signature = signed(event)
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(self.deliver_to, body, headers), timeout=30).read()

    def answer(self, method: str, path: str, sent: dict[str, Any], key: str) -> tuple[int, Thing]:
        """Status and body. The first answer to a key is given again; other words under it are refused."""
        with self.lock:
            if key in self._answers:
                before = self._answers[key]
                if before[:2] != (path, sent):
                    return 400, _error("Keys for idempotent requests can only be used once.", "idempotency_error")
                return before[2:]
            found = self._answer(method, path, sent)
            if key:
                self._answers[key] = (path, sent, *found)
            return found

    def _answer(self, method: str, path: str, sent: dict[str, Any]) -> tuple[int, Thing]:
        self.asked.append((method, path, sent))
        try:
            against = checking.problems(method, answering.pattern_of(method, path), sent)
            if against:
                self.wrong += [f"{method} {path}: {one}" for one in against]
                raise No("; ".join(against))
            found = answering.answer(self, method, path, sent)
        except No as no:
            return no.status, _error(str(no), code=no.code)
        shown = found["data"] if found["object"] == "list" else [found]
        self.wrong += [no for one in shown for no in checking.strange(one)]
        return 200, json.loads(json.dumps(found))


def signed(event: Thing, secret: str = SECRET, at: int | None = None) -> tuple[bytes, str]:
    """An event as bytes, with the signature that Stripe's library makes of them."""
    body = json.dumps(event)
    return body.encode(), stripe.WebhookSignature.generate_signature_header(body, secret, at)


def _error(words: str, kind: str = "invalid_request_error", code: str = "") -> Thing:
    return {"error": {"type": kind, "message": words, "code": code}}


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"stripe": server})


class _Handler(BaseHTTPRequestHandler):
    """Of one server: an address of the API, or a page."""

    stripe: Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._go("")

    def do_POST(self) -> None:
        self._go(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    do_DELETE = do_POST

    def _go(self, body: str) -> None:
        address = urlsplit(self.path)
        text, key = "&".join(filter(None, [address.query, body])), self.headers.get("Idempotency-Key") or ""
        if not address.path.startswith("/v1/"):
            self._page(address.path, text)
        elif self.stripe.is_down:
            self._send(503, _error("Down", "api_error"))
        elif self.headers.get("Authorization") != f"Bearer {KEY}":
            self._send(401, _error("Invalid API Key provided."))
        elif self.command != "GET" and not key:
            self.stripe.wrong.append(f"{self.command} {address.path} without a key of idempotency")
            self._send(400, _error("This is written without a key of idempotency."))
        else:
            sent = checking.decoded(text)
            self._send(*self.stripe.answer(self.command, address.path.removeprefix("/v1/"), sent, key))

    def _send(self, status: int, found: Thing) -> None:
        self._write(status, json.dumps(found).encode(), "application/json")

    def _page(self, path: str, text: str) -> None:
        kind, _, key = path.strip("/").partition("/")
        try:
            with self.stripe.lock:
                if self.command == "POST":
                    where = pages.sent(self.stripe, kind, key, dict(parse_qsl(text)))
                    return self._write(303, b"", "text/plain", Location=where)
                found = pages.page(self.stripe, kind, key)
        except No as no:
            return self._write(no.status, str(no).encode(), "text/plain")
        return self._write(200, found.encode(), "text/html; charset=utf-8")

    def _write(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
