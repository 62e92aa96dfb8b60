"""How it went, as a form says it: in the workspace of what Portico was asked, on the portal of what the company was."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portico.actor import Actor
from portico.errors import Invalid, Refused
from tenant_apps.desk.forms import ReplyForm
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket


def keep(
    request: HttpRequest, found: Ticket, address: str, show: Callable[..., HttpResponse], *, by: Actor
) -> HttpResponse:
    """Keep what was sent. `show(form, …)` draws the request again: what cannot be kept stays in its form, and words
    that come too late go into the reply (`form`; None for the usual one)."""
    said = {name: request.POST.get(name, "") for name in ("rating", "comment")}
    try:
        actions.rate(found, **said, by=by)
    except Invalid as no:
        return show(None, status=422, typed_rating=said | {"problems": no.fields})
    except Refused as refused:
        messages.error(request, refused.message)
        return show(ReplyForm(initial={"body": said["comment"]}), status=409)
    return redirect(f"{address}#rating")
