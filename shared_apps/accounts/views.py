"""Signing in and out, and one's own keys. The pages never say whether an address has an account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portico import asks
from portico.errors import Invalid, TooMany
from portico.events import record
from portico.pages import signed_in
from portico.throttle import allow, place_of
from shared_apps.accounts import actions, keys, sessions
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.forms import KeyForm, SignInForm
from shared_apps.accounts.models import Token

WRONG = "The e-mail or the password is not right."
_AT_THE_DESK = frozenset({"owner", "manager", "agent"})
_TRIES_FROM_ONE_PLACE, _WINDOW = 60, 300


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page of this door; afterwards to `next`, or to where this person works."""
    if request.method != "POST":
        if request.actor.is_signed_in:
            return HttpResponseRedirect(_next(request) or _home(request.actor.role))
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        allow("sign-in-from", place_of(request), _TRIES_FROM_ONE_PLACE, _WINDOW)
        user = actions.check_password(**form.cleaned_data, place=place_of(request))
    except TooMany as no:
        form.add_error(None, f"That was too often. Please wait {_minutes(no.seconds)} and try again.")
        response = _page(request, form, 429)
        response["Retry-After"] = str(no.seconds)
        return response
    if user is None:
        actions.note_refused(form.cleaned_data["email"], place_of(request))
        form.add_error(None, WRONG)
        return _page(request, form, 422)
    sessions.sign_in(request, user)
    record("session.begin", user, by=actor_of(user), place=place_of(request))
    return HttpResponseRedirect(_next(request) or _home(user.role))


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. Signing out twice does no harm."""
    if request.actor.is_signed_in:
        record("session.end", None, by=request.actor)
    sessions.sign_out(request)
    return redirect(f"{reverse('accounts:login')}?out=1")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in()
def own_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys for programs. A new one is shown in the answer to its making, and never again."""
    is_staff = request.actor.is_staff
    if request.method != "POST":
        return _keys(request, KeyForm(is_staff=is_staff))
    form = KeyForm(request.POST, is_staff=is_staff)
    if form.is_valid():
        try:
            key, text = keys.make(form.wish(), by=request.actor)
            return _keys(request, KeyForm(is_staff=is_staff), made=key, text=text)
        except Invalid as no:
            form.refuse(no)
    return _keys(request, form, status=422)


@require_POST
@signed_in()
def end_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End one of one's own keys, or whichever one may end; back to the page it was ended from."""
    key = keys.revoke(key_id, by=request.actor)
    messages.success(request, f"“{key.label}” has ended. Programs that use it are turned away from now on.")
    return redirect("setup:keys" if key.user_id != request.actor.id else "accounts:keys")


def _keys(request: HttpRequest, form: KeyForm, status: int = 200, **made: object) -> HttpResponse:
    rows = Token.objects.living().made_here().filter(user_id=request.actor.id).order_by("-created_at", "-id")
    apps = [] if request.actor.is_staff else asks.apps_acting_for(request.actor)
    context = {"form": form, "rows": rows[: 2 * keys.MOST], "most": keys.MOST, "can_end": True, "apps": apps, **made}
    return render(request, f"accounts/keys_{_face(request.actor.role)}.html", context, status=status)


def _face(role: str) -> str:
    return "console" if role.startswith("platform_") else "desk" if role in _AT_THE_DESK else "portal"


def _page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": _next(request), "is_out": "out" in request.GET}
    return render(request, "accounts/login.html", context, status=status)


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is a page of this very host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_here and wanted.isprintable() else ""


def _home(role: str) -> str:
    if role.startswith("platform_"):
        return reverse("console:queue")
    return reverse("desk:inbox" if role in _AT_THE_DESK else "portal:home")


def _minutes(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
