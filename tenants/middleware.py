"""Every request comes in through a door; behind it one scope and one transaction hold for all of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portico import brand, links, pages, standing
from portico.api import problems
from portico.api.problems import problem
from portico.api.views import WHO_ASKS
from portico.database import company_scope, platform_scope
from portico.errors import SignInNeeded, TooMany
from portico.limits import company_turn
from shared_apps.accounts import tokens
from shared_apps.accounts.middleware import bearer
from tenants.fleet.serving import serves
from tenants.routing import Door, door_by_id, door_of

Answer = Callable[[HttpRequest], HttpResponse]
_COMPANY_API = ("/api/support/", "/api/v1/")
_STAFF_API = ("/platform-admin/",)
# What programs and pages fetch, and where a signup and a visit begin.
_ON_EVERY_HOST = ("/api/", "/brand", "/files/", "/static/", "/live/", "/visit/", "/welcome/")


class DoorMiddleware:
    """Finds the door, refuses what leads nowhere, and runs the request in its scope and one transaction.

    Session handling is inside that transaction; an answer of 500 and above rolls it back.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = door_of(request.get_host())
        if door is None:
            return pages.unknown_host(request)
        if door.kind == "public" and request.path.startswith(_COMPANY_API + _STAFF_API):
            answer = _door_for_program(request, door)
            if isinstance(answer, HttpResponse):
                return answer
            door = answer
        request.door = door
        request.urlconf = door.urlconf
        closed = _closed(request, door) or _elsewhere(request, door)
        return closed if closed is not None else self._answer(request, door)

    def _answer(self, request: HttpRequest, door: Door) -> HttpResponse:
        if door.company is None:
            return self._within(platform_scope(), request, door)
        try:
            with company_turn(door.company):
                return self._within(company_scope(door.company), request, door)
        except TooMany as busy:
            return pages.refusal(request, busy)

    def _within(self, scope: AbstractContextManager[None], request: HttpRequest, door: Door) -> HttpResponse:
        with scope, transaction.atomic(), links.behind(door.urlconf):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def _door_for_program(request: HttpRequest, here: Door) -> Door | HttpResponse:
    """On the base host a bearer token says which door is meant, and `X-Company-Id` must agree with it."""
    text = bearer(request)
    said = tokens.claims(text) if text else None
    if said is None:
        return _unknown_token()
    named = request.headers.get("X-Company-Id", "").strip()
    wants_staff = request.path.startswith(_STAFF_API)
    if said.company_id is None and wants_staff and not named:
        return Door("console", here.host)
    if said.company_id is None or wants_staff or named != str(said.company_id):
        return problem(404, "not_found", "There is nothing here.")
    door = door_by_id(said.company_id, here.host)
    return door or _unknown_token()


def _unknown_token() -> HttpResponse:
    """As the views say it of a wrong secret, so that nobody can count the companies by their ids."""
    return problems.of(SignInNeeded(WHO_ASKS))


def _closed(request: HttpRequest, door: Door) -> HttpResponse | None:
    """The page of a company that cannot be served now: suspended, archived, or behind this release."""
    if door.company is None:
        return None
    is_open = door.state == "active"
    if is_open and (serves(door.fingerprint) or settings.SPEAKS_AS_OWNER):
        return None
    if standing.may_pass(request.path, door.state, door.notice) and serves(door.fingerprint):
        return None
    if request.path == "/brand.css":
        return brand.css_of_closed(request)  # the page that says so is in its colour
    return pages.behind(request, door) if is_open else pages.suspended(request, door)


def _elsewhere(request: HttpRequest, door: Door) -> HttpResponse | None:
    """To the host that the company chose, for pages somebody looks at. Sessions belong to one host, and so does a
    visit of the staff: that one stays where it began. Not for ever: domains are taken back."""
    is_page = request.method in {"GET", "HEAD"} and not request.path.startswith(_ON_EVERY_HOST)
    if not (door.home and is_page) or door.home == door.host or settings.VISIT_COOKIE_NAME in request.COOKIES:
        return None
    address = f"{'https' if settings.HTTPS else 'http'}://{door.home}{request.get_full_path()}"
    if pages.wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address, headers={"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})
