"""Files of a ticket for staff: taken in and led to inside the company that they belong to."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shared_apps.console import desk
from shared_apps.console.guards import staff_only
from shared_apps.console.models import TicketIndex
from tenant_apps.desk import files
from tenant_apps.desk.forms import KeyedForm
from tenant_apps.tickets import access
from tenant_apps.tickets.attachments import views as attachments
from tenant_apps.tickets.models import Attachment


@require_POST
@staff_only
def upload(request: HttpRequest, index_id: int) -> HttpResponse:
    """Take one file in for an answer to this ticket."""
    with desk.open_for(desk.find(index_id, request.actor), request.actor):
        return attachments.taken(request, access.PLATFORM_DESK)


@require_safe
@staff_only
def fetch(request: HttpRequest, index_id: int, attachment_id: UUID, purpose: str = "download") -> HttpResponse:
    """Lead to a file of this ticket, or one of one's own that is not sent yet. The company reads of each download."""
    with desk.open_for(desk.find(index_id, request.actor), request.actor) as ticket:
        here = Attachment.objects.filter(Q(ticket=ticket) | Q(ticket=None), pk=attachment_id)
        return attachments.led_to(here, purpose, by=request.actor)


def take(request: HttpRequest, index_id: int, form: KeyedForm) -> list[UUID]:
    """The files that came with a form of this ticket, kept in its company."""
    with desk.open_for(desk.find(index_id, request.actor), request.actor):
        return files.take(request, form, access.PLATFORM_DESK)


def beside(request: HttpRequest, row: TicketIndex, keys: Sequence[UUID]) -> dict[str, object]:
    """What templates need: where this ticket's files are, and which of one's own wait to be sent."""
    at = reverse("console:upload", args=[row.pk]).removesuffix("upload")
    if not keys:
        return {"files_at": at, "waiting": []}
    with desk.open_for(row, request.actor):
        return {"files_at": at, "waiting": files.waiting(keys, request)}
