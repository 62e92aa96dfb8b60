"""Where a form was sent from: a company's page never acts on another host, not even on a sibling's."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portico.errors import Forbidden
from portico.pages import refusal

# The one form that comes from another host: the console's, which hands a member of the staff over to a company's.
HANDED_OVER = "/visit/begin"
# A SAML provider's answer comes as a form from its own site. It is laid aside unseen, and no session is asked there.
_FROM_PROVIDERS = re.compile(r"/sign-in/with/[0-9a-f-]{36}/acs")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class OriginMiddleware:
    """Refuses an unsafe request that brings a session and comes from another origin.

    Sibling subdomains are the same site to a browser, so SameSite cookies do not tell companies apart; this does, for
    views without a form token as well. A browser that sends no Origin is left to Django's token check. A request
    with a bearer token and no cookie cannot be forged by a page and passes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE or _is_ours(request):
            return self.get_response(request)
        return refusal(request, Forbidden("foreign_origin", "This was sent from another site. Please try it here."))


def _is_ours(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    if request.path == HANDED_OVER:
        return origin == f"{'https' if settings.HTTPS else 'http'}://console.{settings.BASE_HOST}"
    if _FROM_PROVIDERS.fullmatch(request.path):
        return True
    if origin is None or not request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}:
        return True
    return origin == f"{request.scheme}://{request.get_host()}"
