"""The way to a provider and back, on a company's host. Whatever goes wrong there is a page with words, never a 500."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico import asks, handover
from portico.errors import Missing, Refused
from portico.events import record
from portico.mailing import address
from portico.pages import signed_in
from portico.throttle import allow, place_of
from shared_apps.accounts import arriving as entry
from shared_apps.accounts.invited import digest
from tenant_apps.people import actions as people
from tenant_apps.sso import actions, arriving, flow, joining, ldap, providers, saml
from tenant_apps.sso.models import Connection, Link
from tenant_apps.sso.trust import Claim, Untrusted, believes

# A whole office comes from one address in the morning, and there is nothing here to guess.
_WAYS_FROM_ONE_PLACE, _WINDOW = 600, 300
_PASSWORDS_FROM_ONE_PLACE, _PASSWORDS_FOR_ONE = 60, 10  # where there is
_ANSWER_LASTS = 300


@never_cache
@require_safe
def begin(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """On to the provider; with the right to be here from the page that asked for it, or just to sign in."""
    connection = _found(connection_id)
    allow("sso-begin", place_of(request), _WAYS_FROM_ONE_PLACE, _WINDOW)
    away = _at_our_address(request)
    if away:
        return away
    purpose, person = flow.meant(request, connection_id)
    _require_ready(connection, purpose)
    wanted = _wanted(request, request.GET)
    if connection.is_ldap:
        flow.mean(request, connection_id, purpose, person)
        return render(request, "sso/directory.html", {"connection": connection, "next": wanted})
    return HttpResponseRedirect(flow.begin(request, connection, purpose=purpose, next=wanted, person=person))


@never_cache
@sensitive_post_parameters("password")
@require_POST
def password(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """A name and a password for the company's own directory (LDAP)."""
    connection, name = _found(connection_id), request.POST.get("name", "")
    if not connection.is_ldap:
        raise Missing
    allow("sso-password-from", place_of(request), _PASSWORDS_FROM_ONE_PLACE, _WINDOW)
    allow("sso-password", f"{connection.pk} {name.strip().lower()[:100]}", _PASSWORDS_FOR_ONE, _WINDOW)
    (purpose, person), wanted = flow.meant(request, connection_id), _wanted(request, request.POST)
    begun = flow.Begun(str(connection.pk), purpose, wanted, person, "", "", "", time.time())
    try:
        _require_ready(connection, purpose)
        claim = ldap.claim_of(connection, name, request.POST.get("password", ""))
    except Refused as no:
        if no.code != ldap.WRONG:
            return _come_in(request, connection, lambda: begun, partial(_refuse, no))
        flow.mean(request, connection_id, purpose, person)
        record("session.refused", None, by=request.actor, place=place_of(request), through=connection.name, why=no.code)
        context = {"connection": connection, "next": wanted, "problem": no.message, "name": name[:254]}
        return render(request, "sso/directory.html", context, status=422)
    return _come_in(request, connection, lambda: begun, lambda _: claim)


