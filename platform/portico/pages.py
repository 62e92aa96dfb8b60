"""Pages: who may open them, whole or in part, and what they say when the product refuses."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from portico import brand, referred
from portico.actor import NOBODY
from portico.api import problems
from portico.context import request_id
from portico.errors import Invalid, Missing, Refusal, SignInNeeded, TooMany
from portico.live import addresses

View = Callable[..., HttpResponse]
API_PATHS = (
    *("/api/", "/platform-admin/", "/scim/", "/.well-known/"),
    *("/oauth/token/", "/oauth/revoke/", "/oauth/introspect/"),
)
_CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    421: "unknown_host",
    500: "failure",
    503: "unavailable",
}
_DETAILS = {
    400: "This request cannot be read.",
    403: "This is not allowed here.",
    404: "There is nothing here.",
    405: "This address does not take requests of this kind.",
    413: "This is more than may be sent at once. Nothing was kept; please send less, or smaller files.",
    421: "No desk answers at this address.",
    500: "Something broke on our side. Nothing was changed.",
    503: "The desk cannot be reached for a moment. Nothing was changed; please try again.",
}


def signed_in(*roles: str) -> Callable[[View], View]:
    """Only for people who are signed in; a role that has no business here finds nothing (404)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.actor.is_signed_in:
                raise SignInNeeded
            if roles and request.actor.role not in roles:
                raise Missing
            return view(request, *args, **kwargs)

        guarded.roles = roles
        return guarded

    return decorate


def form_token(request: HttpRequest) -> str:
    """The proof that a form is ours. Django makes another of the same secret for each who asks; a page needs one."""
    known: str = request.__dict__.get("_form_token") or get_token(request)
    request.__dict__["_form_token"] = known
    return known


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; after going back in history it wants the whole again."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def render_part(
    request: HttpRequest, page: str, part: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """The whole page, or only its part when htmx asks."""
    response = render(request, part if wants_part(request) else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


class RefusalMiddleware:
    """What the product refuses, said once: a page, a notice for htmx, or a problem document under an API path."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return _not_that_way(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal(request, exception) if isinstance(exception, Refusal) else None


def refusal(request: HttpRequest, no: Refusal) -> HttpResponse:
    """The answer for a refusal, in the form that this request can read."""
    if is_api(request):
        return problems.of(no)
    if isinstance(no, SignInNeeded):
        return _to_sign_in(request)
    if wants_part(request):
        response = notice(request, _words(no), no.status)
    else:
        # The page for what is not there has better words than the plain ones.
        response = state(request, no.status, message="" if no.message == Missing.plain else _words(no))
    if isinstance(no, TooMany):
        response["Retry-After"] = str(no.seconds)
    return response


def is_api(request: HttpRequest) -> bool:
    """Whether programs talk here."""
    return f"{request.path}/".startswith(API_PATHS)


def notice(request: HttpRequest, text: str, status: int) -> HttpResponse:
    """A refusal as a part: it lands among the notices and never replaces what the person was looking at."""
    body = render_to_string("parts/_notice.html", {"text": text, "tone": "red" if status != 429 else "amber"})
    headers = {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML", "HX-Push-Url": "false", "Vary": "HX-Request"}
    return HttpResponse(body, status=status, headers=headers)


def state(request: HttpRequest, status: int, name: str = "", **words: object) -> HttpResponse:
    """A full-page state with its door. From 500 on it is drawn without session and database, which may be away."""
    name = name or (str(status) if status in {400, 403, 404, 405, 409, 413, 421, 422, 429, 500, 503} else "400")
    known = {"request_id": request_id.get(), "back": _back(request), "at_work": status < 500 and _is_at_work(request)}
    words = {**known, **words}
    if status >= 500 or status == 421:
        door = getattr(request, "door", None)
        shown = brand.of_request(request)
        if status == 503:
            shown = replace(shown, logo=None, icon="")  # nobody hands its pictures out now
        bare = {"company": door.company if door else None, "place": place(request), "brand": shown, "actor": NOBODY}
        return HttpResponse(render_to_string(f"states/{name}.html", bare | words | {"request": request}), status=status)
    return render(request, f"states/{name}.html", words, status=status)


def failure(request: HttpRequest, status: int) -> HttpResponse:
    """The answer for what broke rather than was refused."""
    if is_api(request):
        return problems.problem(status, _CODES[status], _DETAILS[status])
    if wants_part(request):
        return notice(request, _DETAILS[status], status)
    return state(request, status)


def unknown_host(request: HttpRequest) -> HttpResponse:
    """No desk answers at this address (421)."""
    return failure(request, 421)


def suspended(request: HttpRequest, door: object) -> HttpResponse:
    """The company does not work here at the moment (503)."""
    if is_api(request):
        return problems.problem(503, "suspended", "This desk is resting. Everything that was written is kept.")
    more = {name: getattr(door, name, "") for name in ("notice", "is_unpaid")}
    return state(request, 503, "suspended", **more)


def behind(request: HttpRequest, door: object) -> HttpResponse:
    """The company's schema is not at this release yet; it alone waits (503)."""
    text = "This desk is being updated. It takes a few minutes, and everything that was written is kept."
    if is_api(request):
        return problems.problem(503, "behind", text, headers={"Retry-After": "60"})
    response = state(request, 503, message=text)
    response["Retry-After"] = "60"
    return response


def handlers() -> tuple[View, View, View, View]:
    """handler400, handler403, handler404 and handler500 of every URL file."""
    return bad_request, forbidden, not_found, broken


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something broke; a database that is away or overrun is said to be so, for the same words work again soon."""
    return failure(request, 503 if isinstance(sys.exception(), OperationalError | InterfaceError) else 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its proof of origin: from another site, too old, or with cookies switched off."""
    text = "This form is too old or came from another page. Reload the page and send it again."
    if is_api(request):
        return problems.problem(403, "csrf_failed", text)
    if wants_part(request):
        return notice(request, text, 403)
    return state(request, 403, message=text, heading="Please send that again")


def context(request: HttpRequest) -> dict[str, object]:
    """What every template may count on."""
    door = getattr(request, "door", None)
    company = door.company if door else None
    actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "base_host": settings.BASE_HOST,
        "brand": door.brand if door else brand.NONE,
        "company": company,
        "door": door,
        "here": _section(request),
        "live_url": addresses.url(request) if actor.is_signed_in and not actor.behind else "",
        "place": place(request),
    }


