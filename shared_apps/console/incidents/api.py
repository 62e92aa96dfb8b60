"""Incidents for the staff's programs: list, open, read, call otherwise, tell, solve, open again, link and take out."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.idempotency import once
from portico.api.parsing import Number, Shape, Text
from portico.api.views import ApiView
from portico.errors import Invalid
from shared_apps.console import desk
from shared_apps.console.api import RowBody, row_body
from shared_apps.console.incidents import linking, reading
from shared_apps.incidents import access, actions
from shared_apps.incidents.models import HEADLINE_LENGTH, OPEN_STATES, TITLE_LENGTH, WORDS_LENGTH, Incident, State
from tenant_apps.tickets import catalogue
from tenant_apps.tickets.api.platform_desk import IDEMPOTENCY, ListQuery

_MEANT = "Let companies read it although it names one of them."


class NewIncident(Shape):
    headline = Text(max_length=HEADLINE_LENGTH, help_text="For staff alone.")
    title = Text(max_length=TITLE_LENGTH, help_text="What every affected company reads.")
    subject = Text(max_length=60, help_text="A key of the subject catalogue.")
    words = Text(max_length=WORDS_LENGTH, required=False, allow_blank=True, help_text="What companies read first.")
    ticket_id = Number(min_value=1, required=False, help_text="A ticket of the queue that becomes part of it.")
    may_name = serializers.BooleanField(default=False, help_text=_MEANT)


class Change(Shape):
    headline = Text(max_length=HEADLINE_LENGTH, required=False)
    title = Text(max_length=TITLE_LENGTH, required=False)
    subject = Text(max_length=60, required=False)
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")
    may_name = serializers.BooleanField(default=False, help_text=_MEANT)


class Words(Shape):
    words = Text(max_length=WORDS_LENGTH, help_text="What every affected company reads.")
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")
    may_name = serializers.BooleanField(default=False, help_text=_MEANT)


class Update(Words):
    state = serializers.ChoiceField(choices=OPEN_STATES)


class Linked(Shape):
    ticket_id = Number(min_value=1, help_text="As the queue calls it.")


class IncidentBody(serializers.Serializer[Any]):
    """What `body_of` answers. The numbers are of all for those who lead, else of what you see."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    headline = serializers.CharField()
    title = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    words = serializers.CharField()
    lead_name = serializers.CharField()
    opened_at = serializers.DateTimeField()
    said_at = serializers.DateTimeField(allow_null=True)
    solved_at = serializers.DateTimeField(allow_null=True)
    companies = serializers.IntegerField()
    tickets = serializers.IntegerField()
    not_told_yet = serializers.IntegerField()
    version = serializers.IntegerField()


class IncidentPage(serializers.Serializer[Any]):
    results = IncidentBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class IncidentWithTickets(IncidentBody):
    linked = RowBody(many=True)


class _View(ApiView):
    """A key that reads or answers tickets does the same with what they are part of."""

    part = "tickets"


