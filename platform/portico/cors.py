"""Which websites' pages may call a company's API: those that its managers listed, with a key and never with a session.

Credentials are never allowed, so a browser keeps its cookies to itself and shows no answer to a page that sent them;
what brings a session from another origin is refused besides (`origin`).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from portico import asks

# Partners' applications that run in a browser ask for their keys out of it, too.
_PATHS = ("/api/", "/oauth/token", "/oauth/revoke", "/.well-known/oauth-authorization-server")
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_SENT = "Authorization, Content-Type, Idempotency-Key"
_SHOWN = "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Idempotent-Replayed, X-Request-Id"
_SECONDS = "600"


class CorsMiddleware:
    """Answers the question a browser asks before it calls, and says with each answer who may read it.

    It stands behind the door: the list is the company's own. It is read for calls out of other origins alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_PATHS):
            return self.get_response(request)
        origin = request.headers.get("Origin", "")
        is_listed = _is_foreign(request, origin) and origin in asks.api_origins()
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204)
            if is_listed:
                response["Access-Control-Allow-Methods"] = _METHODS
                response["Access-Control-Allow-Headers"] = _SENT
                response["Access-Control-Max-Age"] = _SECONDS
        else:
            response = self.get_response(request)
            if is_listed:
                response["Access-Control-Expose-Headers"] = _SHOWN
        if is_listed:
            response["Access-Control-Allow-Origin"] = origin
        patch_vary_headers(response, ["Origin"])
        return response


def _is_foreign(request: HttpRequest, origin: str) -> bool:
    """Whether this is a call to a company out of another origin, which there can be a row for."""
    if not origin or request.door.company is None:  # type: ignore[attr-defined]
        return False
    return origin != f"{request.scheme}://{request.get_host()}"
