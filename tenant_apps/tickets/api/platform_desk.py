"""The platform's desk for a company's programs: the shapes, and one view per address."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico import keyset
from portico.api.idempotency import HEADER, once
from portico.api.parsing import Number, Shape, Text
from portico.api.views import ApiView
from portico.database import current_company
from portico.errors import Missing
from tenant_apps.tickets import access, actions, priority, workflow
from tenant_apps.tickets.models import BODY_LENGTH, Message, Ticket

IDEMPOTENCY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="Sent again with the same key, a request has its first answer again and does nothing twice (24 hours).",
)


class ListQuery(Shape):
    """The parameters that every list takes."""

    limit = Number(from_text=True, min_value=1, max_value=keyset.MOST, default=keyset.LIMIT)
    cursor = Text(required=False, max_length=200)


class TicketQuery(ListQuery):
    status = serializers.ChoiceField(choices=workflow.KEYS, required=False)


def files() -> serializers.ListField:
    """Files that go along, by the ids of their uploads."""
    return serializers.ListField(
        child=serializers.UUIDField(), max_length=20, required=False, help_text="Files uploaded before."
    )


class NewTicket(Shape):
    subject = Text(max_length=60, help_text="A key of the subject catalogue.")
    sub_subject = Text(max_length=200, required=False, allow_blank=True, allow_null=True)
    description = Text(max_length=BODY_LENGTH)
    type = serializers.ChoiceField(choices=Ticket.Type.values, default=Ticket.Type.SUPPORT)
    urgency = serializers.ChoiceField(choices=priority.LEVELS, default=priority.DEFAULT)
    files = files()


class NewMessage(Shape):
    body = Text(max_length=BODY_LENGTH)
    files = files()


class MessageBody(serializers.Serializer[Any]):
    """What `message_body` answers."""

    id = serializers.UUIDField()
    ticket_id = serializers.UUIDField()
    sender_type = serializers.ChoiceField(choices=Message.Sender.values)
    sender_user_id = serializers.UUIDField(allow_null=True)
    sender_admin_id = serializers.UUIDField(allow_null=True)
    sender_name = serializers.CharField()
    body = serializers.CharField()
    created_at = serializers.DateTimeField()


class TicketBody(serializers.Serializer[Any]):
    """What `ticket_body` answers."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    company_id = serializers.IntegerField()
    created_by_user_id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=Ticket.Type.values)
    subject = serializers.CharField()
    sub_subject = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=workflow.KEYS)
    assigned_admin_id = serializers.UUIDField(allow_null=True)
    last_activity_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class TicketPage(serializers.Serializer[Any]):
    results = TicketBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class TicketWithMessages(TicketBody):
    messages = MessageBody(many=True)


class Tickets(ApiView):
    """The tickets of the company, and a way to open one."""

    part = "tickets"

    @extend_schema(
        operation_id="list_tickets",
        summary="Your company's tickets, latest activity first",
        parameters=[TicketQuery],
        responses=TicketPage,
        tags=["tickets"],
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see")
        query = self.query(TicketQuery)
        rows = Ticket.objects.visible_to(self.actor, Ticket.Desk.PLATFORM)
        if "status" in query:
            rows = rows.filter(status=query["status"])
        page = keyset.page(rows, key=UUID, cursor=query.get("cursor"), limit=query["limit"])
        company_id = current_company().id
        results = [ticket_body(row, company_id) for row in page.rows]
        return Response({"results": results, "next_cursor": page.next_cursor})

    @extend_schema(
        operation_id="open_ticket",
        summary="Open a ticket",
        request=NewTicket,
        parameters=[IDEMPOTENCY],
        responses={201: TicketWithMessages},
        tags=["tickets"],
    )
    @once
    def post(self, request: Request) -> Response:
        access.require(self.actor, "open")
        body = self.body(NewTicket)
        body["sub_subject"] = body.get("sub_subject") or ""
        ticket = actions.open_ticket(**body, by=self.actor)
        return Response(
            _with_messages(ticket), status=201, headers={"Location": f"{request.path.rstrip('/')}/{ticket.pk}"}
        )


class OneTicket(ApiView):
    """A ticket with everything said in it."""

    part = "tickets"

    @extend_schema(
        operation_id="get_ticket", summary="A ticket with its messages", responses=TicketWithMessages, tags=["tickets"]
    )
    def get(self, request: Request, id: UUID) -> Response:
        access.require(self.actor, "see")
        return Response(_with_messages(find(self, id)))


class Messages(ApiView):
    """What is said in a ticket."""

    part = "tickets"

    @extend_schema(
        operation_id="reply",
        summary="Reply (refused when the ticket is closed)",
        request=NewMessage,
        parameters=[IDEMPOTENCY],
        responses={201: MessageBody},
        tags=["tickets"],
    )
    @once
    def post(self, request: Request, id: UUID) -> Response:
        access.require(self.actor, "reply")
        ticket = find(self, id)
        message = actions.reply(ticket, **self.body(NewMessage), by=self.actor)
        return Response(message_body(message), status=201)


def ticket_body(ticket: Ticket, company_id: int) -> Mapping[str, Any]:
    """The ticket in the contract's words. Plain: building it through a serializer would double the cost of a list."""
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "company_id": company_id,
        "created_by_user_id": ticket.requester_id,
        "type": ticket.type,
        "subject": ticket.subject,
        "sub_subject": ticket.sub_subject or None,
        "status": ticket.status,
        "assigned_admin_id": ticket.assignee_id,
        "last_activity_at": ticket.last_activity_at,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "closed_at": ticket.closed_at,
    }


def message_body(message: Message) -> Mapping[str, Any]:
    """The message in the contract's words."""
    return {
        "id": message.pk,
        "ticket_id": message.ticket_id,
        "sender_type": message.sender_type,
        "sender_user_id": message.sender_user_id,
        "sender_admin_id": message.sender_admin_id,
        "sender_name": message.sender_name,
        "body": message.body,
        "created_at": message.created_at,
    }


def message_bodies(messages: Iterable[Message]) -> list[Mapping[str, Any]]:
    return [message_body(message) for message in messages]


def _with_messages(ticket: Ticket) -> Mapping[str, Any]:
    messages = message_bodies(ticket.messages.order_by("created_at", "id"))
    return {**ticket_body(ticket, current_company().id), "messages": messages}


def find(view: ApiView, id: UUID) -> Ticket:
    """The ticket, as far as it exists for who asks; Missing otherwise."""
    ticket = Ticket.objects.visible_to(view.actor, Ticket.Desk.PLATFORM).filter(pk=id).first()
    if ticket is None:
        raise Missing
    return ticket
