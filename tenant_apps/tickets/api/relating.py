"""Tickets that have to do with each other or rest, for programs: merge, links, split, snooze, watchers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.idempotency import once
from portico.api.views import ApiView
from portico.errors import Invalid
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.api import found, shapes
from tenant_apps.tickets.api.bodies import DeskTicketBody, ticket_body
from tenant_apps.tickets.api.managing import AgentView
from tenant_apps.tickets.api.shapes import IDEMPOTENCY
from tenant_apps.tickets.models import Link, Ticket

TAGS = ["company desk, agents"]


def _described(name: str, summary: str, request: type[Any], status: int = 200) -> Callable[[Any], Any]:
    return extend_schema(
        operation_id=name,
        summary=summary,
        request=request,
        parameters=[IDEMPOTENCY],
        responses={status: DeskTicketBody},
        tags=TAGS,
    )


def _answer(ticket: Ticket, status: int = 200) -> Response:
    return Response(ticket_body(ticket, for_agent=True), status=status)


class Merge(AgentView):
    @_described("desk_merge", "Make one conversation of two; the answer is the ticket that stays", shapes.Merging)
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        into = found.ticket_named(self.actor, self.body(shapes.Merging)["into"], "into")
        return _answer(actions.merge(ticket, into, by=self.actor))


class Unmerge(AgentView):
    @_described("desk_unmerge", "Undo a merge: the ticket stands for itself again", shapes.Nothing)
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        self.body(shapes.Nothing)
        return _answer(actions.unmerge(ticket, by=self.actor))


class Split(AgentView):
    @_described("desk_split", "Make a ticket of its own out of a message", shapes.Splitting, 201)
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket, given = found.ticket(self.actor, id), self.body(shapes.Splitting)
        message = found.message(self.actor, ticket, given["message"])
        return _answer(actions.split(message, given["subject"], by=self.actor), 201)


class Snooze(AgentView):
    @_described("desk_snooze", "Let it rest until then, or until somebody writes", shapes.Rest)
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        return _answer(actions.snooze(ticket, self.body(shapes.Rest)["until"], by=self.actor))


class Wake(AgentView):
    @_described("desk_wake", "End its rest", shapes.Nothing)
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        self.body(shapes.Nothing)
        return _answer(actions.wake(ticket, by=self.actor))


class Watchers(ApiView):
    """Who follows a ticket. Oneself always; others are added by agents."""

    part = "tickets"

    @_described("desk_watch", "Follow a ticket, or not any more; agents also for others", shapes.Watching)
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket, given = found.ticket(self.actor, id), self.body(shapes.Watching)
        person: UUID = given.get("user") or self.actor.id  # type: ignore[assignment] # people have ids
        if person != self.actor.id:
            access.require(self.actor, "work", found.HOME)
            if person not in ticket.watchers:
                found.people([person], "user")
        ticket = actions.watch(ticket, person, given["is_watching"], by=self.actor)
        return Response(ticket_body(ticket, for_agent=access.is_agent(self.actor)))


class LinkBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ticket = serializers.UUIDField()
    other = serializers.UUIDField()
    other_number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Link.Kind.values)


class LinkList(serializers.Serializer[Any]):
    results = LinkBody(many=True)


class Links(AgentView):
    """What a ticket has to do with others, as far as whoever asks sees them."""

    @extend_schema(operation_id="desk_list_links", summary="The links of a ticket", responses=LinkList, tags=TAGS)
    def get(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        seen = Ticket.objects.visible_to(self.actor, found.HOME).values("pk")
        rows = Link.objects.filter(ticket=ticket.pk, other__in=seen).select_related("other").order_by("created_at")
        return Response({"results": [_link(row) for row in rows]})

    @extend_schema(
        operation_id="desk_link",
        summary="Say that one has to do with the other. Twice is once",
        request=shapes.Linking,
        parameters=[IDEMPOTENCY],
        responses={201: LinkBody},
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket, given = found.ticket(self.actor, id), self.body(shapes.Linking)
        other = found.ticket_named(self.actor, given["ticket"], "ticket")
        return Response(_link(actions.link(ticket, other, given["kind"], by=self.actor)), status=201)


class Unlink(AgentView):
    @_described("desk_unlink", "Take a link away", shapes.Unlinking)
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        wanted = self.body(shapes.Unlinking)["link"]
        row = Link.objects.filter(pk=wanted, ticket=ticket.pk).select_related("ticket", "other").first()
        if row is None:
            raise Invalid({"link": ["This ticket has no such link."]})
        actions.unlink(row, by=self.actor)
        return _answer(ticket)


def _link(row: Link) -> dict[str, Any]:
    return {
        "id": row.pk,
        "ticket": row.ticket_id,
        "other": row.other_id,
        "other_number": row.other.number,
        "kind": row.kind,
    }
