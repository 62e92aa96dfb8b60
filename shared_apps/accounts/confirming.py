"""Before what cannot be taken back easily people prove once more that it is them.

That is for passwords, second steps, keys and exports. Whoever signed in or proved it a short while ago is not asked.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portico import referred
from portico.errors import Invalid, Missing, SignInNeeded, TooMany
from portico.pages import wants_part
from portico.throttle import allow
from shared_apps.accounts import arriving, factors, passkeys, sessions
from shared_apps.accounts.models import User

View = Callable[..., HttpResponse]
WRONG = "This is not right. Please type your password, or the code that your app shows now."
_FIELD, _PASSKEY = "confirm", "confirm_passkey"
_TRIES, _WINDOW = 10, 300


def surely(view: View) -> View:
    """The view's form is taken only from somebody who proved lately that it is really them; they are asked first.

    What they typed is carried along. Programs with a bearer token have no session that could prove anything.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or is_sure(request):
            return view(request, *args, **kwargs)
        if _FIELD in request.POST or _PASSKEY in request.POST:
            problem = _try(request)
            return _ask(request, problem) if problem else view(request, *args, **kwargs)
        return _ask(request)

    return guarded


def surely_looking(view: View) -> View:
    """The same for what is only looked at: by way of a page that asks and comes back."""
    return _surely(view, lambda request: str(request.get_full_path()))


def surely_taking(view: View) -> View:
    """The same for an export: the page comes back to where it was asked for, since a file leaves no page behind."""
    return _surely(view, _asked_from)


def _asked_from(request: HttpRequest) -> str:
    came_from = referred.split(request.headers.get("Referer", ""))
    return referred.path(came_from) if came_from.netloc == request.get_host() else "/"


def _surely(view: View, back: Callable[[HttpRequest], str]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_somebody = request.actor.is_signed_in or request.held
        if request.method == "POST" or not is_somebody or request.key is not None or is_sure(request):
            return view(request, *args, **kwargs)
        to = f"{reverse('accounts:confirm')}?{urlencode({'next': back(request)})}"
        if wants_part(request):
            return HttpResponse(status=204, headers={"HX-Redirect": to})
        return HttpResponseRedirect(to)

    return guarded


def somebody(view: View) -> View:
    """For whoever is signed in, and for those who are held until they have a second step."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_signed_in and not request.held:
            raise SignInNeeded
        return view(request, *args, **kwargs)

    return guarded


def is_sure(request: HttpRequest) -> bool:
    """Whether whoever asks proved it lately."""
    within = timedelta(minutes=settings.CONFIRM_AGAIN_MINUTES)
    return request.key is None and sessions.is_sure(request.session, within)


def person(request: HttpRequest) -> User:
    """The account behind the request; Missing for a company's key, which has none."""
    key = request.actor.id  # looking for the actor finds who is held, too
    found = request.held or User.objects.filter(pk=key, is_active=True).first()
    if found is None:
        raise Missing
    return found


@never_cache
@sensitive_post_parameters(_FIELD)
@require_http_methods(["GET", "HEAD", "POST"])
@somebody
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove it, and go on to where one was going."""
    if request.POST.get("ask") == "passkey":
        return JsonResponse(passkeys.ask(request, passkeys.SURE, person(request)))
    problem = _try(request) if _FIELD in request.POST or _PASSKEY in request.POST else ""
    if is_sure(request):
        return HttpResponseRedirect(arriving.next_of(request) or reverse("accounts:security"))
    return _ask(request, problem)


def _try(request: HttpRequest) -> str:
    """What is wrong with the proof; empty when it was right, and is remembered."""
    user = person(request)
    if request.key is not None:
        return WRONG
    try:
        allow("confirm", str(user.pk), _TRIES, _WINDOW)
        if request.POST.get(_PASSKEY):
            passkeys.prove(request, passkeys.SURE, request.POST[_PASSKEY], user)
        elif not _is_right(user, request.POST.get(_FIELD, "")):
            return WRONG
    except Invalid as no:
        return no.message
    except TooMany as no:
        return f"That was too often. Please wait {minutes(no.seconds)} and try again."
    sessions.be_sure(request.session)
    return ""


def _is_right(user: User, typed: str) -> bool:
    digits = "".join(typed.split())
    if digits.isdecimal() and len(digits) in (6, 8):  # no password is so short
        return bool(user.security.get("factors") and factors.check_code(user, digits))
    return len(typed) <= 200 and "\0" not in typed and user.check_password(typed)


def _ask(request: HttpRequest, problem: str = "") -> HttpResponse:
    user = person(request)
    own = {_FIELD, _PASSKEY, "csrfmiddlewaretoken"}
    carried = [(name, value) for name in request.POST if name not in own for value in request.POST.getlist(name)]
    context = {
        "carried": carried,
        "problem": problem,
        "action": request.get_full_path(),
        "has_password": user.has_usable_password(),
        "kinds": factors.kinds(user),
        **shell_of(request, user),
    }
    return render(request, "accounts/confirm.html", context, status=422 if problem else 200)


def shell_of(request: HttpRequest, user: User) -> dict[str, str]:
    """In which face the pages of an account are for whoever looks."""
    face = "portal" if request.held else arriving.face_of(user.role)
    return {"shell": f"base_{face}.html", "wrap": "stack" if face == "portal" else "page"}


def minutes(seconds: int) -> str:
    """So many seconds as one says them."""
    found = -(-seconds // 60)
    return "a minute" if found == 1 else f"{found} minutes"
