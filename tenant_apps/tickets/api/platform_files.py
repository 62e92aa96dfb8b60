"""Files between a company and Portico, for programs of both: uploaded, sent along, listed, fetched by short links."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portico.actor import Actor
from portico.api.idempotency import once
from portico.api.parsing import Text
from portico.api.views import ApiView
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.api.bodies import FileBody, FilePage, file_body
from tenant_apps.tickets.api.files import FORM, Upload, held_back
from tenant_apps.tickets.api.platform_desk import IDEMPOTENCY, MessageBody, find, message_body
from tenant_apps.tickets.attachments import receive
from tenant_apps.tickets.attachments.views import led_to
from tenant_apps.tickets.models import BODY_LENGTH, Attachment, Message, Ticket

TAGS = ["tickets"]
LEADS = OpenApiResponse(description="`Location` is the file itself, for a few minutes.")


class Along(Upload):
    body = Text(max_length=BODY_LENGTH, required=False, help_text="Without it, the name of the file.")


class Uploads(ApiView):
    """Files that are not sent yet."""

    part = "tickets"

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="upload_file",
        summary="Upload a file, to be named in `files` of a ticket or message within a day",
        request={FORM: Upload},
        parameters=[IDEMPOTENCY],
        responses={201: FileBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request) -> HttpResponse:
        access.require(self.actor, "reply")
        kept = receive(self.body(Upload)["file"], by=self.actor, desk=access.PLATFORM_DESK)
        at = f"{request.path.rstrip('/').removesuffix('/attachments')}/tickets"
        return held_back(kept) or Response(shown(kept, at), status=201)


class Files(ApiView):
    """What was sent along in a ticket."""

    part = "tickets"

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="list_files", summary="The files of a ticket", responses=FilePage, tags=TAGS)
    def get(self, request: Request, id: UUID) -> Response:
        access.require(self.actor, "see")
        return Response(listed(find(self, id), request, self.actor))

    @extend_schema(
        operation_id="add_file",
        summary="Send a file in a message of its own",
        request={FORM: Along},
        parameters=[IDEMPOTENCY],
        responses={201: MessageBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: UUID) -> HttpResponse:
        access.require(self.actor, "reply")
        return sent(find(self, id), self.body(Along), by=self.actor)


class OneFile(ApiView):
    """The way to a file."""

    part = "tickets"

    @extend_schema(
        operation_id="get_file",
        summary="Lead to a file by a link of a few minutes; each download is written down",
        responses={302: LEADS},
        tags=TAGS,
    )
    def get(self, request: Request, id: UUID, attachment_id: UUID) -> HttpResponse:
        access.require(self.actor, "see")
        return fetched(find(self, id), attachment_id, by=self.actor)


def sent(ticket: Ticket, given: dict[str, Any], *, by: Actor) -> HttpResponse:
    """A file in a message of its own, or the refusal of it."""
    kept = receive(given["file"], by=by, desk=access.PLATFORM_DESK)
    if held := held_back(kept):
        return held
    message = actions.reply(ticket, given.get("body", kept.name), files=[kept.pk], channel="api", by=by)
    return Response(message_body(message), status=201)


def listed(ticket: Ticket, request: Request, actor: Actor) -> dict[str, Any]:
    """The files of the messages that the actor is told, the oldest first."""
    at = request.path.rstrip("/").rpartition("/tickets/")[0] + "/tickets"
    key = request.path.rstrip("/").rpartition("/tickets/")[2].partition("/")[0]
    return {"results": [shown(row, at, key) for row in _of(ticket, actor).order_by("created_at", "id")]}


def shown(file: Attachment, at: str, key: str = "") -> dict[str, Any]:
    """A file, and where it is fetched; nowhere before it was sent."""
    return file_body(file) | {"url": f"{at}/{key}/attachments/{file.pk}" if key else ""}


def fetched(ticket: Ticket, attachment_id: UUID, *, by: Actor) -> HttpResponse:
    """The way to one file of this ticket; Missing for every other."""
    return led_to(Attachment.objects.filter(ticket=ticket, pk=attachment_id), "download", by=by)


def _of(ticket: Ticket, actor: Actor) -> QuerySet[Attachment]:
    messages = Message.objects.of(ticket).told_to(actor).order_by()
    return Attachment.objects.filter(message__in=messages.values("pk"))
