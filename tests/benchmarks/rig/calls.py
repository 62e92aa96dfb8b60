"""Requests to the product inside this process: the WSGI application itself, without a socket in between."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.wsgi import get_wsgi_application


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes


class Browser:
    """Asks the whole stack as a browser with these cookies would."""

    def __init__(self) -> None:
        self.application = get_wsgi_application()

    def get(self, host: str, path: str, cookies: dict[str, str] | None = None) -> Answer:
        """GET a path; RuntimeError when the answer is an error, for then its time says nothing."""
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {"HTTP_HOST": host, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": BytesIO()}
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        setup_testing_defaults(environ)
        said: list[Any] = []
        answer = self.application(environ, lambda status, headers, *_: said.extend([status, headers]))
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        status = int(said[0].split()[0])
        if status >= 400:
            raise RuntimeError(f"GET {host}{path} answered {status}: {body[:300]!r}")
        return Answer(status, dict(said[1]), _cookies(said[1]), body)


def host_of(slug: str) -> str:
    """The host of a company, or of the console."""
    return f"{slug}.{settings.BASE_HOST}"


def _cookies(headers: list[tuple[str, str]]) -> dict[str, str]:
    pairs = (value.partition(";")[0].partition("=") for name, value in headers if name.lower() == "set-cookie")
    return {name: value for name, _, value in pairs}
