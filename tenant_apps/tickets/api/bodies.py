"""What the company's desk answers, in the words of its documents. Two of them name some things differently: both stand.

Plain dictionaries: building them through serializers would double the cost of a list.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from tenant_apps.tickets import kinds
from tenant_apps.tickets.models import Attachment, Message, Ticket
from tenant_apps.tickets.priority import LEVELS, PRIORITIES, WORDS


class StatusBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    category = serializers.CharField()


class FileBody(serializers.Serializer[Any]):
    """What `file_body` answers."""

    id = serializers.UUIDField()
    ticket = serializers.UUIDField(allow_null=True)
    message = serializers.UUIDField(allow_null=True)
    original_name = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    state = serializers.ChoiceField(choices=Attachment.State.values)
    url = serializers.CharField(help_text="Leads to the file itself, by a link of a few minutes.")
    created_at = serializers.DateTimeField()


class DeskMessageBody(serializers.Serializer[Any]):
    """What `message_body` answers."""

    id = serializers.UUIDField()
    ticket = serializers.UUIDField()
    ticket_id = serializers.UUIDField()
    body = serializers.CharField()
    message = serializers.CharField()
    html = serializers.CharField(allow_blank=True)
    direction = serializers.ChoiceField(choices=("inbound", "outbound"))
    is_internal = serializers.BooleanField()
    is_internal_note = serializers.BooleanField()
    is_staff_reply = serializers.BooleanField()
    author_user = serializers.UUIDField(allow_null=True)
    author_contact = serializers.UUIDField(allow_null=True)
    user_id = serializers.UUIDField(allow_null=True)
    author_name = serializers.CharField()
    channel = serializers.CharField()
    is_edited = serializers.BooleanField()
    reactions = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many people put each sign on it."
    )
    attachments = FileBody(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EditBody(serializers.Serializer[Any]):
    """What stood in a message before it was changed."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    body = serializers.CharField()
    html = serializers.CharField(allow_blank=True)


class DeskMessageInFull(DeskMessageBody):
    edits = EditBody(many=True, required=False, help_text="For agents: what stood there before, the oldest first.")


class ForAgents(serializers.Serializer[Any]):
    """What only agents are told of a ticket."""

    unread_by_agent = serializers.IntegerField(required=False)
    rating_comment = serializers.CharField(required=False, allow_blank=True, help_text="For the requester, too.")
    watchers = serializers.ListField(child=serializers.UUIDField(), required=False)
    cc = serializers.ListField(child=serializers.DictField(), required=False)
    tags = serializers.ListField(child=serializers.CharField(), required=False)
    team = serializers.UUIDField(required=False, allow_null=True)
    ai_summary = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    ai_confidence_score = serializers.FloatField(required=False, allow_null=True)
    ai_first_response_time = serializers.FloatField(required=False, allow_null=True)
    ai_auto_resolved = serializers.BooleanField(required=False, allow_null=True)
    checklist = serializers.ListField(child=serializers.DictField(), required=False)
    minutes_spent = serializers.IntegerField(required=False)
    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]
    is_incident = serializers.BooleanField(required=False)
    is_pinned = serializers.BooleanField(required=False)
    is_snoozed = serializers.BooleanField(required=False)
    snoozed_until = serializers.DateTimeField(required=False, allow_null=True)


