"""Files for programs: uploaded first and sent with a message afterwards, or both at once."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api import problems
from portico.api.idempotency import once
from portico.api.parsing import Shape, Text
from portico.api.views import ApiView
from portico.errors import Invalid
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.api import found
from tenant_apps.tickets.api.bodies import DeskMessageBody, FileBody, FilePage, file_body, message_body
from tenant_apps.tickets.api.shapes import IDEMPOTENCY
from tenant_apps.tickets.attachments import attach, receive, require_taken
from tenant_apps.tickets.models import BODY_LENGTH, Attachment, Message

TAGS = ["company desk"]
FORM = "multipart/form-data"


class Upload(Shape):
    file = serializers.FileField(max_length=255)


class UploadWithWords(Upload):
    message = Text(max_length=BODY_LENGTH, required=False, help_text="Without it, the name of the file.")
    is_internal = serializers.BooleanField(default=False, help_text="A note for agents.")


class Uploads(ApiView):
    """Files that are not sent yet."""

    part = "tickets"

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="desk_upload",
        summary="Upload a file, to be named in `files` of a message within a day",
        request={FORM: Upload},
        parameters=[IDEMPOTENCY],
        responses={201: FileBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request) -> HttpResponse:
        access.require(self.actor, "reply", found.HOME)
        kept = receive(self.body(Upload)["file"], by=self.actor)
        return held_back(kept) or Response(file_body(kept), status=201)


class Files(ApiView):
    """What was sent along in a ticket."""

    part = "tickets"

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="desk_list_files", summary="The files of a ticket", responses=FilePage, tags=TAGS)
    def get(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        messages = Message.objects.of(ticket).told_to(self.actor).order_by()
        rows = Attachment.objects.filter(message__in=messages.values("pk")).order_by("created_at", "id")
        return Response({"results": [file_body(row) for row in rows]})

    @extend_schema(
        operation_id="desk_add_file",
        summary="Send a file in a message of its own",
        request={FORM: UploadWithWords},
        parameters=[IDEMPOTENCY],
        responses={201: DeskMessageBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: UUID) -> HttpResponse:
        ticket, given = found.ticket(self.actor, id), self.body(UploadWithWords)
        kept = receive(given["file"], by=self.actor)
        if held := held_back(kept):
            return held
        body, internal = given.get("message", kept.name), given["is_internal"]
        message = actions.reply(ticket, body, internal=internal, files=[kept.pk], channel="api", by=self.actor)
        attach([message])
        return Response(message_body(message), status=201)


def held_back(kept: Attachment) -> HttpResponse | None:
    """The refusal of what the scanner found. It is told, not raised: the file stays in quarantine."""
    try:
        require_taken(kept)
    except Invalid as refused:
        return problems.of(refused)
    return None
