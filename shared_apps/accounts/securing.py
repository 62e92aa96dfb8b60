"""`/account/security`: the password, second steps, the address, and where one is signed in."""

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portico.errors import Invalid, Missing, SignInNeeded
from shared_apps.accounts import actions, addresses, arriving, factors, guarding, notices, passkeys, rules, sessions
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.browsers import name_of
from shared_apps.accounts.confirming import person, shell_of, somebody, surely, surely_looking
from shared_apps.accounts.forms import AddressForm, CodeForm, PasskeyForm, PasswordForm
from shared_apps.accounts.models import User

_SECRET = "app_secret"  # noqa: S105 (the name of a place in the session)


@never_cache
@require_safe
@somebody
def overview(request: HttpRequest) -> HttpResponse:
    """Everything that guards one's account, and where it is open."""
    user = person(request)
    if request.held:
        return redirect("accounts:begin")
    own = list(factors.rows(user))
    asked = rules.of(request.door)
    context = {
        "chosen": parse_datetime(user.security.get("password_at") or ""),
        "is_proven": addresses.is_proven(user),
        "app": next((one for one in own if one.type == factors.APP), None),
        "passkeys": [one for one in own if one.type == factors.PASSKEY],
        "left": factors.codes_left(user),
        "sessions": [_session(request, row) for row in sessions.open_ones(user.pk)],
        "is_needed": user.role in asked.second_step,
        "until": rules.grace_ends(user, asked) if rules.lacks_second_step(user, asked) else None,
    }
    return _show(request, user, "security", context)


def _session(request: HttpRequest, row: Any) -> dict[str, Any]:
    is_here = row.session_key == request.session.session_key
    place = "" if row.ip == "::" else row.ip
    return {"row": row, "browser": name_of(row.user_agent), "place": place, "is_here": is_here}


