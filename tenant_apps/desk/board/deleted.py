"""What was deleted and is not erased yet: seen by managers alone, who can bring it back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portico import keyset
from portico.errors import Missing
from portico.pages import signed_in
from tenant_apps.journal.models import Event
from tenant_apps.tickets import access, actions, kinds
from tenant_apps.tickets.models import KEPT_FOR, Ticket


@require_safe
@signed_in(*sorted(access.MANAGERS))
def deleted(request: HttpRequest) -> HttpResponse:
    """The deleted requests, the latest first, each with who deleted it and until when it is kept."""
    rows = Ticket.objects.deleted_for(request.actor)
    page = keyset.ordered(rows, "-deleted_at", key=UUID, cursor=request.GET.get("cursor"))
    kinds.attach(page.rows, kinds.load())
    who = _who([one.pk for one in page.rows])
    context = {
        "rows": [(one, who.get(one.pk, ""), _until(one.deleted_at)) for one in page.rows],
        "next_cursor": page.next_cursor,
        "days": KEPT_FOR.days,
        "here": "inbox",
    }
    return render(request, "board/deleted.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(*sorted(access.MANAGERS))
def bring_back(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Put one back where it was, and open it."""
    if request.method != "POST":
        return redirect("desk:deleted")
    held = Ticket.objects.deleted_for(request.actor).filter(pk=request_id).first()
    if held is None:
        raise Missing(message="It is not among the deleted requests any more.")
    ticket = actions.bring_back(held, by=request.actor)
    messages.success(request, f"{ticket.number} is back where it was.")
    return redirect("desk:inbox:conversation", ticket.pk)


def _who(keys: list[UUID]) -> dict[Any, str]:
    """Who deleted each of them last."""
    events = Event.objects.filter(subject_id__in=keys, verb="ticket.delete").order_by("at", "id")
    return dict(events.values_list("subject_id", "actor_label"))


def _until(deleted_at: datetime | None) -> datetime | None:
    return deleted_at + KEPT_FOR if deleted_at else None
