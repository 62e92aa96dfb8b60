"""Joining with an invitation, and one's own profile."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portico import asks
from portico.errors import Invalid, Missing, Refused
from portico.pages import signed_in
from shared_apps.accounts import arriving
from shared_apps.accounts.arriving import face_of
from shared_apps.accounts.forms import JoinForm
from shared_apps.accounts.models import User
from tenant_apps.people import access, actions
from tenant_apps.people.forms import DAYS, MOST_NOTE, MOST_SIGNATURE, ProfileForm, zones
from tenant_apps.tickets import access as desk


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Where an invitation leads: choose a name and a password, or a provider (`sso:invited`), and be signed in. Every
    code that is no longer good is as if there had been none: nobody guesses 256 bits."""
    found, role = actions.look_at(code)
    is_elsewhere = bool(asks.sign_in_elsewhere(User(email=found.email, role=role.base)))
    if is_elsewhere and request.method == "POST":
        raise Refused("sign_in_elsewhere", "People with your address do not come in with a password here.")
    form = JoinForm(found.email, request.POST if request.method == "POST" else None, initial={"name": found.name})
    if form.is_valid():
        user = actions.accept(code, **form.cleaned_data)
        return arriving.let_in(request, user, how="invitation")
    context = {"form": form, "invitation": found, "role": role, "code": code, "is_elsewhere": is_elsewhere}
    return render(request, "people/join.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(*sorted(access.EVERYBODY))
def profile(request: HttpRequest) -> HttpResponse:
    """What one says of oneself."""
    person = _oneself(request)
    answers = person.role in desk.COMPANY
    form = ProfileForm(person, request.POST if request.method == "POST" else None, answers=answers)
    problems: dict[str, str] = {}
    if form.is_valid():
        try:
            event = actions.change_profile(form.given(), by=request.actor)
            (messages.success if event else messages.info)(request, "Saved." if event else "Nothing was changed.")
            return _kept(redirect("people:profile"), form.cleaned_data["zone"])
        except Invalid as no:
            problems = form.refuse(no)
    return _page(request, person, form, problems)


@require_POST
@signed_in(*sorted(access.EVERYBODY))
def photo(request: HttpRequest) -> HttpResponse:
    """Show another picture of oneself, or none."""
    person = _oneself(request)
    file = request.FILES.get("photo")
    try:
        if file is None and "without" not in request.POST:
            raise Invalid({"photo": ["Please choose a picture first."]})
        actions.set_photo(file, by=request.actor)
    except Invalid as no:
        problems = {part: " ".join(words) for part, words in no.fields.items()}
        answers = person.role in desk.COMPANY
        return _page(request, person, ProfileForm(person, answers=answers), problems)
    messages.success(request, "Your picture is shown from now on." if file else "Your initials are shown from now on.")
    return redirect("people:profile")


def _oneself(request: HttpRequest) -> User:
    person = User.objects.filter(pk=request.actor.id).first()
    if person is None:
        raise Missing
    return person


def _page(request: HttpRequest, person: User, form: ProfileForm, problems: dict[str, str]) -> HttpResponse:
    sent = request.POST if form.is_bound else None
    shown = person.profile
    out, hours = shown.get("out") or {}, shown.get("hours") or {}
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "problems": problems,
        "answers": person.role in desk.COMPANY,
        "out": {name: sent.get(f"out-{name}", "") for name in ("from", "until", "note")} if sent else out,
        "hours": {name: sent.get(f"hours-{name}", "") for name in ("from", "to")} if sent else hours,
        "chosen": sent.getlist("days") if sent else [str(one) for one in hours.get("days", ())],
        "signature": sent.get("signature", "") if sent else shown.get("signature", ""),
        "days": [(str(number), name) for number, name in enumerate(DAYS)],
        "zones": zones(),
        "most_note": MOST_NOTE,
        "most_signature": MOST_SIGNATURE,
    }
    status = 422 if problems or form.errors else 200
    return render(request, f"people/profile_{face_of(person.role)}.html", context, status=status)


def _kept(response: HttpResponse, zone: str) -> HttpResponse:
    """The chosen clock holds at once; without one, the browser's own is asked again."""
    if zone:
        response.set_cookie("zone", zone, max_age=365 * 86_400, samesite="Lax")
    else:
        response.delete_cookie("zone")
    return response
