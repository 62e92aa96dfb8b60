"""Everybody's own notices, and the way out of them that stands in each letter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portico.pages import signed_in
from tenant_apps.notices import actions, stopping
from tenant_apps.notices.kinds import KINDS, for_role, wants
from tenant_apps.tickets import access

people = signed_in(*sorted(access.COMPANY | access.CUSTOMERS))


@require_http_methods(["GET", "HEAD", "POST"])
@people
def own(request: HttpRequest) -> HttpResponse:
    """Which mails this person gets."""
    if request.method == "POST":
        is_new = actions.choose(request.POST.getlist("notice"), by=request.actor)
        messages.success(request, "Your mails are as you chose them." if is_new else "Nothing was changed.")
        return redirect("notices:own")
    role, profile = request.actor.role, getattr(request, "profile", {})
    rows = [(one, wants(one.key, role, profile)) for one in for_role(role)]
    face = "desk" if role in access.COMPANY else "portal"
    return render(request, f"notices/own_{face}.html", {"rows": rows})


# Mail providers press the button for their users (RFC 8058), without a cookie and from no page of ours.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more notices of one kind; looking at the page alone changes nothing, since programs follow links in mails."""
    letter = stopping.letter_of(token)
    kind = KINDS.get(letter.facts.get("kind", ""))
    if request.method == "POST":
        stopping.stop(letter)
    context = {"kind": kind, "to": letter.to, "is_done": request.method == "POST"}
    return render(request, "notices/stop.html", context)
