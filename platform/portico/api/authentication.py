"""Who asks: a bearer token, or the session of a page of ours."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from portico.actor import Actor
from portico.api import scopes

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ActorAuthentication(BaseAuthentication):
    """Takes the actor that the request came with. A session, which a browser sends by itself, needs the form token."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        actor: Actor = request._request.actor  # type: ignore[attr-defined]
        if not actor.is_signed_in:
            return None
        if request.headers.get("Authorization", "").partition(" ")[0].lower() == "bearer":
            return actor, "bearer"  # any other scheme left it to the session to say who asks
        if request.method not in _SAFE:
            _require_form_token(request._request)
        return actor, "session"

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _require_form_token(request: HttpRequest) -> None:
    check = CSRFCheck(lambda _: HttpResponse())
    check.process_request(request)
    reason = check.process_view(request, lambda _: HttpResponse(), (), {})
    if reason:
        raise PermissionDenied(str(reason))


class BearerScheme(OpenApiAuthenticationExtension):
    """The same in the OpenAPI document."""

    target_class = "portico.api.authentication.ActorAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "x-scopes": dict(scopes.STAFF) | dict(scopes.COMPANY),
            "type": "http",
            "scheme": "bearer",
            "description": f"A key of your own or of your company. Its scopes say what it may do: {_scopes()}.",
        }


def _scopes() -> str:
    return ", ".join(f"`{one}`" for one in sorted(scopes.KNOWN))
