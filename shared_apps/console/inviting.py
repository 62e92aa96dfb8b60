"""Inviting somebody to the team, and joining it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portico.errors import Invalid, Missing
from shared_apps.accounts import arriving
from shared_apps.accounts.forms import JoinForm
from shared_apps.accounts.models import STAFF_ROLES
from shared_apps.console.forms import InviteForm
from shared_apps.console.team import leads_only
from shared_apps.staff import access, actions
from shared_apps.staff.models import INVITED_FOR, Invitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leads_only
def invite(request: HttpRequest) -> HttpResponse:
    """Ask for an invitation; then its link, the one time that it can be shown."""
    roles = [(key, label) for key, label in STAFF_ROLES.items() if access.reaches(request.actor, key)]
    form = InviteForm(roles, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made, code = actions.invite(**form.cleaned_data, by=request.actor)
            context = {"invitation": made, "role": STAFF_ROLES[made.role], "link": _link(code)}
            return render(request, "console/invited.html", context)
        except Invalid as refused:
            for name, words in refused.fields.items():
                form.add_error(name, words)
    context = {"form": form, "days": INVITED_FOR.days}
    return render(request, "console/invite.html", context, status=422 if form.errors else 200)


@require_POST
@leads_only
def revoke(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    found = Invitation.objects.filter(pk=invitation_id).first()
    if found is None:
        raise Missing
    actions.revoke(found, by=request.actor)
    messages.success(request, f"The invitation of {found.email} leads nowhere any more.")
    return redirect("console:team")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Where an invitation leads: choose a name and a password, and be signed in."""
    found = actions.look_at(code)
    form = JoinForm(found.email, request.POST if request.method == "POST" else None)
    if form.is_valid():
        user = actions.accept(code, **form.cleaned_data)
        return arriving.let_in(request, user, how="invitation")
    context = {"form": form, "invitation": found, "role": STAFF_ROLES[found.role]}
    return render(request, "console/join.html", context, status=422 if form.errors else 200)


def _link(code: str) -> str:
    """On the console's own host, as it is known here; never as a request calls it."""
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://console.{settings.BASE_HOST}{reverse('console:join', args=[code])}"
