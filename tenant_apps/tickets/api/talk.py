"""What is said in tickets, for programs: messages, their files, and what happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico import clock, keyset
from portico.actor import Actor
from portico.api.idempotency import once
from portico.api.views import ApiView
from portico.database.kept import Kept
from portico.errors import Invalid
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.api import found, shapes
from tenant_apps.tickets.api.bodies import DeskMessageBody, DeskMessagePage, message_body
from tenant_apps.tickets.api.platform_desk import ListQuery
from tenant_apps.tickets.api.shapes import IDEMPOTENCY, one_of
from tenant_apps.tickets.attachments import attach
from tenant_apps.tickets.models import Message, Ticket

TAGS = ["company desk"]


class TicketMessages(ApiView):
    """What is said in one ticket."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_list_ticket_messages",
        summary="The messages of a ticket, the oldest first",
        parameters=[ListQuery],
        responses=DeskMessagePage,
        tags=TAGS,
    )
    def get(self, request: Request, id: UUID) -> Response:
        ticket, query = found.ticket(self.actor, id), self.query(ListQuery)
        return Response(page_of(ticket, self.actor, limit=query["limit"], cursor=query.get("cursor")))

    @extend_schema(
        operation_id="desk_reply",
        summary="Reply, or leave an internal note",
        request=shapes.DeskNewMessage,
        parameters=[IDEMPOTENCY],
        responses={201: DeskMessageBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: UUID) -> Response:
        access.require(self.actor, "see", found.HOME)
        # `reply` finds it through `visible_to` when it takes the lock: looking it up here would be a second time.
        ticket = Ticket(pk=id, desk=found.HOME)
        return Response(_said(ticket, self.body(shapes.DeskNewMessage), self.actor), status=201)


class Messages(ApiView):
    """What is said, wherever."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_list_messages",
        summary="The messages of a ticket, the oldest first; without one, all that you are told, the newest first",
        parameters=[shapes.OfTicketQuery],
        responses=DeskMessagePage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        query = self.query(shapes.OfTicketQuery)
        limit, cursor = query["limit"], query.get("cursor")
        if "ticket" in query:
            ticket = found.ticket(self.actor, query["ticket"])
            return Response(page_of(ticket, self.actor, limit=limit, cursor=cursor))
        seen = Ticket.objects.visible_to(self.actor, found.HOME)
        rows = Message.objects.filter(ticket__in=seen).told_to(self.actor)
        page = keyset.by_key(found.with_contact(rows), "created_at", key=UUID, cursor=cursor, limit=limit)
        return Response(_with_files(page))

    @extend_schema(
        operation_id="desk_post_message",
        summary="Reply in a ticket, or leave an internal note",
        request=shapes.NewMessageIn,
        parameters=[IDEMPOTENCY],
        responses={201: DeskMessageBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request) -> Response:
        access.require(self.actor, "reply", found.HOME)
        given = self.body(shapes.NewMessageIn)
        ticket = found.ticket(self.actor, given.pop("ticket"))
        return Response(_said(ticket, given, self.actor), status=201)


def page_of(ticket: Ticket, actor: Actor, *, limit: int, cursor: str | None = None) -> dict[str, Any]:
    """A page of what is said in a ticket and in those merged into it, the oldest first."""
    if not cursor:
        rows = _TOLD(actor.shape, limit + 1, me=actor.id, ticket=ticket.pk, now=clock.now())
        return _with_files(keyset.cut(rows, limit, "created_at"))
    told = found.with_contact(Message.objects.of(ticket).told_to(actor))
    return _with_files(keyset.ordered(told, "created_at", key=UUID, cursor=cursor, limit=limit))


def _told(shape: Actor, most: int, *, me: UUID, ticket: UUID, now: datetime) -> QuerySet[Message]:
    rows = Message.objects.of(Ticket(pk=ticket)).told_to(shape.who(me), now)
    told: QuerySet[Message] = found.with_contact(rows).order_by("created_at", "id")[:most]
    return told


_TOLD = Kept(_told, is_steady=True)


def _with_files(page: keyset.Page[Message]) -> dict[str, Any]:
    attach(page.rows)
    return {"results": [message_body(row) for row in page.rows], "next_cursor": page.next_cursor}


def words_of(given: dict[str, Any]) -> tuple[str, str]:
    """A text, or one with a look: one of the two, never both."""
    body, html = one_of(given, "body", "message") or "", given.get("html", "")
    if not body and not html:
        raise serializers.ValidationError({"body": ["This field is required."]})
    if body and html:
        raise Invalid({"html": ["Please send either a text or one with a look."]})
    return body, html


def _said(ticket: Ticket, given: dict[str, Any], by: Actor) -> dict[str, Any]:
    body, html = words_of(given)
    message = actions.reply(
        ticket,
        body,
        by=by,
        html=html,
        internal=_is_note(given),
        mentions=_mentioned(given, by),
        channel="api",
        **{name: given[name] for name in ("status", "seen_version", "seen_message", "files") if name in given},
    )
    if given.get("files"):
        attach([message])
    return message_body(message)


def _is_note(given: dict[str, Any]) -> bool:
    return bool(given.get("is_internal") or given.get("is_internal_note"))


def _mentioned(given: dict[str, Any], by: Actor) -> list[UUID]:
    """Colleagues who are named: agents alone name them, and only agents are named."""
    wanted = given.get("mentions", [])
    if not wanted:
        return []
    access.require(by, "work", found.HOME)
    known = set(found.accounts().filter(pk__in=wanted, role__in=access.COMPANY).values_list("pk", flat=True))
    if set(wanted) - known:
        raise Invalid({"mentions": ["Nobody who answers on this desk has this id."]})
    return list(dict.fromkeys(wanted))
