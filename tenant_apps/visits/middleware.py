"""A visit on its way through a request: found and judged outside of everything, held to its rules inside."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from portico import pages
from portico.errors import Forbidden
from tenant_apps.visits import confirming, finding, routes
from tenant_apps.visits.views import over
from tenants.fleet.serving import serves
from tenants.routing import Door, door_of

Answer = Callable[[HttpRequest], HttpResponse]
_LOOKS = frozenset({"GET", "HEAD"})
_ONLY_LOOKING = (
    "You are only looking. Nothing was sent. To do this for {person}, leave the visit and begin one with actions "
    "from the request on the console."
)


class VisitMiddleware:
    """Turns the cookie of a visit into `request.visit`, asked anew with every request.

    Behind it stands the visit's own session, which holds no sign-in: in a visit the browser's own session on this host
    is neither read nor written. A program's key is no business of a visit's.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.visit, request.visit_over = None, ""
        key = request.COOKIES.pop(settings.VISIT_COOKIE_NAME, "")
        door = door_of(request.get_host()) if key and "Authorization" not in request.headers else None
        if door is None or door.company is None or not serves(door.fingerprint):
            return self.get_response(request)
        match = _match(request, door)
        found = finding.look(key, door, request.method or "", request.path_info, match.route if match else None)
        request.visit, request.visit_over = found.visit, found.why
        if found.visit or found.why:
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        if found.visit:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = key
        response = self.get_response(request)
        if found.visit or found.why:
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
            response["Cache-Control"] = "no-store"
        # Whoever sits there has to read that it is over: the cookie stays until a page has told them.
        is_told = not found.why or _is_page(request, match)
        if request.visit is None and is_told and settings.VISIT_COOKIE_NAME not in response.cookies:
            response.delete_cookie(settings.VISIT_COOKIE_NAME, samesite="Lax")
        return response


class GuardMiddleware:
    """Lets a visit open what `routes` names, and nothing else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.visit_over and not _is_plain(request, request.door):
            return over(request)
        if request.visit is None:
            return self.get_response(request)
        return self._in_visit(request, _match(request, request.door))

    def _in_visit(self, request: HttpRequest, match: ResolverMatch | None) -> HttpResponse:
        route = match.route if match else None
        if route in routes.OWN or route in routes.PLAIN:
            return self.get_response(request)
        if request.method in _LOOKS and route in routes.FILES:
            return self.get_response(request)
        if request.method in _LOOKS and (route in routes.PAGES or route is None):
            return self._looked(request)
        if request.method == "POST" and route in routes.UNHEARD:
            return HttpResponse(status=204) if _has_business(request, match) else self._looked(request)
        if request.method == "POST" and match and route in routes.WRITES:
            return self._write(request, match)
        words = "This is not part of a visit: it stays with the company and its people."
        return pages.refusal(request, Forbidden("not_in_a_visit", words))

    def _looked(self, request: HttpRequest) -> HttpResponse:
        """The page, with nothing changed by the look at it."""
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        return response

    def _write(self, request: HttpRequest, match: ResolverMatch) -> HttpResponse:
        if not request.visit.acts:
            words = _ONLY_LOOKING.format(person=request.visit.person_name)
            return pages.refusal(request, Forbidden("only_looking", words))
        if not _has_business(request, match):
            return self.get_response(request)  # whose words are better
        asked = confirming.asked_first(request, routes.WRITES[match.route])
        return asked if asked is not None else self.get_response(request)


def _has_business(request: HttpRequest, match: ResolverMatch | None) -> bool:
    """Whether people of this role come to that view at all; it turns the others away itself."""
    roles = getattr(match.func, "roles", ()) if match else ()
    return not roles or request.actor.role in roles


def _is_page(request: HttpRequest, match: ResolverMatch | None) -> bool:
    """Whether a window shows the answer: neither a part of a page nor what pages are drawn with."""
    parts = routes.PLAIN | routes.FILES | routes.UNHEARD
    return not pages.wants_part(request) and not (match and match.route in parts)


def _is_plain(request: HttpRequest, door: Door) -> bool:
    match = _match(request, door)
    return bool(match and match.route in routes.PLAIN)


def _match(request: HttpRequest, door: Door) -> ResolverMatch | None:
    """What will answer, as its URL files know it; None when nothing does."""
    try:
        return resolve(request.path_info, door.urlconf)
    except Resolver404:
        return None
