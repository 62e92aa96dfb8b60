"""Signing out, and one's own keys."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portico import asks
from portico.errors import Invalid
from portico.events import record
from portico.pages import signed_in
from shared_apps.accounts import keys, sessions
from shared_apps.accounts.arriving import face_of
from shared_apps.accounts.confirming import surely
from shared_apps.accounts.forms import KeyForm
from shared_apps.accounts.models import Token


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. Signing out twice does no harm."""
    if request.actor.is_signed_in:
        record("session.end", None, by=request.actor)
    sessions.sign_out(request)
    return redirect(f"{reverse('accounts:login')}?out=1")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in()
@surely
def own_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys for programs. A new one is shown in the answer to its making, and never again."""
    is_staff = request.actor.is_staff
    if request.method != "POST":
        return _keys(request, KeyForm(is_staff=is_staff))
    form = KeyForm(request.POST, is_staff=is_staff)
    if form.is_valid():
        try:
            key, text = keys.make(form.wish(), by=request.actor)
            return _keys(request, KeyForm(is_staff=is_staff), made=key, text=text)
        except Invalid as no:
            form.refuse(no)
    return _keys(request, form, status=422)


@require_POST
@signed_in()
def end_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End one of one's own keys, or whichever one may end; back to the page it was ended from."""
    key = keys.revoke(key_id, by=request.actor)
    messages.success(request, f"“{key.label}” has ended. Programs that use it are turned away from now on.")
    return redirect("setup:keys" if key.user_id != request.actor.id else "accounts:keys")


def _keys(request: HttpRequest, form: KeyForm, status: int = 200, **made: object) -> HttpResponse:
    rows = Token.objects.living().made_here().filter(user_id=request.actor.id).order_by("-created_at", "-id")
    apps = [] if request.actor.is_staff else asks.apps_acting_for(request.actor)
    context = {"form": form, "rows": rows[: 2 * keys.MOST], "most": keys.MOST, "can_end": True, "apps": apps, **made}
    return render(request, f"accounts/keys_{face_of(request.actor.role)}.html", context, status=status)