@never_cache
@sensitive_post_parameters("password", "confirm")
@require_http_methods(["GET", "HEAD", "POST"])
@somebody
@surely_looking
@surely
def password(request: HttpRequest) -> HttpResponse:
    """A new password. Everywhere else one is signed out."""
    user = _at_home(request)
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        user = guarding.choose_password(request, user, form.cleaned_data["password"])
        messages.success(request, "Your new password holds from now on. Everywhere else you are signed out.")
        return redirect("accounts:security")
    return _show(request, user, "password", {"form": form}, 422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@somebody
@surely_looking
@surely
def address(request: HttpRequest) -> HttpResponse:
    """Prove one's address, or move to another one, once that is proven."""
    user = _at_home(request)
    form = AddressForm(request.POST or None, initial={"email": user.email})
    if form.is_bound and form.is_valid():
        actions.ask_for_proof(user, form.cleaned_data["email"])
        messages.success(request, f"We have sent a link to {form.cleaned_data['email']}. Open it to confirm.")
        return redirect("accounts:security")
    return _show(request, user, "address", {"form": form}, 422 if form.errors else 200)


@never_cache
@require_safe
@somebody
def begin(request: HttpRequest) -> HttpResponse:
    """Why a second step is asked for, until when one may do without, and the ways to have one."""
    user = person(request)
    asked = rules.of(request.door)
    wanted = arriving.next_of(request) or arriving.home_of(user.role)
    if not rules.lacks_second_step(user, asked):
        return HttpResponseRedirect(arriving.next_of(request) or reverse("accounts:security"))
    context = {"until": rules.grace_ends(user, asked), "wanted": wanted}
    return _show(request, user, "begin", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@somebody
@surely_looking
@surely
def app(request: HttpRequest) -> HttpResponse:
    """An app that makes codes: a picture to scan, then the first code."""
    from allauth.mfa.totp.internal.auth import generate_totp_secret

    user = person(request)
    form = CodeForm(request.POST if "code" in request.POST else None)
    secret = request.session.get(_SECRET) or generate_totp_secret()
    request.session[_SECRET] = secret
    if form.is_bound and form.is_valid():
        try:
            codes = factors.add_app(user, secret, form.cleaned_data["code"], by=actor_of(user))
        except Invalid as no:
            form.add_error("code", no.fields["code"])
        else:
            del request.session[_SECRET]
            return _added(request, user, "An app for codes was added to your account as a second step.", codes)
    return _show(request, user, "app", {"form": form, "secret": _grouped(secret), "picture": _picture(user, secret)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@somebody
@surely_looking
@surely
def passkey(request: HttpRequest) -> HttpResponse:
    """Another passkey: the browser is asked for one, which is verified and named."""
    user = person(request)
    form = PasskeyForm(request.POST if request.POST.get("credential") else None, initial={"name": _this(request)})
    if request.POST.get("ask") == "passkey":
        return JsonResponse(passkeys.ask_for_new(request, user))
    if form.is_bound and form.is_valid():
        try:
            credential = passkeys.read_new(request, form.cleaned_data["credential"])
            codes = factors.add_passkey(user, form.cleaned_data["name"], credential, by=actor_of(user))
        except Invalid as no:
            form.add_error(None, no.message)
        else:
            return _added(request, user, "A passkey was added to your account.", codes)
    return _show(request, user, "passkey", {"form": form}, 422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@somebody
@surely_looking
@surely
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown this once."""
    user = _at_home(request)
    if request.method != "POST":
        return _show(request, user, "codes", {"left": factors.codes_left(user)})
    made = factors.new_codes(user, by=actor_of(user))
    notices.tell(request, user, "New recovery codes were made for your account. Those of before are over.")
    return _show(request, user, "codes", {"codes": made})


@never_cache
@require_http_methods(["POST"])
@somebody
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take away an app or a passkey."""
    if not factors.rows(_at_home(request)).filter(pk=number).exists():
        raise Missing
    return _remove(request, number)


@surely
def _remove(request: HttpRequest, number: int) -> HttpResponse:
    user = person(request)
    is_needed = user.role in rules.of(request.door).second_step
    name = factors.remove(user, number, is_needed=is_needed, by=actor_of(user))
    notices.tell(request, user, f"A second step was taken away from your account: {name}.")
    messages.success(request, f"{name} is no way into your account any more.")
    return redirect("accounts:security")


@never_cache
@require_http_methods(["POST"])
@somebody
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Sign out somewhere else; 0 is everywhere else. A program's key has no session of its own, and makes none here."""
    user = _at_home(request)
    if request.key is not None:
        raise Missing
    if number:
        if not sessions.end_one(user.pk, number):
            raise Missing
        messages.success(request, "That browser is signed out.")
    else:
        guarding.sign_out_elsewhere(request, user)
        messages.success(request, "Everywhere else you are signed out.")
    return redirect("accounts:security")


def _at_home(request: HttpRequest) -> User:
    if request.held:
        raise SignInNeeded
    return person(request)


def _added(request: HttpRequest, user: User, words: str, made: list[str]) -> HttpResponse:
    """A second step is there: whoever was held goes on, and reads the recovery codes first."""
    notices.tell(request, user, words)
    if made:
        return _show(request, user, "codes", {"codes": made, "wanted": arriving.home_of(user.role)})
    messages.success(request, words.replace("your account", "your account now"))
    return redirect("accounts:security")


def _show(request: HttpRequest, user: User, page: str, more: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"person": user, "is_held": bool(request.held), **shell_of(request, user)}
    return render(request, f"accounts/{page}.html", context | more, status=status)


def _this(request: HttpRequest) -> str:
    return name_of(request.headers.get("User-Agent", ""))


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _picture(user: User, secret: str) -> str:
    import segno

    from shared_apps.accounts.adapter import SecondStep

    out = io.BytesIO()
    code = segno.make(SecondStep().build_totp_url(user, secret), error="m")
    code.save(out, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, light="#fff", omitsize=False, nl=False)
    return mark_safe(out.getvalue().decode())  # noqa: S308 (made here, of modules and nothing else)
