"""OAuth 2.0 for partners' applications: the page where people decide, and what programs ask.

What these addresses stand on is loaded when one of them is asked: `engine` brings a library along.
"""

from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico import csp, pages
from portico.api import scopes
from portico.errors import Forbidden, Missing
from portico.pages import signed_in
from portico.throttle import allow, place_of
from shared_apps.accounts import notices
from shared_apps.accounts.confirming import person, surely
from shared_apps.accounts.models import User
from tenant_apps.partners import access, actions, reading, redirects

_FORM = "application/x-www-form-urlencoded"
_LONGEST = 8_000
_STRANGE = (
    "The app that sent you here is not one that this desk knows, or it wanted you back at an address that was not "
    "agreed. Nothing was told to it. Ask whoever runs the app, or a manager of this desk."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in()
def authorize(request: HttpRequest) -> HttpResponse:
    """Who asks for what, and the person's answer, which goes back to the application. Both read the same address."""
    engine = _engine()
    access.require(request.actor, "let_apps_act")
    query = request.META.get("QUERY_STRING", "")
    try:
        wish = engine.asked(_pairs(query), _issuer(request)) if len(query) <= _LONGEST else None
    except (engine.NotKnown, ValueError):  # the latter of what is no query at all
        wish = None
    except engine.SentBack as back:
        return _sent(back.address)
    if wish is None:
        return pages.state(request, 400, message=_STRANGE, heading="This app cannot come in")
    if request.key is not None:
        raise Forbidden("not_by_key", "Only a person lets an app in, on this page.")
    if request.method != "POST":
        return _asks(request, wish)
    if request.POST.get("answer") == "allow" and scopes.writes(wish.scopes):
        return _leading(request, wish, surely(_answered)(request, wish))
    return _answered(request, wish)


@csrf_exempt
@never_cache
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A key for a code, for a refresh token, or for the application itself (RFC 6749 section 3.2)."""
    return _program(request, "token")


@csrf_exempt
@never_cache
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End what the application holds (RFC 7009)."""
    return _program(request, "revocation")


@csrf_exempt
@never_cache
@require_POST
def introspect(request: HttpRequest) -> HttpResponse:
    """What an application that keeps a secret may know of its own keys (RFC 7662)."""
    return _program(request, "introspect")


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """Where everything is (RFC 8414)."""
    issuer = _issuer(request)
    secret_ways = ["client_secret_basic", "client_secret_post"]
    return JsonResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/oauth/authorize",
            "token_endpoint": f"{issuer}/oauth/token",
            "revocation_endpoint": f"{issuer}/oauth/revoke",
            "introspection_endpoint": f"{issuer}/oauth/introspect",
            "service_documentation": f"{issuer}/api/docs",
            "scopes_supported": list(scopes.COMPANY),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_methods_supported": [*secret_ways, "none"],
            "revocation_endpoint_auth_methods_supported": [*secret_ways, "none"],
            "introspection_endpoint_auth_methods_supported": secret_ways,
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


@require_POST
@signed_in()
def end(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Let an application no longer act for oneself."""
    grant = actions.end_grant(grant_id, by=request.actor)
    messages.success(request, f"“{grant.app.name}” has ended. It is turned away from now on.")
    return redirect("accounts:keys")


def _engine() -> ModuleType:
    from tenant_apps.partners import engine

    return engine


def _answered(request: HttpRequest, wish: Any) -> HttpResponse:
    return _sent(_engine().answer(wish.redirect, _issuer(request), _decided(request, wish)))


def _asks(request: HttpRequest, wish: Any) -> HttpResponse:
    person = User.objects.filter(pk=request.actor.id).first()
    if person is None:
        raise Missing
    asked = [(one, scopes.COMPANY[one]) for one in wish.scopes]
    context = {"app": wish.app, "asked": asked, "person": person, "back": redirects.host(wish.redirect)}
    return _leading(request, wish, render(request, "partners/consent.html", context))


def _leading(request: HttpRequest, wish: Any, response: HttpResponse) -> HttpResponse:
    """A page whose form may lead on to the application: browsers hold the redirect after it to this rule, too."""
    leads = f"form-action 'self' {redirects.origin(wish.redirect)}"
    response["Content-Security-Policy"] = csp.policy(request).replace("form-action 'self'", leads)
    return response


def _decided(request: HttpRequest, wish: Any) -> dict[str, str]:
    """What the application is answered: a code, or that the person said no."""
    said = {"state": wish.state} if wish.state else {}
    if request.POST.get("answer") != "allow":
        return {"error": "access_denied", **said}
    allow("app-authorize", str(request.actor.id), 30, 300)
    is_known = reading.is_known(wish.app, wish.scopes, request.actor)
    code = actions.authorize(wish.app, wish.scopes, wish.redirect, wish.challenge, by=request.actor)
    if not is_known:
        may = "; ".join(scopes.COMPANY[one] for one in wish.scopes)
        words = f"You let the app “{wish.app.name}” act for you. It may: {may}. You end that on the page of your keys."
        notices.tell(request, person(request), words)
    return {"code": code, **said}


def _sent(address: str) -> HttpResponse:
    # What was posted here is posted nowhere else (RFC 9700 section 4.12). Django's own redirect is for short addresses.
    return HttpResponse(status=303, headers={"Location": iri_to_uri(address)})


def _program(request: HttpRequest, what: str) -> HttpResponse:
    allow("oauth-from", place_of(request), 600, 60)
    if request.META.get("QUERY_STRING"):
        return _wrong("Everything goes into the body: addresses are written into logs.")
    if request.content_type != _FORM:
        return _wrong(f"Please send {_FORM}.")
    try:
        body = _pairs(request.body.decode())
    except ValueError:
        return _wrong("The body cannot be read.")
    _, text, status = _engine().respond(what, body, request.headers.get("Authorization", ""))
    response = HttpResponse(text, status=status, content_type="application/json")
    response["Pragma"] = "no-cache"
    if status == 401:
        response["WWW-Authenticate"] = f'Basic realm="{request.door.host}"'
    return response


def _wrong(words: str) -> HttpResponse:
    return JsonResponse({"error": "invalid_request", "error_description": words}, status=400)


def _pairs(text: str) -> list[tuple[str, str]]:
    """ValueError when it is no form."""
    return parse_qsl(text, keep_blank_values=True, max_num_fields=50, errors="strict")


def _issuer(request: HttpRequest) -> str:
    return f"{'https' if settings.HTTPS else 'http'}://{request.door.host}"
