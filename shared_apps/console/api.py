"""The console for programs: the queue over all companies, and the coverage of the team."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.idempotency import once
from portico.api.parsing import Number, Shape, Text
from portico.api.views import ApiView
from portico.errors import Invalid, Missing
from shared_apps.accounts.models import User
from shared_apps.console import desk, passing, words
from shared_apps.console.models import TicketIndex
from shared_apps.console.narrowing import ASSIGNED, ESCALATED, Filters
from shared_apps.console.queue import queue
from shared_apps.staff import access as staff_access
from shared_apps.staff import actions as staff_actions
from shared_apps.staff.models import TicketCoverage
from tenant_apps.tickets import access, levels, priority, workflow
from tenant_apps.tickets.actions.assigning import WHY_LENGTH
from tenant_apps.tickets.api.platform_desk import (
    IDEMPOTENCY,
    ListQuery,
    MessageBody,
    NewMessage,
    TicketBody,
    message_bodies,
    message_body,
)
from tenant_apps.tickets.api.shapes import day
from tenant_apps.tickets.models import Ticket

_BIGGEST = 2**63 - 1
_SEARCH = "Beginnings of words of the number, the sub-subject and the requester's name."


class QueueQuery(ListQuery):
    status = serializers.ChoiceField(choices=workflow.KEYS, required=False)
    subject = Text(max_length=60, required=False)
    company_id = Number(from_text=True, min_value=0, max_value=_BIGGEST, required=False)
    assigned = serializers.ChoiceField(choices=ASSIGNED, default="all")
    priority = serializers.ChoiceField(choices=priority.PRIORITIES, required=False)
    unread = serializers.ChoiceField(choices=("true",), required=False)
    category = serializers.ChoiceField(choices=workflow.CATEGORIES, required=False)
    type = serializers.ChoiceField(choices=Ticket.Type.values, required=False)
    escalated = serializers.ChoiceField(choices=ESCALATED, required=False, help_text="What was escalated, and is open.")
    incident_id = Number(from_text=True, min_value=1, max_value=_BIGGEST, required=False)
    requester_id = serializers.UUIDField(required=False)
    search = Text(max_length=words.LONGEST, required=False, help_text=_SEARCH)
    created_from, created_to = day(), day()
    closed_from, closed_to = day(), day()
    active_from, active_to = day(help_text="By the last activity."), day()

    def validate_search(self, said: str) -> str:
        if said.strip() and words.matching(said) is None:
            raise serializers.ValidationError("There is no word and no number in it to look for.")
        return said


class StatusChange(Shape):
    status = serializers.ChoiceField(choices=workflow.KEYS)
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")


class Assignment(Shape):
    assigned_admin_id = serializers.UUIDField(allow_null=True)
    reason = Text(max_length=WHY_LENGTH, required=False, help_text="Why, needed to hand a ticket over. Staff only.")
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")


class CoverageShape(Shape):
    subjects = serializers.ListField(child=Text(max_length=60), max_length=200)


class CoverageBody(serializers.Serializer[Any]):
    platform_admin_id = serializers.UUIDField()
    subjects = serializers.ListField(child=serializers.CharField())


class RowBody(TicketBody):
    """What `row_body` answers: the id is the index's, `ticket_id` the company's own."""

    id = serializers.IntegerField()  # type: ignore[assignment]
    ticket_id = serializers.UUIDField()
    company_name = serializers.CharField()
    priority = serializers.ChoiceField(choices=priority.PRIORITIES)
    escalation = serializers.ChoiceField(choices=tuple(levels.BY_NAME))
    incident_id = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()


class RowPage(serializers.Serializer[Any]):
    results = RowBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RowWithMessages(RowBody):
    messages = MessageBody(many=True)


class Queue(ApiView):
    """Every ticket the staff member can see, latest activity first."""

    part = "tickets"

    @extend_schema(
        operation_id="list_queue",
        summary="The tickets you can see, over all companies",
        parameters=[QueueQuery],
        responses=RowPage,
        tags=["console"],
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see")
        query = self.query(QueueQuery)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        filters = Filters(words=query.pop("search", ""), unread=bool(query.pop("unread", "")), **query)
        page = queue(self.actor, filters, cursor, limit)
        return Response({"results": [row_body(row) for row in page.rows], "next_cursor": page.next_cursor})


class OneTicket(ApiView):
    """A ticket with everything said in it."""

    part = "tickets"

    @extend_schema(
        operation_id="get_row", summary="A ticket with its messages", responses=RowWithMessages, tags=["console"]
    )
    def get(self, request: Request, id: int) -> Response:
        access.require(self.actor, "see")
        thread = desk.within(id, self.actor)
        return Response({**row_body(thread.row), "messages": message_bodies(thread.messages)})


class Messages(ApiView):
    """Answers of the staff."""

    part = "tickets"

    @extend_schema(
        operation_id="answer",
        summary="Answer the company",
        request=NewMessage,
        parameters=[IDEMPOTENCY],
        responses={201: MessageBody},
        tags=["console"],
    )
    @once
    def post(self, request: Request, id: int) -> Response:
        access.require(self.actor, "reply")
        message = desk.reply(id, **self.body(NewMessage), by=self.actor)
        return Response(message_body(message), status=201)


class Status(ApiView):
    """Where the ticket stands."""

    part = "tickets"

    @extend_schema(
        operation_id="change_status",
        summary="Move a ticket on",
        request=StatusChange,
        responses=RowBody,
        tags=["console"],
    )
    def patch(self, request: Request, id: int) -> Response:
        access.require(self.actor, "change_status")
        return Response(row_body(desk.change_status(id, **self.body(StatusChange), by=self.actor)))


class Assign(ApiView):
    """Whose work it is."""

    part = "tickets"

    @extend_schema(
        operation_id="assign",
        summary="Assign a ticket, hand it over with a reason, or put it back with null",
        request=Assignment,
        responses=RowBody,
        tags=["console"],
    )
    def patch(self, request: Request, id: int) -> Response:
        access.require(self.actor, "assign")
        body = self.body(Assignment)
        to, why = body.pop("assigned_admin_id"), body.pop("reason", "")
        if to and why and to != self.actor.id:
            row = _handed_over(id, to, why, by=self.actor, **body)
        else:
            row = desk.assign(id, to, **body, why=why, by=self.actor)
        return Response(row_body(row))


class Coverage(ApiView):
    """The subjects a staff member looks after. One's own everybody may read."""

    part = "team"

    @extend_schema(
        operation_id="get_coverage", summary="The subjects a staff member covers", responses=CoverageBody, tags=["team"]
    )
    def get(self, request: Request, id: UUID) -> Response:
        if id != self.actor.id:
            staff_access.require(self.actor, "see_coverage")
        rows = TicketCoverage.objects.filter(platform_admin=_member(id))
        return Response(_coverage_body(id, sorted(rows.values_list("subject", flat=True))))

    @extend_schema(
        operation_id="set_coverage",
        summary="Let a staff member cover exactly these subjects",
        request=CoverageShape,
        responses=CoverageBody,
        tags=["team"],
    )
    def put(self, request: Request, id: UUID) -> Response:
        staff_access.require(self.actor, "set_coverage")
        subjects = staff_actions.set_coverage(_member(id), **self.body(CoverageShape), by=self.actor)
        return Response(_coverage_body(id, subjects))


