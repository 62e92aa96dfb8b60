"""A new password by mail, and the proof of an address. The pages never say whether an address has an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portico.errors import Missing, Refused, TooMany
from portico.throttle import place_of
from shared_apps.accounts import addresses, arriving, asked, guarding, notices, proofs
from shared_apps.accounts.confirming import minutes
from shared_apps.accounts.forms import AddressForm, PasswordForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Have a link sent to choose a new password with."""
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": request.GET.get("email")})
    if form.is_bound and form.is_valid():
        try:
            asked.ask(asked.RESET, form.cleaned_data["email"], place_of(request))
        except TooMany as no:
            form.add_error(None, f"That was too often. Please wait {minutes(no.seconds)} and try again.")
            response = render(request, "accounts/forgot.html", {"form": form}, status=429)
            response["Retry-After"] = str(no.seconds)
            return response
        return render(request, "accounts/forgot.html", {"form": form, "email": form.cleaned_data["email"]})
    return render(request, "accounts/forgot.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the link leads: a new password, and in, by way of the second step if there is one."""
    try:
        found = proofs.look_at(secret, proofs.RESET)
        form = PasswordForm(found.user, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            user = proofs.redeem(secret, proofs.RESET).user
            user = guarding.choose_password(request, user, form.cleaned_data["password"])
            addresses.prove(user)
            return arriving.arrive(request, user, how="reset")
    except Missing:
        return _over(request, "accounts:forgot", "Have another link sent")
    return render(request, "accounts/reset.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the proof of an address leads. Programs that look into mails open links, so a button does it."""
    try:
        found = proofs.look_at(secret, proofs.VERIFY)
        if request.method == "POST":
            found = proofs.redeem(secret, proofs.VERIFY)
            before = found.user.email
            addresses.prove(found.user, found.email)
            if before != found.email:
                words = f"Your account is used with another address from now on: {found.email}."
                notices.tell(request, found.user, words, to=before)
            messages.success(request, f"{found.email} is confirmed.")
            return redirect("accounts:security")
    except Missing:
        return _over(request, "accounts:security", "To your account")
    except Refused as no:
        return render(request, "accounts/over.html", {"words": no.message, "to": "accounts:security"}, status=409)
    return render(request, "accounts/verify.html", {"email": found.email})


def _over(request: HttpRequest, to: str, label: str) -> HttpResponse:
    return render(request, "accounts/over.html", {"words": proofs.OVER, "to": to, "label": label}, status=410)
