"""The company's tickets for its programs: those of customers, members, agents and managers alike."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.idempotency import once
from portico.api.views import ApiView
from portico.errors import Forbidden
from tenant_apps.tickets import access, actions, kinds
from tenant_apps.tickets.api import changes, found, listing, shapes, talk
from tenant_apps.tickets.api.bodies import (
    DeskTicketBody,
    DeskTicketPage,
    DeskTicketWithMessages,
    status_bodies,
    ticket_body,
)
from tenant_apps.tickets.api.shapes import IDEMPOTENCY, one_of
from tenant_apps.tickets.models import Ticket

TAGS = ["company desk"]
_ONLY_AGENTS = ("importance", "tags")
_NOT_THEIRS = {Ticket.Channel.EMAIL, Ticket.Channel.SYSTEM}  # ways in that say that something was proven


class Tickets(ApiView):
    """The tickets there are for whoever asks, and a way to open one."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_list_tickets",
        summary="Tickets that you can see, latest activity first",
        parameters=[shapes.AgentQuery],
        responses=DeskTicketPage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        shape = shapes.AgentQuery if access.is_agent(self.actor) else shapes.TicketQuery
        return Response(listing.page(self.actor, self.query(shape)))

    @extend_schema(
        operation_id="desk_open_ticket",
        summary="Open a ticket",
        request=shapes.DeskNewTicket,
        parameters=[IDEMPOTENCY],
        responses={201: DeskTicketWithMessages},
        tags=TAGS,
    )
    @once
    def post(self, request: Request) -> Response:
        access.require(self.actor, "open", found.HOME)
        ticket = opened(self.body(shapes.DeskNewTicket), self)
        where = f"{request.path.rstrip('/')}/{ticket.pk}"
        return Response(in_full(ticket, self), status=201, headers={"Location": where})


class OneTicket(ApiView):
    """A ticket with what is said in it."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_get_ticket",
        summary="A ticket with its messages",
        responses=DeskTicketWithMessages,
        tags=TAGS,
    )
    def get(self, request: Request, id: UUID) -> Response:
        return Response(in_full(found.ticket(self.actor, id), self))

    @extend_schema(
        operation_id="desk_change_ticket",
        summary="Change a ticket: for who works on it, and managers. Requesters change the status alone",
        request=shapes.Change,
        responses=DeskTicketBody,
        tags=TAGS,
    )
    def patch(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        ticket = changes.apply(ticket, self.body(shapes.Change), by=self.actor)
        return Response(ticket_body(ticket, for_agent=access.is_agent(self.actor)))

    @extend_schema(
        operation_id="desk_delete_ticket",
        summary="Delete a ticket: for managers, who can bring it back for thirty days",
        responses={204: None},
        tags=TAGS,
    )
    def delete(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        access.require(self.actor, "delete", found.HOME)
        self.body(shapes.Nothing)
        actions.delete(ticket, by=self.actor)
        return Response(status=204)


class Status(ApiView):
    """Where a ticket stands."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_set_status",
        summary="Move a ticket on. Requesters close, and reopen what is solved",
        request=shapes.DeskStatusChange,
        responses=DeskTicketBody,
        tags=TAGS,
    )
    def put(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        ticket = actions.change_status(ticket, **self.body(shapes.DeskStatusChange), by=self.actor)
        return Response(ticket_body(ticket, for_agent=access.is_agent(self.actor)))


class Rating(ApiView):
    """How it went."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_rate",
        summary="Say how it went: for the requester, while a ticket is solved or closed, for thirty days",
        request=shapes.Rated,
        responses=DeskTicketBody,
        tags=TAGS,
    )
    def put(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        ticket = actions.rate(ticket, **self.body(shapes.Rated), by=self.actor)
        return Response(ticket_body(ticket, for_agent=access.is_agent(self.actor)) | _own_words(ticket, self))


class MarkRead(ApiView):
    """Who has seen what."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_mark_read",
        summary="Zero the counter of unread messages on your side",
        request=shapes.Nothing,
        parameters=[IDEMPOTENCY],
        responses=DeskTicketBody,
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        self.body(shapes.Nothing)
        ticket = actions.mark_read(ticket, by=self.actor)
        return Response(ticket_body(ticket, for_agent=access.is_agent(self.actor)))


def opened(given: dict[str, Any], view: ApiView) -> Ticket:
    """A new ticket out of a body."""
    by = view.actor
    if not access.is_agent(by) and (named := [name for name in _ONLY_AGENTS if given.get(name)]):
        raise Forbidden("for_agents", f"Only agents set this: {', '.join(named)}.")
    if not access.is_agent(by) and given.get("channel") in _NOT_THEIRS:
        raise Forbidden("for_agents", f"Only agents say that something came by {given['channel']}.")
    more: dict[str, Any] = {name: given[name] for name in ("type", "tags", "channel") if name in given}
    if "follows" in given:
        more["follows"] = found.ticket_named(by, given["follows"], "follows")
    return actions.open_ticket(
        desk=found.HOME,
        subject=given["subject"],
        description=given["description"],
        department=one_of(given, "department", "category") or "",
        order_reference=given.get("order", ""),
        fields=given.get("custom_fields", {}),
        requester=found.requester(by, given),
        by=by,
        **changes.axes_of(given),
        **more,
        files=given.get("files", ()),
    )


def in_full(ticket: Ticket, view: ApiView) -> dict[str, Any]:
    """The ticket with the first page of what is said in it, and where it may go from here."""
    kinds.attach([ticket], kinds.load())
    for_agent = access.is_agent(view.actor)
    said = talk.page_of(ticket, view.actor, limit=100)
    return {
        **ticket_body(ticket, for_agent=for_agent),
        **_own_words(ticket, view),
        "description": said["results"][0]["body"] if said["results"] else "",
        "allowed_statuses": status_bodies(ticket.kind, _allowed(ticket, view), for_agent=for_agent),
        "messages": said["results"],
        "next_messages": said["next_cursor"],
    }


def _own_words(ticket: Ticket, view: ApiView) -> dict[str, str]:
    """What the requester said of how it went, for themselves; agents are told anyway."""
    return {"rating_comment": ticket.rating_comment} if view.actor.id == ticket.requester_id else {}


def _allowed(ticket: Ticket, view: ApiView) -> list[str]:
    """The statuses that this actor may lead it to now."""
    kind = ticket.kind
    if access.is_agent(view.actor):
        return [one.key for one in kind.next(ticket.status)] if access.works_on(view.actor, ticket.assignee_id) else []
    closes = kind.first_of("closed")
    reopens = [kind.woken] if ticket.category == "solved" else []
    return [*reopens, closes.key] if closes and not ticket.is_closed else reopens