def place(request: HttpRequest) -> str:
    """What the host calls itself."""
    door = getattr(request, "door", None)
    if door and door.company:
        return str(door.brand.place)
    return "Portico console" if door and door.kind == "console" else "Portico"


def _not_that_way(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django says 405 without a word; this says it with some."""
    said = failure(request, 405)
    said["Allow"] = response["Allow"]
    return said


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    part = wants_part(request)
    here = referred.path(referred.split(request.headers.get("HX-Current-URL", ""))) if part else request.get_full_path()
    query = f"?{urlencode({'next': here})}" if here and (part or request.method in {"GET", "HEAD"}) else ""
    address = reverse("accounts:login") + query
    if part:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _words(no: Refusal) -> str:
    if isinstance(no, Invalid):
        return " ".join([no.message, *(text for texts in no.fields.values() for text in texts)])
    if isinstance(no, TooMany):
        return f"{no.message} Try again in {_span(no.seconds)}."
    return no.message


def _span(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{round(seconds / 60)} minutes"


def _back(request: HttpRequest) -> str:
    """The page of this host that the person came from."""
    came_from = referred.split(request.headers.get("Referer", ""))
    return referred.path(came_from) if came_from.netloc == request.META.get("HTTP_HOST") else ""


def _is_at_work(request: HttpRequest) -> bool:
    """Whether somebody who answers for a company was on the way in its workspace: there they go on."""
    actor = getattr(request, "actor", NOBODY)
    return request.path.startswith("/manager/") and actor.role in {"owner", "manager", "agent"}


def _section(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    if match.namespace == "console":
        name = (match.url_name or "").partition("-")[0]
        known = {"team", "fleet", "audit", "telemetry", "companies", "incidents"}
        return {"coverage": "team", "company": "companies"}.get(name, name if name in known else "queue")
    return str(match.namespace)
