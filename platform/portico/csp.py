"""What a browser may do with our pages: nothing that is not from here."""

import secrets
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from portico.live import addresses

_FIXED = {
    "Cache-Control": "private, no-cache",  # unless the page says otherwise; static files do
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{files}; font-src 'self'; "
    "connect-src 'self'{sockets}; manifest-src 'self'; form-action 'self'{forms}; frame-ancestors 'none'; "
    "base-uri 'none'"
)


class SecurityMiddleware:
    """Sends the policy and the fixed headers with every answer. A view that needs another policy sets its own.

    `request.csp_nonce` is for what must stand inline; it is made, and allowed, only when a template asks for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = dict(_FIXED)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = SimpleLazyObject(_nonce)  # type: ignore[attr-defined]
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if settings.HTTPS:
            response.headers.setdefault("Strict-Transport-Security", _only_tls(request))
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = policy(request)
        return response


def _only_tls(request: HttpRequest) -> str:
    """Beneath a company's own domain are hosts of its own, of which we know nothing."""
    name, base = request.META.get("HTTP_HOST", "").lower().partition(":")[0], settings.BASE_HOST.partition(":")[0]
    is_ours = name == base or name.endswith(f".{base}")
    return f"max-age={settings.SECURE_HSTS_SECONDS}{'; includeSubDomains' if is_ours else ''}"


def _nonce() -> str:
    return secrets.token_urlsafe(16)


def policy(request: HttpRequest) -> str:
    """The policy of this answer: strict, plus the nonce if one was used and the sockets' address."""
    nonce = request.csp_nonce  # type: ignore[attr-defined]
    door = getattr(request, "door", None)
    if door is None:
        return _POLICY.format(sockets="", forms="", files="")
    policy = _of_door(door.host, door.kind == "public", request.is_secure(), door.home)
    return policy if nonce._wrapped is empty else policy.replace("-src 'self'", f"-src 'self' 'nonce-{nonce}'", 2)


@lru_cache(1_000)
def _of_door(host: str, is_public: bool, is_secure: bool, home: str) -> str:
    sockets = addresses.origin(host, is_secure)
    scheme = "https" if is_secure else "http"
    return _POLICY.format(
        files="" if is_public else f" {scheme}://files.{settings.BASE_HOST}",
        sockets=f" {sockets}" if sockets else "",
        # Browsers hold a redirect after a form to this rule: signup ends on the new company's host, and whoever sends a
        # form at another of a company's hosts goes on at the one that it chose.
        forms=f" {scheme}://*.{settings.BASE_HOST}" if is_public else f" {scheme}://{home}" if home else "",
    )
