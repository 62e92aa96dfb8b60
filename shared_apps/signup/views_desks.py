"""Where an address has desks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico import platform_tasks
from portico.errors import Invalid, TooMany
from shared_apps.mail.transport import sink
from shared_apps.signup import finding, guarding
from shared_apps.signup.forms import EmailForm
from shared_apps.signup.views import guarded

_PAGE = "signup/desks.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desks(request: HttpRequest) -> HttpResponse:
    """One answer for every address; the letter knows more."""
    form = EmailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return guarded(request, _PAGE, form, 422 if request.method == "POST" else 200)
    email = form.cleaned_data["email"]
    try:
        guarding.let_in(request, email, "desks")
    except (Invalid, TooMany) as no:
        return guarded(request, _PAGE, form, no.status, no)
    platform_tasks.find_desks.send(str(finding.ask(email).pk))
    return render(request, _PAGE, {"asked": email, "sink": sink() is not None})
