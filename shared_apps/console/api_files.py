"""Files of a ticket for the programs of staff: inside the company that they belong to."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.idempotency import once
from portico.api.views import ApiView
from shared_apps.console import desk
from tenant_apps.tickets import access
from tenant_apps.tickets.api import platform_files as files
from tenant_apps.tickets.api.bodies import FileBody, FilePage
from tenant_apps.tickets.api.files import FORM, Upload, held_back
from tenant_apps.tickets.api.platform_desk import IDEMPOTENCY, MessageBody
from tenant_apps.tickets.attachments import receive
from tenant_apps.visits import actions as visits

TAGS = ["console"]


class Uploads(ApiView):
    """Files that are not sent yet."""

    part = "tickets"

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="upload_for_answer",
        summary="Upload a file, to be named in `files` of an answer to this ticket within a day",
        request={FORM: Upload},
        parameters=[IDEMPOTENCY],
        responses={201: FileBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: int) -> HttpResponse:
        access.require(self.actor, "reply")
        row = desk.find(id, self.actor)  # before the body: what is wrong with that is told to those who may send it
        given = self.body(Upload)
        with desk.open_for(row, self.actor):
            kept = receive(given["file"], by=self.actor, desk=access.PLATFORM_DESK)
            return held_back(kept) or Response(files.shown(kept, ""), status=201)


class Files(ApiView):
    """What was sent along in a ticket."""

    part = "tickets"

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="list_row_files", summary="The files of a ticket", responses=FilePage, tags=TAGS)
    def get(self, request: Request, id: int) -> Response:
        access.require(self.actor, "see")
        with desk.open_for(desk.find(id, self.actor), self.actor) as ticket:
            visits.look(ticket, by=self.actor)
            return Response(files.listed(ticket, request, self.actor))

    @extend_schema(
        operation_id="answer_with_file",
        summary="Send a file in an answer of its own",
        request={FORM: files.Along},
        parameters=[IDEMPOTENCY],
        responses={201: MessageBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: int) -> HttpResponse:
        access.require(self.actor, "reply")
        row = desk.find(id, self.actor)
        given = self.body(files.Along)
        with desk.open_for(row, self.actor) as ticket:
            return files.sent(ticket, given, by=self.actor)


class OneFile(ApiView):
    """The way to a file."""

    part = "tickets"

    @extend_schema(
        operation_id="get_row_file",
        summary="Lead to a file by a link of a few minutes; the company reads of each download",
        responses={302: files.LEADS},
        tags=TAGS,
    )
    def get(self, request: Request, id: int, attachment_id: UUID) -> HttpResponse:
        access.require(self.actor, "see")
        with desk.open_for(desk.find(id, self.actor), self.actor) as ticket:
            return files.fetched(ticket, attachment_id, by=self.actor)
