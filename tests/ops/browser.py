"""A browser for loopback hosts over TLS: cookies per host, forms with their token, no help from a name server."""

import http.client
import re
import socket
import ssl
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit


class _Connection(http.client.HTTPSConnection):
    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), 15)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


class Answer:
    """What came back."""

    def __init__(self, url: str, response: http.client.HTTPResponse) -> None:
        self.url = url
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"{name} is not on {self.url}: {self.text[:300]}"
        return found[1]


class Browser:
    """One person's browser."""

    def __init__(self, authority: Path) -> None:
        self.context = ssl.create_default_context(cafile=str(authority))
        self.jar: dict[str, dict[str, str]] = {}

    def get(self, url: str, **headers: str) -> Answer:
        return self._ask("GET", url, None, headers)

    def post(self, url: str, fields: dict[str, str], page: Answer) -> Answer:
        """Send the form that `page` showed, and follow where it leads."""
        parts = urlsplit(page.url)
        form = urlencode({**fields, "csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken")})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"{parts.scheme}://{parts.netloc}",
            "Referer": page.url,
        }
        return self._ask("POST", url, form, headers)

    def upload(self, url: str, name: str, content: bytes, page: Answer) -> Answer:
        """Send one file as a script of `page` does it."""
        parts, edge = urlsplit(page.url), "edge-of-the-form"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Origin": f"{parts.scheme}://{parts.netloc}",
            "Referer": page.url,
            "X-CSRFToken": page.hidden("csrfmiddlewaretoken"),
        }
        return self._ask("POST", url, head.encode() + content + f"\r\n--{edge}--\r\n".encode(), headers)

    def _ask(self, method: str, url: str, body: str | bytes | None, headers: dict[str, str]) -> Answer:
        for _ in range(6):
            answer = self._once(method, url, body, headers)
            if answer.status not in {301, 302, 303}:
                return answer
            place = answer.headers["Location"]
            parts = urlsplit(url)
            url = place if "://" in place else f"{parts.scheme}://{parts.netloc}{place}"
            method, body, headers = "GET", None, {}
        raise AssertionError(f"{url} leads nowhere")

    def _once(self, method: str, url: str, body: str | bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        connection = _Connection(parts.hostname or "", parts.port, context=self.context)
        cookies = self.jar.setdefault(parts.hostname or "", {})
        if cookies:
            headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(method, target, body, {"Host": parts.netloc, **headers})
        answer = Answer(url, connection.getresponse())
        connection.close()
        self._keep(cookies, answer.headers.get_all("Set-Cookie") or [])
        return answer

    def _keep(self, cookies: dict[str, str], lines: list[Any]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                assert not morsel["domain"], f"{name} is not for one host alone"
                if morsel.value and morsel["max-age"] != "0":
                    cookies[name] = morsel.value
                else:
                    cookies.pop(name, None)
