"""The console for programs: escalating, whose work a ticket was, and notes for staff."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.idempotency import once
from portico.api.parsing import Number, Shape, Text
from portico.api.views import ApiView
from shared_apps.care import access as care
from shared_apps.care.actions import LONGEST
from shared_apps.care.models import Note
from shared_apps.console import assignments, desk, noting, passing
from shared_apps.console.api import RowBody, row_body
from shared_apps.console.assignments import Stretch
from tenant_apps.tickets import access, levels
from tenant_apps.tickets.actions.assigning import REASONS, WHY_LENGTH
from tenant_apps.tickets.api.platform_desk import IDEMPOTENCY


class EscalationChange(Shape):
    level = serializers.ChoiceField(choices=tuple(levels.BY_NAME))
    reason = Text(max_length=WHY_LENGTH, help_text="For whoever takes it. No company ever reads it.")
    assigned_admin_id = serializers.UUIDField(
        required=False, help_text="Somebody of that level by name; else whoever takes it first."
    )
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")


class AssignmentBody(serializers.Serializer[Any]):
    agent_id = serializers.UUIDField(allow_null=True)
    agent_name = serializers.CharField()
    level = serializers.ChoiceField(choices=tuple(levels.BY_NAME))
    assigned_at = serializers.DateTimeField()
    unassigned_at = serializers.DateTimeField(allow_null=True)
    assigned_by = serializers.CharField()
    reason = serializers.ChoiceField(choices=REASONS, allow_null=True, help_text="Null for how it began.")
    why = serializers.CharField(allow_null=True)


class AssignmentList(serializers.Serializer[Any]):
    results = AssignmentBody(many=True)


class NewNote(Shape):
    body = Text(max_length=LONGEST)
    is_confidential = serializers.BooleanField(default=False, help_text="For engineers and those who lead alone.")


class NoteBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    author_id = serializers.UUIDField()
    author_name = serializers.CharField()
    body = serializers.CharField()
    is_confidential = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)


class NoteList(serializers.Serializer[Any]):
    results = NoteBody(many=True)


class Escalation(ApiView):
    """How far up the path a ticket is passed."""

    part = "tickets"

    @extend_schema(
        operation_id="escalate",
        summary="Escalate a ticket, or give it back down",
        description="The answer is the ticket as it is then, even if you no longer see it.",
        request=EscalationChange,
        responses=RowBody,
        tags=["console"],
    )
    def patch(self, request: Request, id: int) -> Response:
        access.require(self.actor, "escalate")
        body = self.body(EscalationChange)
        person = body.get("assigned_admin_id")
        level, seen = body["level"], body.get("seen_version")
        if person:
            row = passing.escalate_to(id, level, person, body["reason"], by=self.actor, seen_version=seen)
        else:
            row, _ = passing.pass_on(id, level, body["reason"], by=self.actor, seen_version=seen)
        return Response(row_body(row))


class Assignments(ApiView):
    """Whose work a ticket was."""

    part = "tickets"

    @extend_schema(
        operation_id="list_assignments",
        summary="Whose work a ticket was, the latest first",
        responses=AssignmentList,
        tags=["console"],
    )
    def get(self, request: Request, id: int) -> Response:
        access.require(self.actor, "see")
        thread = desk.thread(id, self.actor)
        ticket = thread.ticket
        found = assignments.stretches(ticket.created_at, ticket.requester_name, thread.events)
        return Response({"results": [_stretch_body(one) for one in found]})


class Notes(ApiView):
    """Notes for staff beside a ticket: those that you are told."""

    part = "tickets"

    @extend_schema(
        operation_id="list_notes",
        summary="Notes for staff, the oldest first",
        responses=NoteList,
        tags=["console"],
    )
    def get(self, request: Request, id: int) -> Response:
        care.require(self.actor, "note")
        return Response({"results": [_note_body(one) for one in desk.thread(id, self.actor).notes]})

    @extend_schema(
        operation_id="write_note",
        summary="Write a note for staff",
        request=NewNote,
        parameters=[IDEMPOTENCY],
        responses={201: NoteBody},
        tags=["console"],
    )
    @once
    def post(self, request: Request, id: int) -> Response:
        care.require(self.actor, "note")
        row = desk.find(id, self.actor)
        note = noting.write_note(row, **self.body(NewNote), by=self.actor)
        return Response(_note_body(note), status=201)


def _stretch_body(one: Stretch) -> Mapping[str, Any]:
    return {
        "agent_id": one.assignee_id,
        "agent_name": one.name,
        "level": levels.NAMES[one.level],
        "assigned_at": one.since,
        "unassigned_at": one.until,
        "assigned_by": one.by,
        "reason": one.reason or None,
        "why": one.why or None,
    }


def _note_body(note: Note) -> Mapping[str, Any]:
    return {
        "id": note.pk,
        "author_id": note.author_id,
        "author_name": note.author_name,
        "body": note.body,
        "is_confidential": note.is_confidential,
        "created_at": note.created_at,
        "edited_at": note.edited_at,
    }
