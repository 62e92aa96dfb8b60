"""How the company's mail leaves: how it does, from which address and by whom, and who gets none any more."""

from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico import mailing
from portico.errors import Invalid, Missing
from shared_apps.accounts.models import User
from shared_apps.mail import actions, health, senders, telling, transport
from shared_apps.mail.models import Outgoing, Sender, Suppressed
from shared_apps.mail.outcomes import LOST
from tenant_apps.desk.setup.pages import only_managers, problems_of, whole

_MOST_SHOWN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def overview(request: HttpRequest) -> HttpResponse:
    """Everything about mail that leaves. A post is a test mail, another sender, or an address that is forgiven."""
    match request.POST.get("do") if request.method == "POST" else "":
        case "test":
            to = User.objects.get(pk=request.actor.id).email
            actions.send_test("test", {"words": "It works."}, to, by=request.actor)
            messages.success(request, f"A test mail to {to} is on its way. Load this page again to see how it went.")
        case "lift":
            actions.lift(_key(request.POST.get("key", "")), by=request.actor)
            messages.success(request, "Mail goes to this address again.")
        case "sender":
            return _set(request)
        case _:
            return _page(request, senders.found())
    return redirect("setup:outgoing")


def _set(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").strip() for name in ("address", "provider", "key", "signing_key")}
    tracks = request.POST.get("tracks_opens") == "1"
    try:
        seen = whole(request.POST, "version")
        actions.set_sender(**typed, tracks_opens=tracks, by=request.actor, seen_version=seen)
    except Invalid as no:
        return _page(request, senders.found(), status=422, problems=problems_of(no), typed=typed)
    messages.success(request, "Mail leaves as you set it, from now on.")
    return redirect("setup:outgoing")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


def _page(request: HttpRequest, sender: Sender | None, status: int = 200, **more: Any) -> HttpResponse:
    kept = senders.secrets_of(sender) if sender else {}
    context = {
        "health": health.state(),
        "is_kept_here": transport.sink() is not None and not senders.url_of(sender),
        "shown_at": f"{request.scheme}://{django_settings.BASE_HOST}/mail/" if django_settings.SHOW_MAIL else "",
        "sender": sender,
        "version": sender.version if sender else 0,
        "typed": {"address": sender.address, "provider": sender.provider} if sender else {},
        "is_proven": bool(sender and senders.is_proven(sender)),
        "address": senders.address_of(sender),
        "record": senders.dkim_record(),
        "providers": senders.PROVIDERS,
        "has_key": bool(kept.get("key")),
        "has_signing_key": bool(kept.get("signing_key")),
        "told_at": _told_at(sender),
        "told_with": kept.get("told_with", ""),
        "lost": Outgoing.objects.filter(state__in=LOST).order_by("-created_at")[:10],
        "suppressed": Suppressed.objects.order_by("-at")[:_MOST_SHOWN],
        "problems": {},
    }
    return render(request, "setup/outgoing.html", context | more, status=status)


def _told_at(sender: Sender | None) -> str:
    """Where the service tells what became of a mail; empty for one that does not."""
    tells = sender is not None and sender.provider in telling.SERVICES
    return mailing.address(f"/mail/events/{sender.provider}") if sender and tells else ""
