"""Signing in and out. The pages never say whether an address has an account."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portico.errors import TooMany
from portico.events import record
from portico.throttle import allow, place_of
from shared_apps.accounts import actions, sessions
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.forms import SignInForm

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
