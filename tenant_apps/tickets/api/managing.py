"""The desk's own addresses for programs: all tickets with filters, who works on what, and the figures."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico import keyset
from portico.api.idempotency import once
from portico.api.views import ApiView
from portico.errors import Forbidden, Missing
from tenant_apps.tickets import access, actions, distribution, kinds, settings, tally
from tenant_apps.tickets.api import changes, found, listing, shapes
from tenant_apps.tickets.api.bodies import DeletedTicketPage, DeskTicketBody, DeskTicketPage, ticket_body
from tenant_apps.tickets.api.platform_desk import ListQuery
from tenant_apps.tickets.api.shapes import IDEMPOTENCY
from tenant_apps.tickets.models import Ticket

TAGS = ["company desk, agents"]


class AgentView(ApiView):
    """For those who answer on this desk."""

    part = "tickets"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not access.is_agent(self.actor):
            raise Forbidden("not_allowed", "This is for those who answer on this desk.")


class AllTickets(AgentView):
    @extend_schema(
        operation_id="desk_admin_list_tickets",
        summary="Every ticket that you may work with, narrowed and sorted",
        parameters=[shapes.AgentQuery],
        responses=DeskTicketPage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        return Response(listing.page(self.actor, self.query(shapes.AgentQuery)))


class Mine(AgentView):
    @extend_schema(
        operation_id="desk_admin_my_assigned_tickets",
        summary="The tickets that are your work",
        parameters=[shapes.TicketQuery],
        responses=DeskTicketPage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        rows = Ticket.objects.visible_to(self.actor, found.HOME).filter(assignee_id=self.actor.id)
        return Response(listing.page(self.actor, self.query(shapes.TicketQuery), rows))


class Deleted(ApiView):
    """What was deleted and is not erased yet."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_admin_deleted",
        summary="Deleted tickets, the latest first: for managers, who can bring them back",
        parameters=[ListQuery],
        responses=DeletedTicketPage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "delete", found.HOME)
        query = self.query(ListQuery)
        rows = Ticket.objects.deleted_for(self.actor)
        page = keyset.ordered(rows, "-deleted_at", key=UUID, cursor=query.get("cursor"), limit=query["limit"])
        kinds.attach(page.rows, kinds.load())
        results = [ticket_body(row, for_agent=True) | {"deleted_at": row.deleted_at} for row in page.rows]
        return Response({"results": results, "next_cursor": page.next_cursor})


class BringBack(ApiView):
    """The way back from deleting."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_bring_back",
        summary="Put a deleted ticket back where it was: for managers, within thirty days",
        request=shapes.Nothing,
        parameters=[IDEMPOTENCY],
        responses=DeskTicketBody,
        tags=TAGS,
    )
    @once
    def post(self, request: Request, id: UUID) -> Response:
        access.require(self.actor, "delete", found.HOME)
        self.body(shapes.Nothing)
        held = Ticket.objects.deleted_for(self.actor).filter(pk=id).first()
        if held is None:
            raise Missing
        return Response(ticket_body(actions.bring_back(held, by=self.actor), for_agent=True))


class AnyTicket(AgentView):
    @extend_schema(
        operation_id="desk_admin_change_ticket",
        summary="Change a ticket: what is named, and nothing else",
        request=shapes.Change,
        responses=DeskTicketBody,
        tags=TAGS,
    )
    def put(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        return Response(ticket_body(changes.apply(ticket, self.body(shapes.Change), by=self.actor), for_agent=True))


class Assign(AgentView):
    @extend_schema(
        operation_id="desk_admin_assign",
        summary="Assign a ticket: to yourself, or as a manager to anybody of the desk",
        request=shapes.DeskAssignment,
        responses=DeskTicketBody,
        tags=TAGS,
    )
    def put(self, request: Request, id: UUID) -> Response:
        ticket, given = found.ticket(self.actor, id), self.body(shapes.DeskAssignment)
        who = found.assignee(self.actor, given.pop("assigned_to"))
        return Response(ticket_body(actions.assign(ticket, who, by=self.actor, **given), for_agent=True))


class Unassign(AgentView):
    @extend_schema(
        operation_id="desk_admin_unassign",
        summary="Put a ticket back for anybody to take",
        request=shapes.Nothing,
        responses=DeskTicketBody,
        tags=TAGS,
    )
    def put(self, request: Request, id: UUID) -> Response:
        ticket = found.ticket(self.actor, id)
        self.body(shapes.Nothing)
        return Response(ticket_body(actions.assign(ticket, None, by=self.actor), for_agent=True))


class EmployeeBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    role = serializers.CharField()
    active_tickets = serializers.IntegerField()
    capacity = serializers.IntegerField(allow_null=True)
    is_away = serializers.BooleanField()
    departments = serializers.ListField(child=serializers.CharField())
    teams = serializers.ListField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField())


class EmployeeList(serializers.Serializer[Any]):
    results = EmployeeBody(many=True)


class Employees(AgentView):
    part = "people"

    @extend_schema(
        operation_id="desk_admin_list_employees",
        summary="Everybody who answers on this desk, with their open tickets",
        responses=EmployeeList,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        self.query(shapes.Nothing)
        people = distribution.agents()
        loads = tally.load_of(one.pk for one in people)
        return Response({"results": [_employee(one, loads[one.pk]) for one in people]})


class StatsBody(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    open = serializers.IntegerField()
    unassigned = serializers.IntegerField()
    assigned_to_me = serializers.IntegerField()
    unread = serializers.IntegerField()
    snoozed = serializers.IntegerField()
    incidents = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())
    by_department = serializers.DictField(child=serializers.IntegerField())
    by_employee = serializers.DictField(child=serializers.IntegerField())
    by_rating = serializers.DictField(child=serializers.IntegerField())


class Stats(AgentView):
    @extend_schema(
        operation_id="desk_admin_stats",
        summary="How many tickets stand where; `open` and all after it count those that somebody has work with",
        responses=StatsBody,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        self.query(shapes.Nothing)
        set_up = settings.read("types", "default_type", "departments")
        known = kinds.build(set_up["types"], set_up["default_type"])
        statuses = sorted({one.key for kind in known.values() if not kind.is_fixed for one in kind.statuses})
        departments = list(settings.names_of(set_up["departments"], retired=True))
        people = [one.pk for one in distribution.agents()]
        plain = ("all", "open", "unassigned", "unread", "snoozed", "incidents")
        groups = {"status": statuses, "department": departments, "mine": people, "rated": Ticket.Rating.values}
        numbers = tally.read([*plain, *(f"{group}:{key}" for group, keys in groups.items() for key in keys)])
        return Response(_stats(numbers, groups, self.actor.id))


def _stats(numbers: dict[str, int], groups: dict[str, list[Any]], me: UUID | None) -> dict[str, Any]:
    by = {group: {str(key): numbers[f"{group}:{key}"] for key in keys} for group, keys in groups.items()}
    return {
        "total": numbers["all"],
        **{name: numbers[name] for name in ("open", "unassigned", "unread", "snoozed", "incidents")},
        "assigned_to_me": by["mine"].get(str(me), 0),
        "by_status": by["status"],
        "by_department": by["department"],
        "by_employee": by["mine"],
        "by_rating": by["rated"],
    }


def _employee(person: Any, load: int) -> dict[str, Any]:
    profile = person.profile
    return {
        "id": person.pk,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "active_tickets": load,
        "capacity": profile.get("capacity") or None,
        "is_away": bool(profile.get("away")),
        **{name: list(profile.get(name, ())) for name in ("departments", "teams", "skills")},
    }
