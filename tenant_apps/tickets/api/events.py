"""What happened to tickets, for programs: out of the journal, for customers without how agents work."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico import keyset
from portico.actor import Actor
from portico.api.views import ApiView
from tenant_apps.tickets import access
from tenant_apps.tickets.api import found, shapes
from tenant_apps.tickets.models import Message, Ticket

# What customers are told of, and which facts of it.
_FOR_CUSTOMERS = {
    "ticket.create": ("number",),
    "ticket.message.create": ("message", "staff"),
    "ticket.status.update": ("from", "to"),
    "ticket.assign": ("assignee_name",),
}
_SAID = "ticket.message.create"


class EventBody(serializers.Serializer[Any]):
    """What `_event` answers."""

    id = serializers.UUIDField()
    ticket = serializers.UUIDField()
    event = serializers.CharField()
    actor_id = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField(allow_blank=True)
    facts = serializers.DictField()
    created_at = serializers.DateTimeField()


class EventPage(serializers.Serializer[Any]):
    results = EventBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Events(ApiView):
    """The history of tickets."""

    part = "tickets"

    @extend_schema(
        operation_id="desk_list_events",
        summary="What happened to a ticket, the oldest first; without one, to all that you see, the newest first",
        parameters=[shapes.OfTicketQuery],
        responses=EventPage,
        tags=["company desk"],
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        query = self.query(shapes.OfTicketQuery)
        page = _page(self.actor, query)
        return Response({"results": _told(page.rows, self.actor), "next_cursor": page.next_cursor})


def _page(actor: Actor, query: dict[str, Any]) -> keyset.Page[Any]:
    # The model is named, not imported: the journal knows tickets, and so cannot be known by them.
    rows = apps.get_model("journal", "Event")._default_manager.filter(verb__startswith="ticket.")
    if not access.is_agent(actor):
        rows = rows.filter(verb__in=_FOR_CUSTOMERS).exclude(facts__contains={"internal": True})
    cursor, limit = query.get("cursor"), query["limit"]
    if "ticket" in query:
        rows = rows.filter(subject_id=found.ticket(actor, query["ticket"]).pk)
        return keyset.ordered(rows, "at", key=UUID, cursor=cursor, limit=limit)
    seen = Ticket.objects.visible_to(actor, found.HOME).values("pk")
    return keyset.by_key(rows.filter(subject_id__in=seen), "at", key=UUID, cursor=cursor, limit=limit)


def _told(events: list[Any], actor: Actor) -> list[dict[str, Any]]:
    """Without messages that the actor is not told of: not sent yet, or taken back."""
    said = {event.facts["message"] for event in events if event.verb == _SAID}
    told = set(map(str, Message.objects.filter(pk__in=said).told_to(actor).values_list("pk", flat=True)))
    known = [event for event in events if event.verb != _SAID or event.facts["message"] in told]
    return list(_events(known, for_agent=access.is_agent(actor)))


def _events(events: Iterable[Any], *, for_agent: bool) -> Iterable[dict[str, Any]]:
    for event in events:
        facts = {key: value for key, value in event.facts.items() if key != "desk"}
        if not for_agent:
            facts = {key: facts[key] for key in _FOR_CUSTOMERS[event.verb] if key in facts}
        yield {
            "id": event.pk,
            "ticket": event.subject_id,
            "event": event.verb,
            "actor_id": event.actor_id,
            "actor_name": event.actor_label,
            "facts": facts,
            "created_at": event.at,
        }
