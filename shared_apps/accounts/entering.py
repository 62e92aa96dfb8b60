"""The pages of the way in: password, code by mail, passkey, second step, and a new password for one that is too old."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portico.errors import Invalid, TooMany
from portico.throttle import allow, place_of
from shared_apps.accounts import actions, addresses, arriving, asked, browsers, factors, guarding, passkeys, proofs
from shared_apps.accounts.arriving import SECOND, next_of
from shared_apps.accounts.confirming import minutes
from shared_apps.accounts.forms import AddressForm, CodeForm, PasswordForm, SignInForm
from shared_apps.accounts.models import User

WRONG = "The e-mail or the password is not right."
WRONG_CODE = "This code is not right, or is over. You can have another one sent."
_TRIES_FROM_ONE_PLACE, _WINDOW = 60, 300
_SEAT = "seat"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page of this door; afterwards to `next`, or to where this person works."""
    if request.method != "POST":
        if request.actor.is_signed_in:
            return HttpResponseRedirect(next_of(request) or arriving.home_of(request.actor.role))
        return redirect("accounts:begin") if request.held else _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        allow("sign-in-from", place_of(request), _TRIES_FROM_ONE_PLACE, _WINDOW)
        user = actions.check_password(**form.cleaned_data, place=place_of(request), mark=browsers.mark_of(request))
    except TooMany as no:
        form.add_error(None, _too_often(no, "Or have a code sent to you, below: that goes at once."))
        return _later(_page(request, form, 429), no)
    if user is None:
        actions.note_refused(form.cleaned_data["email"], place_of(request))
        form.add_error(None, WRONG)
        return _page(request, form, 422)
    return arriving.arrive(request, user, how="password")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """Have a code sent, then type it: good for ten minutes, once, and in this browser alone."""
    seat = request.session.get(_SEAT) if request.method == "POST" else None
    if request.method == "POST" and "code" in request.POST and seat:
        return _take_code(request, seat)
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": request.GET.get("email")})
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"].lower()
        seat = {"email": email, "key": secrets.token_hex(16)}
        try:
            asked.ask(asked.CODE, email, place_of(request), seat["key"])
        except TooMany as no:
            form.add_error(None, _too_often(no))
            return _later(_code_page(request, form, 429), no)
        request.session[_SEAT] = seat
        return _code_page(request, CodeForm(), email=email)
    return _code_page(request, form, 422 if form.errors else 200)


def _take_code(request: HttpRequest, seat: dict[str, str]) -> HttpResponse:
    form = CodeForm(request.POST)
    try:
        allow("code-from", place_of(request), _TRIES_FROM_ONE_PLACE, _WINDOW)
        user = proofs.use_code(seat["email"], seat["key"], request.POST["code"]) if form.is_valid() else None
    except TooMany as no:
        form.add_error(None, _too_often(no))
        return _later(_code_page(request, form, 429, email=seat["email"]), no)
    if user is None:
        actions.note_refused(seat["email"], place_of(request))
        form.add_error("code", WRONG_CODE)
        return _code_page(request, form, 422, email=seat["email"])
    addresses.prove(user)
    return arriving.arrive(request, user, how="code")


@never_cache
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """For the script of the sign-in page: what to ask the browser, then its answer. It is both steps in one."""
    try:
        allow("passkey-from", place_of(request), _TRIES_FROM_ONE_PLACE, _WINDOW)
        if "credential" not in request.POST:
            return JsonResponse(passkeys.ask(request, passkeys.IN))
        user = passkeys.prove(request, passkeys.IN, request.POST["credential"])
    except Invalid as no:
        form = SignInForm()
        return _page(request, form, 422, problem=no.message)
    return arriving.arrive(request, user, how="passkey", is_strong=True)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, a recovery code, or a passkey of this person's."""
    one = arriving.waiting(request, SECOND)
    if one is None:
        return redirect("accounts:login")
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("ask") == "passkey":
                return JsonResponse(passkeys.ask(request, passkeys.SECOND, one.user))
            if _takes(request, form, one.user):
                return arriving.passed(request, one)
            status = 422
        except TooMany as no:
            form.add_error(None, _too_often(no))
            status = 429
    context = {"form": form, "kinds": factors.kinds(one.user), "left": factors.codes_left(one.user)}
    return render(request, "accounts/second.html", context, status=status)


def _takes(request: HttpRequest, form: CodeForm, user: User) -> bool:
    if request.POST.get("credential"):
        try:
            passkeys.prove(request, passkeys.SECOND, request.POST["credential"], user)
        except Invalid as no:
            form.errors.clear()
            form.add_error(None, no.message)
            return False
        return True
    if form.is_valid() and factors.check_code(user, form.cleaned_data["code"]):
        return True
    if not form.errors:
        form.add_error("code", factors.WRONG)
    return False


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    """A new password in place of one that is older than the company wants."""
    one = arriving.waiting(request, arriving.RENEW)
    if one is None:
        return redirect("accounts:login")
    form = PasswordForm(one.user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        user = guarding.choose_password(request, one.user, form.cleaned_data["password"])
        return arriving.passed(request, one._replace(user=user))
    return render(request, "accounts/renew.html", {"form": form}, status=422 if form.errors else 200)


def _page(request: HttpRequest, form: SignInForm, status: int = 200, problem: str = "") -> HttpResponse:
    context = {"form": form, "next": next_of(request), "is_out": "out" in request.GET, "problem": problem}
    context["demo"] = settings.DEMO
    return render(request, "accounts/login.html", context, status=status)


def _code_page(request: HttpRequest, form: object, status: int = 200, email: str = "") -> HttpResponse:
    context = {"form": form, "next": next_of(request), "email": email}
    return render(request, "accounts/by_code.html", context, status=status)


def _too_often(no: TooMany, more: str = "") -> str:
    return f"That was too often. Please wait {minutes(no.seconds)} and try again. {more}".strip()


def _later(response: HttpResponse, no: TooMany) -> HttpResponse:
    response["Retry-After"] = str(no.seconds)
    return response
