"""From the public site into a desk of one's own."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portico.errors import Invalid, Missing, Refused, TooMany
from portico.pages import render_part, wants_part
from portico.throttle import allow, place_of
from shared_apps.accounts import arriving
from shared_apps.mail.transport import sink
from shared_apps.signup import actions, beginning, guarding, names, welcome
from shared_apps.signup.forms import CodeForm, EmailForm, NameForm, OwnerForm
from shared_apps.signup.models import WaitingSignup, Wish
from tenants.provision import NoReadySchema

_CHECKS, _OPENED, _MINUTE, _HOUR = 120, 60, 60, 3600
TOO_OFTEN = "That was asked for from here often lately. Please try again in an hour."


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The public face: whoever wants a desk says where letters reach them."""
    form = EmailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return guarded(request, "signup/start.html", form, 422 if request.method == "POST" else 200)
    try:
        guarding.let_in(request, form.cleaned_data["email"], "signup")
        return redirect("signup:at", beginning.begin(form.cleaned_data["email"]).key)
    except (Invalid, TooMany) as no:
        return guarded(request, "signup/start.html", form, no.status, no)


def guarded(
    request: HttpRequest, page: str, form: EmailForm, status: int = 200, no: Invalid | TooMany | None = None
) -> HttpResponse:
    """A form that machines would like to send, with what stands against it."""
    if isinstance(no, Invalid):
        _mark(form, no)
    elif no is not None:
        form.add_error(None, TOO_OFTEN)
    work = {"work": guarding.challenge(), "bits": guarding.BITS, "hidden": guarding.HIDDEN}
    response = render(request, page, {"form": form, **work}, status=status)
    if isinstance(no, TooMany):
        response["Retry-After"] = str(no.seconds)
    return response


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def at(request: HttpRequest, key: str) -> HttpResponse:
    """A signup on its way, at the step where it stands. Who knows the key is who began it."""
    wish = Wish.objects.current().filter(key=key).first()
    if wish is None:
        return render(request, "signup/lost.html", status=404)
    if wish.step == "stands":
        return render(request, "signup/stands.html", {"home": beginning.home_of(wish)})
    if request.method != "POST":
        return _step(request, wish)
    do = _DOES.get(request.POST.get("do", ""))
    if do is None:
        return _step(request, wish, status=422)
    try:
        return do(request, wish)
    except Refused as no:
        form = _FORMS[wish.step](request.POST)
        form.add_error(None, no.message)
        return _step(request, wish, form, 409)


def _prove(request: HttpRequest, wish: Wish) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            allow("signup-code-from", place_of(request), _CHECKS, _HOUR)
            return redirect("signup:at", beginning.prove(wish.key, form.cleaned_data["code"]).key)
        except Invalid as no:
            _mark(form, no)
        except TooMany:
            form.add_error(None, TOO_OFTEN)
    return _step(request, wish, form, 422)


def _again(request: HttpRequest, wish: Wish) -> HttpResponse:
    guarding.one_more_letter(wish.email, "signup")
    beginning.send_again(wish.key)
    return redirect("signup:at", wish.key)


def _name(request: HttpRequest, wish: Wish) -> HttpResponse:
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            beginning.name_desk(wish.key, **form.cleaned_data)
            return redirect("signup:at", wish.key)
        except Invalid as no:
            _mark(form, no)
    return _step(request, wish, form, 422)


def _back(request: HttpRequest, wish: Wish) -> HttpResponse:
    beginning.name_desk(wish.key, wish.name, "")
    return redirect("signup:at", wish.key)


def _own(request: HttpRequest, wish: Wish) -> HttpResponse:
    form = OwnerForm(request.POST, email=wish.email)
    if not form.is_valid():
        return _step(request, wish, form, 422)
    try:
        allow("signup-open", place_of(request), _OPENED, _HOUR)
        found = beginning.open_desk(wish.key, form.cleaned_data["owner_name"], form.cleaned_data["password"])
    except Invalid as no:  # somebody took the address meanwhile
        taken = NameForm({"name": wish.name, "slug": wish.slug})
        _mark(taken, no)
        return _step(request, beginning.name_desk(wish.key, wish.name, ""), taken, 422)
    except TooMany:
        form.add_error(None, TOO_OFTEN)
        return _step(request, wish, form, 429)
    if isinstance(found, WaitingSignup):
        return redirect("signup:wait", found.pk)
    return HttpResponseRedirect(found.address)


