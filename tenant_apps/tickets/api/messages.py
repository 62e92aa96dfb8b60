"""One message for programs: read, changed by who wrote it, and the signs that people put on it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portico.actor import Actor
from portico.api.idempotency import once
from portico.api.views import ApiView
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.api import found, shapes
from tenant_apps.tickets.api.bodies import DeskMessageBody, DeskMessageInFull, message_body
from tenant_apps.tickets.api.shapes import IDEMPOTENCY
from tenant_apps.tickets.api.talk import words_of
from tenant_apps.tickets.attachments import attach
from tenant_apps.tickets.models import Message

TAGS = ["company desk"]


class OneMessage(ApiView):
    """A message, and what stood there before it was changed."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_get_message",
        summary="A message; agents are told what stood there before",
        responses=DeskMessageInFull,
        tags=TAGS,
    )
    def get(self, request: Request, message_id: UUID) -> Response:
        return Response(_in_full(found.said(self.actor, message_id), self.actor))

    @extend_schema(
        operation_id="desk_edit_message",
        summary="Change a message: for who wrote it, and managers. What stood there before is kept",
        request=shapes.MessageChange,
        responses=DeskMessageInFull,
        tags=TAGS,
    )
    def patch(self, request: Request, message_id: UUID) -> Response:
        message = found.said(self.actor, message_id)
        body, html = words_of(self.body(shapes.MessageChange))
        actions.edit(message, body, by=self.actor, html=html)
        return Response(_in_full(found.said(self.actor, message_id), self.actor))


class Reactions(ApiView):
    """Signs on a message. Putting one on, or taking it away, twice is as good as once."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_react",
        summary="Put a sign on a message",
        request=shapes.Sign,
        parameters=[IDEMPOTENCY],
        responses=DeskMessageBody,
        tags=TAGS,
    )
    @once
    def post(self, request: Request, message_id: UUID) -> Response:
        return self._react(message_id, self.body(shapes.Sign)["sign"], on=True)

    @extend_schema(
        operation_id="desk_take_reaction_away",
        summary="Take your sign away from a message",
        parameters=[shapes.Sign],
        responses=DeskMessageBody,
        tags=TAGS,
    )
    def delete(self, request: Request, message_id: UUID) -> Response:
        return self._react(message_id, self.query(shapes.Sign)["sign"], on=False)

    def _react(self, message_id: UUID, sign: str, *, on: bool) -> Response:
        actions.react(found.said(self.actor, message_id), sign, by=self.actor, on=on)
        message = found.said(self.actor, message_id)
        attach([message])
        return Response(message_body(message))


def _in_full(message: Message, actor: Actor) -> dict[str, Any]:
    attach([message])
    body = message_body(message)
    return body | {"edits": message.edits} if access.is_agent(actor) else body
