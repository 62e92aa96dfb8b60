"""The outermost layer: every request gets a number, a line in the log and a place in the figures."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse

from portico import bodies, certificates, health, logs, metrics, pages
from portico.context import actor as acting
from portico.context import request_id
from portico.database.kept import AND_THEN
from portico.ids import uuid7

GetResponse = Callable[[HttpRequest], HttpResponse]

# Answered before anybody asks which door this is: a probe knows an address, not a company.
_PROBES: dict[str, GetResponse] = {
    "/healthz": health.alive,
    "/readyz": health.ready,
    "/metrics": metrics.page,
    "/internal/tls-ask": certificates.asked,
}


_STATIC = "static"
_LONGEST_LENGTH = 18


class RequestMiddleware:
    """Numbers, measures and logs each request, answers probes and turns away bodies that are too large."""

    def __init__(self, get_response: GetResponse) -> None:
        if settings.SECRET_KEY_IS_MISSING:
            raise ImproperlyConfigured("SECRET_KEY is not set. All processes need the same 50 random characters.")
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = _PROBES.get(request.path_info)
        if probe:
            return probe(request)
        _look_behind_proxies(request)
        started = time.perf_counter()
        number = uuid7().hex
        token, known = request_id.set(number), acting.set(None)
        statements = _Statements()
        try:
            with connection.execute_wrapper(statements):
                response = _unreadable(request) or self.get_response(request)
            response.headers["X-Request-Id"] = number
            _note(request, response, time.perf_counter() - started, statements.count)
        finally:
            request_id.reset(token)
            acting.reset(known)
        return response


def _look_behind_proxies(request: HttpRequest) -> None:
    """Put the address that our own proxies saw into REMOTE_ADDR, and ignore what a caller claims."""
    if settings.PROXIES:
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        request.META["REMOTE_ADDR"] = seen[-settings.PROXIES].strip() if len(seen) >= settings.PROXIES else ""


class _Statements:
    """Counts what is sent to the database."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1 + sql.count(AND_THEN)
        return execute(sql, params, many, context)


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        return pages.failure(request, 400)
    if len(length) > _LONGEST_LENGTH or int(length) > bodies.most(request):
        return pages.failure(request, 413)
    status = bodies.read(request)
    return pages.failure(request, status) if status else None


def _note(request: HttpRequest, response: HttpResponse, seconds: float, statements: int) -> None:
    match, door = (getattr(request, name, None) for name in ("resolver_match", "door"))
    actor = acting.get()  # not request.actor: looking there would ask the database, after the transaction has ended
    route = match.route or "/" if match else _without_view(request)
    status = response.status_code
    metrics.count_request(request.method or "", route, status, seconds, statements)
    logs.write(
        logging.ERROR if status >= 500 else logging.DEBUG if route == _STATIC else logging.INFO,
        "request",
        method=request.method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        statements=statements,
        company=door.company.id if door and door.company else None,
        actor_kind=actor.kind if actor else None,
        actor_id=actor.id if actor else None,
    )


def _without_view(request: HttpRequest) -> str:
    return _STATIC if request.path_info.startswith(settings.STATIC_URL) else "unmatched"
