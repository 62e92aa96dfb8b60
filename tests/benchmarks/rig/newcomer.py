"""Somebody who opens a desk, form by form, over the wire; only what the server takes is counted."""

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

_PASSWORD = "a quiet harbour"  # noqa: S105 (opens nothing)


@dataclass
class Newcomer:
    """One browser, with cookies for each host. `place` is where its requests seem to come from."""

    port: int
    place: str
    seconds: float = 0.0
    jar: dict[str, dict[str, str]] = field(default_factory=dict)

    def open_desk(self, slug: str, code_of: Callable[[str], str]) -> float:
        """From the public page to the signed-in workspace; the seconds of all answers together."""
        base, email = f"localhost:{self.port}", f"owner@{slug}.example"
        at = self._send(base, "/", email=email)
        code = code_of(email)
        for form in (
            {"do": "code", "code": code},
            {"do": "name", "name": slug, "slug": slug},
        ):
            self._send(base, at, **form)
        owner = {"do": "owner", "owner_name": "Owner", "password": _PASSWORD, "terms": "on"}
        welcome = self._send(base, at, **owner)
        host, path = urlsplit(welcome).netloc, urlsplit(welcome).path
        start = self._ask("GET", host, path)[1]
        if "Your desk stands" not in self._ask("GET", host, start)[0]:
            raise RuntimeError(f"{host}{start} is not the first page of a new desk.")
        return self.seconds

    def _send(self, host: str, path: str, **form: str) -> str:
        """Read a page, send its form, and say where that leads."""
        page = self._ask("GET", host, path)[0]
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        token = found[1] if found else ""
        text, leads = self._ask("POST", host, path, urlencode({**form, "csrfmiddlewaretoken": token}))
        if not leads:
            raise RuntimeError(f"{path} refused {sorted(form)}: {re.sub('<[^>]+>', ' ', text)[-600:]}")
        return leads

    def _ask(self, method: str, host: str, path: str, body: str | None = None) -> tuple[str, str]:
        jar = self.jar.setdefault(host, {})
        headers = {"Host": host, "X-Forwarded-For": self.place, "Origin": f"http://{host}"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.seconds += time.perf_counter() - began
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            jar[name] = value
        if answer.status >= 400 and method == "GET":
            raise RuntimeError(f"{host}{path} answered {answer.status}: {text[:300]}")
        return text, answer.headers.get("Location", "")
