"""Keys of the company for programs, the websites whose pages may use keys, and for its owner everybody's keys."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico.errors import Invalid
from shared_apps.accounts import access, keys
from shared_apps.accounts.confirming import surely
from shared_apps.accounts.forms import CompanyKeyForm
from shared_apps.accounts.models import Token
from tenant_apps.desk.setup.pages import done, lines, only_managers, problems_of, whole
from tenant_apps.tickets import actions, settings
from tenant_apps.tickets.actions import configuring

_MOST_SHOWN = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
@surely
def overview(request: HttpRequest) -> HttpResponse:
    """The keys there are, a form for another, and the list of websites. A new key is shown once, in this answer."""
    if request.method != "POST":
        return _page(request, CompanyKeyForm())
    if "origins" in request.POST:
        return _set_origins(request)
    form = CompanyKeyForm(request.POST)
    if form.is_valid():
        try:
            key, text = keys.make(form.wish(), by=request.actor)
            return _page(request, CompanyKeyForm(), made=key, text=text)
        except Invalid as no:
            form.refuse(no)
    return _page(request, form, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
@surely
def secret(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Another secret for a key; the address opened by hand leads back to the keys."""
    if request.method != "POST":
        return redirect("setup:keys")
    key, text = keys.rotate(key_id, by=request.actor)
    return _page(request, CompanyKeyForm(), made=key, text=text)


def _set_origins(request: HttpRequest) -> HttpResponse:
    typed = request.POST["origins"]
    try:
        seen = whole(request.POST, "version")
        event = actions.set_to("api_origins", lines(typed), by=request.actor, seen_version=seen)
    except Invalid as no:
        version = request.POST.get("version")
        return _page(
            request, CompanyKeyForm(), status=422, problems=problems_of(no), origins=typed.splitlines(), version=version
        )
    return done(request, event, "Pages of these websites may call from now on, and of no others.", "keys")


def _page(request: HttpRequest, form: CompanyKeyForm, status: int = 200, **more: object) -> HttpResponse:
    living = Token.objects.living().made_here().order_by("-created_at", "-id")
    is_owner = access.may(request.actor, "see_everybodys_keys")
    context = {
        "form": form,
        "rows": living.of_companies()[:_MOST_SHOWN],
        "personal": living.exclude(user=None).select_related("user")[:_MOST_SHOWN] if is_owner else [],
        "is_owner": is_owner,
        "most": keys.MOST_OF_A_COMPANY,
        "problems": {},
        "origins": settings.read("api_origins")["api_origins"],
        "version": configuring.version_of("api_origins"),
    }
    return render(request, "setup/keys.html", context | more, status=status)