class DeskTicketBody(ForAgents):
    """What `ticket_body` answers."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    ticket_number = serializers.CharField()
    type = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.CharField()
    status_label = serializers.CharField()
    status_category = serializers.CharField()
    priority = serializers.ChoiceField(choices=list(WORDS.values()))
    priority_code = serializers.ChoiceField(choices=PRIORITIES)
    urgency = serializers.ChoiceField(choices=LEVELS)
    importance = serializers.ChoiceField(choices=LEVELS)
    department = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    channel = serializers.ChoiceField(choices=Ticket.Channel.values)
    user = serializers.UUIDField(allow_null=True)
    user_id = serializers.UUIDField(allow_null=True)
    contact = serializers.UUIDField(allow_null=True)
    requester_name = serializers.CharField()
    requester_email = serializers.CharField(allow_null=True)
    assigned_to = serializers.UUIDField(allow_null=True)
    assigned_to_name = serializers.CharField(allow_null=True)
    order = serializers.CharField(allow_null=True)
    custom_fields = serializers.DictField()
    unread_by_customer = serializers.IntegerField()
    rating = serializers.ChoiceField(choices=Ticket.Rating.values, allow_null=True, help_text="How it went.")
    merged_into = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    sla_due_at = serializers.DateTimeField(allow_null=True)
    first_reply_at = serializers.DateTimeField(allow_null=True)
    last_message_at = serializers.DateTimeField(allow_null=True)
    last_activity_at = serializers.DateTimeField()
    solved_at = serializers.DateTimeField(allow_null=True)
    rated_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DeskTicketPage(serializers.Serializer[Any]):
    results = DeskTicketBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DeletedTicketBody(DeskTicketBody):
    deleted_at = serializers.DateTimeField()


class DeletedTicketPage(serializers.Serializer[Any]):
    results = DeletedTicketBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DeskTicketWithMessages(DeskTicketBody):
    description = serializers.CharField()
    allowed_statuses = StatusBody(many=True)
    messages = DeskMessageBody(many=True)
    next_messages = serializers.CharField(allow_null=True)


class DeskMessagePage(serializers.Serializer[Any]):
    results = DeskMessageBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class FilePage(serializers.Serializer[Any]):
    results = FileBody(many=True)


def ticket_body(ticket: Ticket, *, for_agent: bool) -> dict[str, Any]:
    """The ticket; how agents work with it stands there for agents alone."""
    status = ticket.workflow_status
    contact, department = ticket.contact_id, ticket.department or None
    user = None if contact else ticket.requester_id
    body = {
        "id": ticket.pk,
        "number": ticket.number,
        "ticket_number": ticket.number,
        "type": ticket.type,
        "subject": ticket.subject,
        "status": ticket.status,
        "status_label": status.label if for_agent else status.customer_label,
        "status_category": ticket.category,
        **_priority(ticket),
        "department": department,
        "category": department,
        "channel": ticket.channel,
        "user": user,
        "user_id": user,
        "contact": contact,
        "requester_name": ticket.requester_name,
        "requester_email": ticket.requester_email or None,
        "assigned_to": ticket.assignee_id,
        "assigned_to_name": ticket.assignee_name or None,
        "order": ticket.order_reference or None,
        "custom_fields": _fields(ticket, for_agent=for_agent),
        "unread_by_customer": ticket.unread_by_customer,
        "rating": ticket.rating,
        "merged_into": ticket.merged_into_id,
        "version": ticket.version,
    }
    body |= {name: getattr(ticket, name) for name in _TIMES}
    return body | _for_agents(ticket) if for_agent else body


_TIMES = (
    *("sla_due_at", "first_reply_at", "last_message_at", "last_activity_at"),
    *("solved_at", "rated_at", "closed_at", "created_at", "updated_at"),
)
_AI = ("summary", "confidence_score", "first_response_time", "auto_resolved")
_AS_THEY_ARE = ("unread_by_agent", "watchers", "cc", "tags", "checklist", "minutes_spent", "is_incident") + (
    *("is_pinned", "is_snoozed", "snoozed_until", "rating_comment"),
)


def _for_agents(ticket: Ticket) -> dict[str, Any]:
    body = {name: getattr(ticket, name) for name in _AS_THEY_ARE}
    body |= {f"ai_{name}": ticket.ai.get(name) for name in _AI}
    return body | {"team": ticket.team_id, "parent": ticket.parent_id}


def _priority(ticket: Ticket) -> dict[str, str]:
    code = ticket.priority
    axes = {"urgency": ticket.urgency, "importance": ticket.importance}
    return {"priority": WORDS[code], "priority_code": code, **axes}


def _fields(ticket: Ticket, *, for_agent: bool) -> Mapping[str, Any]:
    if for_agent or not ticket.fields:
        return ticket.fields
    shown = {one.key for one in ticket.kind.fields if one.visible}
    return {key: value for key, value in ticket.fields.items() if key in shown}


def message_body(message: Message) -> dict[str, Any]:
    """The message. Its `contact` and its `files` are put beside it by whoever reads it from a list."""
    files: Iterable[Attachment] = message.__dict__.get("files", ())
    speaker, contact = message.sender_user_id, getattr(message, "contact", None)
    is_contact = speaker is not None and speaker == contact
    author = None if is_contact else speaker
    return {
        "id": message.pk,
        "ticket": message.ticket_id,
        "ticket_id": message.ticket_id,
        "body": message.body,
        "message": message.body,
        "html": message.html,
        "direction": "outbound" if message.is_staff_reply else "inbound",
        "is_internal": message.is_internal,
        "is_internal_note": message.is_internal,
        "is_staff_reply": message.is_staff_reply,
        "author_user": author,
        "author_contact": contact if is_contact else None,
        "user_id": author,
        "author_name": message.sender_name,
        "channel": message.channel,
        "is_edited": message.is_edited,
        "reactions": {sign: len(people) for sign, people in message.reactions.items()},
        "attachments": [file_body(one) for one in files],
        "created_at": message.created_at,
        "updated_at": message.edits[-1]["at"] if message.edits else message.created_at,
    }


def file_body(file: Attachment) -> dict[str, Any]:
    """A file, without its content."""
    return {
        "id": file.pk,
        "ticket": file.ticket_id,
        "message": file.message_id,
        "original_name": file.name,
        "size": file.size,
        "content_type": file.content_type,
        "state": file.state,
        "url": reverse("files:download", args=[file.pk], urlconf="portico.urls_company"),
        "created_at": file.created_at,
    }


def status_bodies(kind: kinds.Kind, keys: Iterable[str], *, for_agent: bool) -> list[dict[str, str]]:
    """These statuses of a type, named as whoever asks knows them."""
    found = (kind.by_key[key] for key in keys)
    return [
        {"key": one.key, "label": one.label if for_agent else one.customer_label, "category": one.category}
        for one in found
    ]