@never_cache
@require_safe
def instead(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """For somebody who came in another way, and has to come in here."""
    return render(request, "sso/instead.html", {"connection": _found(connection_id), "next": request.GET.get("next")})


@never_cache
@require_POST
def invited(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """From the page of an invitation on to a provider, to join with its word instead of a password."""
    connection, code = _found(connection_id), request.POST.get("code", "")
    people.look_at(code)
    _require_ready(connection, "join")
    flow.mean(request, connection_id, "join", digest(code))
    context = {"connection": connection, "heading": f"Join with {connection.name}", "join": code}
    return render(request, "sso/go.html", context)


@never_cache
@require_safe
def back(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """From an OpenID provider, with its answer."""
    connection = _found(connection_id)
    if connection.is_saml or connection.is_ldap:
        raise Missing
    away = _at_our_address(request)
    if away:
        return away
    ask = partial(flow.claim_of_oidc, request, connection)
    return _come_in(request, connection, partial(flow.take, request, connection, request.GET.get("state", "")), ask)


@csrf_exempt
@never_cache
@require_POST
def acs(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """From a SAML provider, with its answer: by a form of another site, so no session comes with it.

    The answer is laid aside for the browser that began this, which fetches it with its session at the next step. One
    that nobody began is not looked at; when the connection says so, it begins a sign-in of our own instead.
    """
    connection = _found(connection_id)
    if not connection.is_saml:
        raise Missing
    allow("sso-acs", place_of(request), _WAYS_FROM_ONE_PLACE, _WINDOW)
    relay, answer = request.POST.get("RelayState", ""), request.POST.get("SAMLResponse", "")
    said = handover.read_state(relay)
    if said is None or said.connection != connection.pk:
        return _unasked(connection)
    if len(answer) > saml.MOST or not cache.add(_laid(relay), answer, _ANSWER_LASTS):
        raise Untrusted("used", "This answer was used already. Please begin again.")
    response = redirect(f"{reverse('sso:finish', args=[connection.pk])}?state={relay}")
    response.status_code = 303
    return response


@never_cache
@require_safe
def finish(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """The browser that began it, with its session, for the answer that was laid aside."""
    connection = _found(connection_id)
    state = request.GET.get("state", "")
    answer = cache.get(_laid(state)) or ""
    cache.delete(_laid(state))
    take = partial(flow.take, request, connection, state)
    return _come_in(request, connection, take, partial(flow.claim_of_saml, connection, answer))


@require_safe
def metadata(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """What a SAML provider reads to know this desk."""
    connection = Connection.objects.filter(pk=connection_id, kind="saml").first()
    if connection is None:
        raise Missing
    return HttpResponse(saml.metadata(flow.us(connection)), content_type="application/samlmetadata+xml")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in()
def own(request: HttpRequest) -> HttpResponse:
    """Where one can sign in besides: connect an account there with one's own, or take that away."""
    links = Link.objects.of_person(request.actor.id).select_related("connection").order_by("created_at")
    if request.method == "POST":
        connection = _found(_uuid(request.POST.get("connection", "")))
        _require_ready(connection, "link")
        flow.mean(request, connection.pk, "link", request.actor.id)
        context = {"connection": connection, "heading": f"Connect {connection.name}", "link": True}
        return render(request, "sso/go.html", context)
    taken = {one.connection_id for one in links}
    free = [one for one in Connection.objects.working().order_by("name") if one.pk not in taken]
    face = entry.face_of(request.actor.role)
    return render(request, f"sso/own_{face}.html", {"links": links, "free": free})


@require_POST
@signed_in()
def unlink(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Take one of one's links away."""
    found = arriving.unlink(link_id, by=request.actor)
    messages.success(request, f"{found.connection} does not open your account any more.")
    return redirect("sso:own")


def _come_in(
    request: HttpRequest, connection: Connection, take: Callable[[], flow.Begun], ask: Callable[[Any], Claim]
) -> HttpResponse:
    purpose = ""
    try:
        begun = take()
        purpose = begun.purpose
        _require_ready(connection, purpose)
        claim = ask(begun)
        if purpose == "try":
            return _tried(request, connection, begun, claim)
        if purpose == "link":
            return _linked(request, connection, begun, claim)
        if purpose == "join":
            user = joining.join(connection, claim, begun.person)
        else:
            user = arriving.arrive(connection, claim)
    except Refused as no:
        if purpose != "try":
            why = {"through": connection.name, "why": no.code}
            record("session.refused", None, by=request.actor, place=place_of(request), **why)
        page = "sso/tried.html" if purpose == "try" else "sso/trouble.html"
        return render(request, page, {"connection": connection, "no": no}, status=no.status)
    # A company's own directory asks for a second step itself; what others do nobody here knows.
    is_strong = connection.kind in {"oidc", "saml"}
    return entry.arrive(request, user, how=entry.PROVIDER, is_strong=is_strong, wanted=begun.next)


def _refuse(no: Refused, _: flow.Begun) -> Claim:
    raise no


def _wanted(request: HttpRequest, said: QueryDict) -> str:
    wanted = entry.here(request, said.get("next", ""))
    return wanted if len(wanted) < 1_000 else ""


def _tried(request: HttpRequest, connection: Connection, begun: flow.Begun, claim: Claim) -> HttpResponse:
    _require_same(request, begun)
    actions.note_try(connection, by=request.actor)
    context = {
        "connection": connection,
        "claim": claim,
        "is_believed": believes(connection, claim, asks.proven_domains()),
        "known": Link.objects.filter(connection=connection, kind="person", subject=claim.subject).exists(),
    }
    return render(request, "sso/tried.html", context)


def _linked(request: HttpRequest, connection: Connection, begun: flow.Begun, claim: Claim) -> HttpResponse:
    _require_same(request, begun)
    arriving.link(connection, claim, by=request.actor)
    messages.success(request, f"From now on you can sign in with {connection.name}.")
    return redirect("sso:own")


def _require_same(request: HttpRequest, begun: flow.Begun) -> None:
    """Whoever comes back is whoever asked for it: meanwhile somebody else may have signed in in this browser."""
    if not request.actor.is_signed_in or str(request.actor.id) != begun.person:
        raise Untrusted("somebody_else", flow.AGAIN)


def _at_our_address(request: HttpRequest) -> HttpResponse | None:
    """Providers know a desk by its own address, and the session is there; what came in elsewhere is sent there."""
    here = address(request.get_full_path())
    return None if here == request.build_absolute_uri(request.get_full_path()) else HttpResponseRedirect(here)


def _found(connection_id: UUID) -> Connection:
    found = Connection.objects.filter(pk=connection_id).first()
    if found is None:
        raise Missing
    return found


def _require_ready(connection: Connection, purpose: str) -> None:
    missing = providers.lacks(connection)
    if missing or (purpose != "try" and not connection.is_active):
        raise Refused(
            "not_configured", f"Signing in with {connection.name} is not set up here. Please use another way."
        )


def _unasked(connection: Connection) -> HttpResponse:
    if connection.is_active and connection.options.get("starts_there"):
        response = redirect("sso:begin", connection.pk)
        response.status_code = 303
        return response
    raise Untrusted("unasked", "Please begin on the sign-in page of this desk: nobody here asked for this answer.")


def _laid(state: str) -> str:
    return f"sso-answer:{flow._digest(state)}"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