_FORMS: dict[str, Any] = {"code": CodeForm, "name": NameForm, "owner": OwnerForm}
_DOES: dict[str, Callable[[HttpRequest, Wish], HttpResponse]] = {
    "code": _prove,
    "again": _again,
    "name": _name,
    "back": _back,
    "owner": _own,
}


def _step(request: HttpRequest, wish: Wish, form: Any = None, status: int = 200) -> HttpResponse:
    """The page of the step where the signup stands."""
    if form is None or type(form) is not _FORMS[wish.step]:
        form = _FORMS[wish.step](initial={"name": wish.name})
    context = {"wish": wish, "step": wish.step, "form": form}
    if wish.step == "code":
        context |= {"sink": sink() is not None, "again": wish.letters < beginning.LETTERS}
    elif wish.step == "name":
        slug = names.tidy(str(form["slug"].value() or "")[:200]) or names.suggest(wish.name)
        wrong = " ".join(map(str, form.errors.get("slug", ()))) if form.is_bound else ""
        context |= {"slug": slug, **(_verdict(slug) if slug else {"against": wrong})}
    else:
        context |= {"terms_url": settings.TERMS_URL or reverse("signup:terms")}
    return render(request, f"signup/{wish.step}.html", context, status=status)


def _mark(form: Any, no: Invalid) -> None:
    for field, texts in no.fields.items():
        form.add_error(field if field in form.fields else None, texts)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest, code: str) -> HttpResponse:
    """Where a letter leads. Programs open links, too, so a button goes on."""
    wish = beginning.of_link(code)
    if wish is None:
        return render(request, "signup/lost.html", status=404)
    if wish.step == "stands":
        return render(request, "signup/stands.html", {"home": beginning.home_of(wish)})
    if request.method != "POST":
        return render(request, "signup/link.html", {"wish": wish, "token": code})
    return redirect("signup:at", beginning.go_on(code).key)


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of this installation."""
    if settings.TERMS_URL:
        return HttpResponseRedirect(settings.TERMS_URL)
    return render(request, "signup/terms.html", {"version": settings.TERMS_VERSION})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Whether an address can be had, said while it is typed; made from the company's name while it is empty."""
    allow("signup-check", place_of(request), _CHECKS, _MINUTE)
    slug = names.tidy(request.GET.get("slug", "")[:200]) or names.suggest(request.GET.get("name", "")[:200])
    return render(request, "signup/_slug.html", {"slug": slug, **_verdict(slug)})


def _verdict(slug: str) -> dict[str, object]:
    """What the page says below the address."""
    against = names.problem(slug) if slug else ""
    is_free = bool(slug) and not against and actions.is_free(slug)
    is_taken = bool(slug) and not against and not is_free
    near = [one for one in names.alternatives(slug) if actions.is_free(one)] if is_taken else []
    return {"against": actions.TAKEN if is_taken else against, "is_free": is_free, "near": near[:2]}


@never_cache
@require_safe
def preparing(request: HttpRequest, key: str) -> HttpResponse:
    """The page that waits for a schema: it looks again by itself and moves on when the desk is open."""
    try:
        address = beginning.finish(key).address
    except NoReadySchema:
        waiting = WaitingSignup.objects.get(pk=key)
        before = WaitingSignup.objects.current().filter(created_at__lt=waiting.created_at).count()
        if wants_part(request) and request.GET.get("before") == str(before):
            return HttpResponse(status=204)
        context = {"asked": waiting, "before": before}
        return render_part(request, "signup/preparing.html", "signup/_preparing.html", context)
    except Invalid:
        return render(request, "signup/lost.html", status=409)
    except Missing:
        return render(request, "signup/lost.html", status=404)
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@never_cache
@require_safe
def come_in(request: HttpRequest, code: str) -> HttpResponse:
    """On the company's host: the owner of a new desk is signed in, once."""
    owner = welcome.redeem(code)
    if owner is None:
        return render(request, "signup/used.html", status=410)
    return arriving.let_in(request, owner, how="signup", wanted=reverse("setup:start"))
