"""Changing something about a request from the panel beside it, and what is said of it afterwards."""

import json
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from portico import links, several
from portico.errors import Missing
from tenant_apps.desk.inbox import moves, thread
from tenant_apps.desk.inbox.controls import asked_in
from tenant_apps.desk.inbox.views import address, after, agents_only, go
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def do(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Change something about a request (`moves`)."""
    try:
        ticket = thread.find(request.actor, request_id)
    except Missing:
        raise Missing(message="There is nothing here for you. A colleague may have taken it meanwhile.") from None
    if request.method != "POST":
        return redirect(address(request, ticket.pk))
    if request.POST.get("do") == "fields":
        return _details(request, ticket)
    done = moves.make(request, ticket)
    if request.POST.get("do") == "unread":  # whoever stays would have read it at once
        messages.success(request, done)
        query = request.GET.urlencode()
        return go(request, links.to("desk:inbox") + (f"?{query}" if query else ""))
    return after(request, request_id, done)


def _details(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The custom fields. One answer may take others along, so there is a way back."""
    before, by = ticket.fields, request.actor
    now = actions.change(ticket, {"fields": asked_in(ticket.kind, request.POST, before)}, by=by)
    differ = [key for key in {**before, **now.fields} if before.get(key) != now.fields.get(key)]
    both = [{key: values.get(key) for key in differ} for values in (before, now.fields)]
    back = {"ticket": str(ticket.pk), "do": "fields", "value": json.dumps(both)}
    name = several.remember([back] if differ else [], by)
    query = urlencode({"undo": name, "back": address(request, ticket.pk)})
    return after(request, ticket.pk, "Details saved.", f"{links.to('desk:inbox:bulk')}?{query}" if name else "")
