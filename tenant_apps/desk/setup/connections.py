"""How people sign in: connections with providers, trying them, and who has to use one. Managers look; owners decide,
and prove once more that it is them, for whoever vouches for people can speak as them."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portico import asks, clock
from portico.errors import Invalid, Missing
from portico.mailing import address
from shared_apps.accounts.confirming import surely
from tenant_apps.desk.setup.pages import only_managers, problems_of
from tenant_apps.people import roles
from tenant_apps.sso import access, actions, flow, mapping, providers, reading, refreshing, saml
from tenant_apps.sso.forms import ConnectionForm
from tenant_apps.sso.models import KINDS, Connection

_ABOUT = {
    "oidc": "Okta, Keycloak, Authentik, Auth0 and most others",
    "saml": "Older directories, and many large ones",
    "ldap": "A directory that speaks neither; people type its password here",
    "google": "Google Workspace, and private accounts once they are connected",
    "microsoft": "Entra ID (Azure AD)",
    "facebook": "Once a person has connected it",
    "linkedin": "Once a person has connected it",
}
_MOST_SHOWN = 200
_SOON = timedelta(days=30)


def _owners_decide(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever may only look is refused before they are asked to prove who they are."""

    @wraps(view)
    def decided(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        if request.method == "POST":
            access.require(request.actor, "keep_connections")
        return view(request, *args, **more)

    return decided


@never_cache
@require_http_methods(["GET", "HEAD"])
@only_managers
def overview(request: HttpRequest) -> HttpResponse:
    """The connections, the domains they may speak for, and the kinds of another one."""
    context = {
        "rows": [(one, providers.lacks(one), _troubles(one)) for one in Connection.objects.order_by("name")],
        "kinds": [(kind, name, _ABOUT[kind], providers.platform_has(kind)) for kind, name in KINDS.items()],
        "domains": sorted(asks.proven_domains()),
        "scim": address("/scim/v2"),
        "is_owner": access.may(request.actor, "keep_connections"),
    }
    return render(request, "setup/connections.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
@_owners_decide
@surely
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Another connection."""
    if kind not in KINDS:
        raise Missing
    access.require(request.actor, "keep_connections")
    shown = Connection(kind=kind, name=KINDS[kind])
    form = _form(_sent(request), shown, {"name": KINDS[kind]})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add(kind, form.wish(), by=request.actor)
            messages.success(request, "Saved. Try it, then switch it on.")
            return redirect("setup:connection", made.pk)
        except Invalid as no:
            form.refuse(no)
    return _page(request, shown, form, is_new=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
@_owners_decide
@surely
def connection(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """One connection: what is set, what the provider wants to know of us, and what can be done with it."""
    found = _found(connection_id)
    form = _form(_sent(request), found, ConnectionForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(connection_id, form.wish(), by=request.actor)
            messages.success(request, "Saved. Try it again before somebody needs it.")
            return redirect("setup:connection", connection_id)
        except Invalid as no:
            form.refuse(no)
    return _page(request, found, form)


@require_POST
@only_managers
@_owners_decide
@surely
def do(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Switch it on or off, enforce it or no longer, take it away, or set out to try it."""
    found, what = _found(connection_id), request.POST.get("do", "")
    if what == "try":
        flow.mean(request, connection_id, "try", request.actor.id)
        return render(request, "sso/go.html", {"connection": found, "heading": f"Try {found.name}"})
    if what == "release":
        actions.release(connection_id, _id(request.POST.get("link", "")), by=request.actor)
        messages.success(request, "This account does not open one here any more.")
        return redirect("setup:connection", connection_id)
    if what == "remove":
        actions.remove(connection_id, by=request.actor)
        messages.success(request, f"{found.name} is gone. Whoever used it signs in another way.")
        return redirect("setup:connections")
    if what in {"on", "off"}:
        actions.switch(connection_id, on=what == "on", by=request.actor)
        words = "It stands on the sign-in page now." if what == "on" else "It is off. Nobody signs in with it."
    elif what in {"enforce", "relax"}:
        actions.enforce(connection_id, on=what == "enforce", by=request.actor)
        words = "It is their only way in now." if what == "enforce" else "Passwords work for everybody again."
    else:
        raise Missing
    messages.success(request, words)
    return redirect("setup:connection", connection_id)


@require_POST
@only_managers
@_owners_decide
@surely
def groups(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Which groups of the provider give which role here."""
    found = _found(connection_id)
    rows = list(zip(request.POST.getlist("group"), request.POST.getlist("role"), strict=False))
    try:
        mapping.map_groups(connection_id, rows, by=request.actor)
    except Invalid as no:
        shown = {"mapped": rows, "problems": problems_of(no)}
        return _page(request, found, _form(None, found, ConnectionForm.initial_of(found)), shown=shown, status=422)
    messages.success(request, "Saved. It holds from each person’s next sign-in on.")
    return redirect("setup:connection", connection_id)


@never_cache
@require_http_methods(["GET", "HEAD"])
@only_managers
def enforcing(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Who would have to come in through it, before anybody has to."""
    found = _found(connection_id)
    people = list(reading.affected(found)[: _MOST_SHOWN + 1])
    linked = set(found.links.filter(target__in=[one.pk for one in people]).values_list("target", flat=True))
    context = {
        "connection": found,
        "rows": [(one, one.pk in linked) for one in people[:_MOST_SHOWN]],
        "count": reading.affected(found).count(),
        "linked": len(linked),
        "is_owner": access.may(request.actor, "keep_connections"),
        "problem": actions.why_not_enforceable(found),
    }
    return render(request, "setup/connection_enforce.html", context)


def _ends(connection: Connection) -> dict[str, Any] | None:
    """When the last good certificate of a SAML provider stops being good, when that is soon or over."""
    ends = saml.ends_of(connection.options.get("certificates", [])) if connection.is_saml else []
    if not ends or ends[-1] - clock.now() > _SOON:
        return None
    return {"at": ends[-1], "is_over": ends[-1] <= clock.now()}


def _read(connection: Connection) -> dict[str, Any]:
    """How reading the provider's metadata went the last time."""
    said = connection.options.get(refreshing.NOTE, {})
    return {"at": parse_datetime(said["at"]), "problem": said["problem"]} if said else {}


def _troubles(connection: Connection) -> list[str]:
    """What somebody has to look after, in a few words each."""
    ends = _ends(connection)
    found = ["Metadata cannot be read"] if _read(connection).get("problem") else []
    return found + (["Certificate is over" if ends["is_over"] else "Certificate ends soon"] if ends else [])


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _form(given: QueryDict | None, shown: Connection, initial: dict[str, object]) -> ConnectionForm:
    domains = sorted(asks.proven_domains() | set(shown.domains))
    return ConnectionForm(given, kind=shown.kind, domains=domains, initial=initial)


def _page(
    request: HttpRequest,
    connection: Connection,
    form: ConnectionForm,
    *,
    is_new: bool = False,
    shown: dict[str, Any] | None = None,
    status: int = 0,
) -> HttpResponse:
    is_made = not is_new
    context = {
        "connection": connection,
        "has_groups": is_made and connection.kind in mapping.KINDS,
        "mapped": connection.options.get("roles", []),
        "roles": [one for one in roles.known().values() if one.key != "owner"],
        "form": form,
        "is_new": is_new,
        "is_owner": access.may(request.actor, "keep_connections"),
        "lacks": providers.lacks(connection) if is_made else [],
        "us": flow.us(connection) if is_made and connection.is_saml else None,
        "callback": flow.callback(connection) if is_made and not (connection.is_saml or connection.is_ldap) else "",
        "has_secret": bool(connection.secret),
        "unproven": sorted(set(connection.domains) - asks.proven_domains()),
        "platform_has": providers.platform_has(connection.kind),
        "ends": _ends(connection),
        "read": _read(connection),
        "links": connection.links.count() if is_made else 0,
        "linked": reading.linked(connection, _MOST_SHOWN) if is_made else [],
    }
    status = status or (422 if form.errors else 200)
    return render(request, "setup/connection.html", context | (shown or {}), status=status)


def _found(connection_id: UUID) -> Connection:
    found = Connection.objects.filter(pk=connection_id).first()
    if found is None:
        raise Missing
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
