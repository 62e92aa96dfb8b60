"""The visit's own pages on the company's host: coming in, and leaving."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portico import links, pages
from portico.errors import Forbidden, Missing, Refused
from tenant_apps.visits import actions, finding
from tenant_apps.visits.words import ENDS, lasted

_HANDED_OVER_NO_MORE = "This way in is used or too old: it is good for a minute, and once. Begin again on the console."
_INSIDE = "You are in a visit already. Leave it before you begin another one."


@never_cache
@csrf_exempt  # it comes from the console, whose proof is not ours; the code is the proof, and `portico.origin` the wall
@sensitive_post_parameters("code")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Come in with the code that the console's form carried. Whatever session this browser has here is left alone."""
    if request.visit is not None:
        raise Refused("visiting", _INSIDE)
    try:
        visit = actions.begin(request.POST.get("code", ""))
    except Missing:
        raise Missing(message=_HANDED_OVER_NO_MORE) from None
    response = redirect(reverse("desk:inbox" if visit.person_role == "agent" else "portal:home"))
    finding.give_cookie(response, visit, request.door.company)
    return response


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit, and say what it was."""
    if request.visit is None:
        raise Missing
    visit = actions.end(request.visit, "left", by=request.visit.staff)
    request.session.flush()
    request.visit, writes = None, actions.done_in(visit).count()
    context = {"visit_was": visit, "lasted": lasted(visit.seconds), "writes": writes, "pages": len(visit.pages)}
    return render(request, "visits/left.html", context | {"console": console()})


@never_cache
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    """Where a window is led whose visit ended while it asked for a part of a page."""
    return render(request, "visits/over.html", {"console": console()})


def over(request: HttpRequest) -> HttpResponse:
    """The answer to whatever is asked once the visit has ended."""
    if pages.is_api(request):
        return pages.refusal(request, Forbidden("visit_over", "This visit has ended."))
    if pages.wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": links.to("visits:over")})
    context = {"why": ENDS.get(request.visit_over, ""), "console": console()}
    return render(request, "visits/over.html", context, status=410)


def console() -> str:
    """The console's address."""
    return f"{'https' if settings.HTTPS else 'http'}://console.{settings.BASE_HOST}/admin/tickets"
