"""The pages of joining with one's requests, and of leaving: each says what would happen, and leads on from there."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portico.database import current_company
from portico.errors import Missing
from portico.pages import signed_in
from shared_apps.accounts import sessions
from shared_apps.accounts.models import User
from tenant_apps.people import access, actions
from tenant_apps.people.carrying import Word, read
from tenant_apps.tickets import access as desk
from tenant_apps.tickets import actions as tickets
from tenants.models import HOUSE_ID, HOUSE_SLUG

_LEAVES = access.MAY["leave"]


@never_cache
@require_safe
@signed_in(*sorted(desk.CUSTOMERS))
def bring(request: HttpRequest) -> HttpResponse:
    """For whoever asked the house before they joined: the way to what they asked there."""
    company = current_company()
    if company.id == HOUSE_ID:
        raise Missing
    word = Word("join", company.key, str(request.actor.id))
    return render(request, "people/bring.html", {"link": _at(HOUSE_SLUG, "/account/carry", word)})


@never_cache
@require_safe
@signed_in(*sorted(desk.CUSTOMERS))
def agree(request: HttpRequest) -> HttpResponse:
    """At the house: what goes along, for whoever is signed in here and agreed to it there."""
    company = current_company()
    word = read(request.GET.get("with", ""))
    if company.id != HOUSE_ID or word.way != "join" or word.source:
        raise Missing
    number = tickets.carried(request.actor.id).count()
    agreed = Word(word.way, word.company, word.person, company.key, str(request.actor.id))
    return render(request, "people/agree.html", {"number": number, "link": _at("", "/carry", agreed)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(*sorted(_LEAVES))
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the company: whoever brought requests along takes them back, by the platform's own door."""
    company = current_company()
    person = User.objects.filter(pk=request.actor.id).first()
    if person is None or company.id == HOUSE_ID:
        raise Missing
    source = str(person.profile.get("house", ""))
    if request.method == "POST" and not source and "sure" in request.POST:
        actions.leave(by=request.actor)
        sessions.sign_out(request)
        messages.success(request, "You have left.")
        return redirect("accounts:login")
    house = f"{HOUSE_ID}.1"  # it is neither erased nor restored
    link = _at("", "/carry", Word("leave", company.key, str(person.pk), house, source)) if source else ""
    context = {"link": link, "asked": tickets.carried(person.pk).count()}
    return render(request, "people/leave.html", context, status=422 if request.method == "POST" else 200)


def _at(slug: str, path: str, word: Word) -> str:
    """An address at the house, or at the platform's own door, by its own name and never by a request's."""
    host = f"{slug}.{settings.BASE_HOST}" if slug else settings.BASE_HOST
    return f"{'https' if settings.HTTPS else 'http'}://{host}{path}?{urlencode({'with': word.signed()})}"