def _handed_over(id: int, to: UUID, why: str, **more: Any) -> TicketIndex:
    try:
        return passing.pass_on(id, str(to), why, **more)[0]
    except Invalid as no:
        raise Invalid({"assigned_admin_id" if name == "to" else name: said for name, said in no.fields.items()}) from no


def row_body(row: TicketIndex) -> Mapping[str, Any]:
    """The index row in the contract's words, with what a queue needs besides."""
    return {
        "id": row.pk,
        "ticket_id": row.ticket_id,
        "number": row.number,
        "company_id": row.company_id,
        "company_name": row.company.name if row.company else "",
        "created_by_user_id": row.requester_id,
        "type": row.type,
        "subject": row.subject,
        "sub_subject": row.sub_subject or None,
        "status": row.status,
        "priority": row.priority,
        "escalation": levels.NAMES[row.escalation],
        "assigned_admin_id": row.assignee_id,
        "last_activity_at": row.last_activity_at,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "closed_at": row.closed_at,
        "incident_id": row.incident_id,
        "version": row.version,
    }


def _coverage_body(id: UUID, subjects: list[str]) -> Mapping[str, Any]:
    return {"platform_admin_id": id, "subjects": subjects}


def _member(id: UUID) -> User:
    person = User.objects.filter(pk=id).first()
    if person is None:
        raise Missing
    return person