class Incidents(_View):
    """All of them, the latest first."""

    @extend_schema(
        operation_id="list_incidents",
        summary="The incidents you can see",
        parameters=[ListQuery],
        responses=IncidentPage,
        tags=["incidents"],
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see")
        query = self.query(ListQuery)
        page = reading.listed(self.actor, query.get("cursor"), query["limit"])
        results = [body_of(line) for line in reading.lines(page.rows, self.actor)]
        return Response({"results": results, "next_cursor": page.next_cursor})

    @extend_schema(
        operation_id="open_incident",
        summary="Open an incident, from a ticket or from nothing",
        request=NewIncident,
        parameters=[IDEMPOTENCY],
        responses={201: IncidentBody},
        tags=["incidents"],
    )
    @once
    def post(self, request: Request) -> Response:
        access.require(self.actor, "open")
        body = self.body(NewIncident)
        _require_subject(body)
        ticket, may_name = body.pop("ticket_id", None), body.pop("may_name")
        with transaction.atomic():
            made = actions.open_incident(**body, by=self.actor)
            if ticket:
                linking.link(made, ticket, by=self.actor)
            if not may_name:
                linking.refuse_names(made, f"{made.title} {made.words}")
        return Response(_whole(made, self.actor), status=201)


class OneIncident(_View):
    """One of them with the tickets in it that you see."""

    @extend_schema(
        operation_id="get_incident",
        summary="An incident with its tickets",
        responses=IncidentWithTickets,
        tags=["incidents"],
    )
    def get(self, request: Request, incident_id: int) -> Response:
        found = reading.find(incident_id, self.actor)
        rows = [row_body(row) for row in reading.tickets(found, self.actor)]
        return Response({**_whole(found, self.actor), "linked": rows})

    @extend_schema(
        operation_id="change_incident",
        summary="Call an incident otherwise",
        request=Change,
        responses=IncidentBody,
        tags=["incidents"],
    )
    def patch(self, request: Request, incident_id: int) -> Response:
        found = reading.find(incident_id, self.actor)
        access.require(self.actor, "lead")
        body = self.body(Change)
        _require_subject(body)
        said = {name: body.get(name, getattr(found, name)) for name in ("headline", "title", "subject")}
        if not body["may_name"]:
            linking.refuse_names(found, said["title"])
        changed = actions.change(found, by=self.actor, seen=body.get("seen_version"), **said)
        return Response(_whole(changed, self.actor))


class Updates(_View):
    """What the companies are told."""

    @extend_schema(
        operation_id="update_incident",
        summary="Tell every affected company how it stands",
        request=Update,
        parameters=[IDEMPOTENCY],
        responses={201: IncidentBody},
        tags=["incidents"],
    )
    @once
    def post(self, request: Request, incident_id: int) -> Response:
        found, body = _meant(self, incident_id, Update)
        said = actions.say(found, body["state"], body["words"], by=self.actor, seen=body.get("seen_version"))
        return Response(_whole(said, self.actor), status=201)


class Solution(_View):
    """That it is over."""

    @extend_schema(
        operation_id="solve_incident",
        summary="Resolve an incident, and the tickets in it company by company",
        request=Words,
        parameters=[IDEMPOTENCY],
        responses=IncidentBody,
        tags=["incidents"],
    )
    @once
    def post(self, request: Request, incident_id: int) -> Response:
        return _turned(self, incident_id, actions.solve)


class Reopening(_View):
    """That it was not over."""

    @extend_schema(
        operation_id="reopen_incident",
        summary="Open an incident again, and the tickets that were solved with it",
        request=Words,
        parameters=[IDEMPOTENCY],
        responses=IncidentBody,
        tags=["incidents"],
    )
    @once
    def post(self, request: Request, incident_id: int) -> Response:
        return _turned(self, incident_id, actions.reopen)


class Links(_View):
    """What is part of it."""

    @extend_schema(
        operation_id="link_ticket",
        summary="Make a ticket part of an incident",
        request=Linked,
        parameters=[IDEMPOTENCY],
        responses={201: RowBody},
        tags=["incidents"],
    )
    @once
    def post(self, request: Request, incident_id: int) -> Response:
        found = reading.find(incident_id, self.actor)
        access.require(self.actor, "link")
        key = self.body(Linked)["ticket_id"]
        linking.link(found, key, by=self.actor)
        return Response(row_body(desk.find(key, self.actor)), status=201)


class OneLink(_View):
    """One ticket in it, as the queue calls it."""

    @extend_schema(
        operation_id="unlink_ticket",
        summary="Take a ticket out of an incident",
        responses={204: None},
        tags=["incidents"],
    )
    def delete(self, request: Request, incident_id: int, id: int) -> Response:
        found = reading.find(incident_id, self.actor)
        access.require(self.actor, "link")
        if desk.find(id, self.actor).incident_id == found.pk:
            linking.unlink(id, by=self.actor)
        return Response(status=204)


def body_of(line: reading.Line) -> Mapping[str, Any]:
    """The incident with its numbers."""
    one, numbers = line.incident, line.numbers
    same = (
        "number",
        "headline",
        "title",
        "subject",
        "state",
        "words",
        "lead_name",
        "opened_at",
        "said_at",
        "solved_at",
    )
    counted = {"companies": numbers.companies, "tickets": numbers.tickets, "not_told_yet": numbers.behind}
    return {"id": one.pk, **{name: getattr(one, name) for name in same}, **counted, "version": one.version}


def _whole(incident: Incident, actor: Any) -> Mapping[str, Any]:
    return body_of(reading.lines([incident], actor)[0])


def _meant(view: ApiView, incident_id: int, shape: type[Words]) -> tuple[Incident, dict[str, Any]]:
    """The incident, and what is to be said of it by somebody who may."""
    found = reading.find(incident_id, view.actor)
    access.require(view.actor, "lead")
    body = view.body(shape)
    if not body["may_name"]:
        linking.refuse_names(found, body["words"])
    return found, body


def _turned(view: ApiView, incident_id: int, do: Callable[..., Incident]) -> Response:
    """That it is over, or was not: said to every affected company."""
    found, body = _meant(view, incident_id, Words)
    return Response(_whole(do(found, body["words"], by=view.actor, seen=body.get("seen_version")), view.actor))


def _require_subject(body: Mapping[str, Any]) -> None:
    if "subject" in body and body["subject"] not in catalogue.in_use():
        raise Invalid({"subject": ["There is no such subject."]})
