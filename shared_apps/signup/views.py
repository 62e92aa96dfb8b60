"""From the public site into a desk of one's own."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portico.errors import Invalid, Missing, TooMany
from portico.events import record
from portico.pages import render_part, wants_part
from portico.throttle import allow, place_of
from shared_apps.accounts import sessions
from shared_apps.accounts.actors import actor_of
from shared_apps.signup import actions, names, welcome
from shared_apps.signup.forms import SignupForm
from shared_apps.signup.models import WaitingSignup
from tenants.provision import NoReadySchema

_DESKS_FROM_ONE_PLACE, _DESKS_FOR_ONE_PERSON, _HOUR = 30, 5, 3600
_CHECKS, _MINUTE = 120, 60


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The public face with the signup form; a good one ends inside the new desk."""
    if request.method != "POST":
        return _page(request, SignupForm())
    form = SignupForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        allow("signup-from", place_of(request), _DESKS_FROM_ONE_PLACE, _HOUR)
        allow("signup-for", form.cleaned_data["email"].lower(), _DESKS_FOR_ONE_PERSON, _HOUR)
        return HttpResponseRedirect(_open_or_wait(form.cleaned_data))
    except Invalid as no:
        for field, texts in no.fields.items():
            form.add_error(field, texts)
        return _page(request, form, 422)
    except TooMany as no:
        form.add_error(None, "Many desks were opened from here lately. Please try again in an hour.")
        response = _page(request, form, 429)
        response["Retry-After"] = str(no.seconds)
        return response


def _open_or_wait(asked: dict[str, str]) -> str:
    """Where the browser goes next: into the desk, or to the page that waits for it."""
    try:
        return actions.sign_up(**asked).address
    except NoReadySchema:
        return reverse("signup:wait", args=[actions.wait(**asked).pk])


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
        address = actions.finish(key).address
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
    sessions.sign_in(request, owner)
    record("session.begin", owner, by=actor_of(owner), place=place_of(request))
    return redirect("desk:tickets")


def _page(request: HttpRequest, form: SignupForm, status: int = 200) -> HttpResponse:
    slug = names.tidy(form.data.get("slug", "")[:200]) if form.is_bound else ""
    problems = " ".join(map(str, form.errors.get("slug", ())))
    verdict = _verdict(slug) if slug else {"against": problems}
    return render(request, "signup/start.html", {"form": form, "slug": slug, **verdict}, status=status)
