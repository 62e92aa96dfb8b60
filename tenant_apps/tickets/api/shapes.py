"""What programs may send to the company's own desk. Two documents name some things differently; both names work."""

from typing import Any

from rest_framework import serializers

from portico import keyset
from portico.api.parsing import Email, Number, Shape, Text
from tenant_apps.tickets import priority
from tenant_apps.tickets.actions import REACTIONS
from tenant_apps.tickets.api.platform_desk import IDEMPOTENCY as IDEMPOTENCY
from tenant_apps.tickets.api.platform_desk import ListQuery
from tenant_apps.tickets.models import BODY_LENGTH, COMMENT_LENGTH, SUBJECT_LENGTH, Link, Ticket
from tenant_apps.tickets.text import MOST_TAGS, TAG_LENGTH

MOST_PEOPLE, MOST_FILES, MOST_FIELDS = 50, 20, 100
SORTS = (
    *("-last_activity_at", "last_activity_at", "-created_at", "created_at"),
    *("-closed_at", "closed_at", "-sla_due_at", "sla_due_at"),  # who has no such time comes last
)
PRIORITY_HELP = "urgent, high, medium, low; or P1 to P4; or critical, high, medium, low. Sets both axes."
_SEARCH = (
    'Beginnings of words, in number, subject and requester, or all in one message; a "quoted phrase" as it stands.'
    " Of words that stand everywhere the latest 5,000 count."
)
_CHOOSE_ONE = "Please send only one of these: {}."


def one_of(given: dict[str, Any], *names: str) -> Any:
    """The value under whichever of these names it came; a validation error when it came under several."""
    found = [name for name in names if given.get(name) is not None]
    if len(found) > 1:
        raise serializers.ValidationError({name: [_CHOOSE_ONE.format(", ".join(found))] for name in found})
    return given[found[0]] if found else None


def level(**options: Any) -> serializers.ChoiceField:
    """One axis of the priority."""
    return serializers.ChoiceField(choices=priority.LEVELS, required=False, **options)


def spelled(**options: Any) -> serializers.ChoiceField:
    """A priority in any of its three spellings."""
    return serializers.ChoiceField(choices=priority.SPELLINGS, required=False, help_text=PRIORITY_HELP, **options)


def day(**options: Any) -> serializers.DateField:
    """A day that a list begins or ends with, itself included."""
    return serializers.DateField(required=False, **options)


def ids(most: int = MOST_PEOPLE, **options: Any) -> serializers.ListField:
    """Several ids."""
    return serializers.ListField(child=serializers.UUIDField(), max_length=most, **options)


def tags(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=TAG_LENGTH, trim_whitespace=True), max_length=MOST_TAGS, required=False, **options
    )


class Values(serializers.JSONField):
    """Custom fields by key; what may stand in each is the ticket type's rule."""

    def to_internal_value(self, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise serializers.ValidationError("Please send an object: key and value of each field.")
        if len(given) > MOST_FIELDS:
            raise serializers.ValidationError(f"At most {MOST_FIELDS} fields.")
        return given


class Nothing(Shape):
    """An empty body."""


class TicketQuery(ListQuery):
    status = Text(max_length=40, required=False)
    priority = spelled()
    department = Text(max_length=40, required=False)
    category = Text(max_length=40, required=False, help_text="The same as department.")
    type = Text(max_length=40, required=False)
    channel = serializers.ChoiceField(choices=Ticket.Channel.values, required=False)
    search = Text(max_length=200, required=False, help_text=_SEARCH)
    sort = serializers.ChoiceField(choices=SORTS, default=SORTS[0])
    created_from, created_to = day(), day()
    active_from, active_to = day(help_text="By the last activity."), day()
    closed_from, closed_to = day(), day()


class AgentQuery(TicketQuery):
    assigned_to = Text(max_length=36, required=False, help_text="An id, `me`, or `none`.")
    user = serializers.UUIDField(required=False, help_text="Who asked: an account or a contact.")
    team = serializers.UUIDField(required=False)
    tag = Text(max_length=TAG_LENGTH, required=False)
    unread = serializers.ChoiceField(choices=("true", "false"), required=False)


class DeskNewTicket(Shape):
    subject = Text(max_length=SUBJECT_LENGTH)
    description = Text(max_length=BODY_LENGTH)
    type = Text(max_length=40, required=False, help_text="Without it, the company's usual type.")
    priority = spelled()
    urgency = level()
    importance = level(help_text="For agents.")
    department = Text(max_length=40, required=False, allow_blank=True)
    category = Text(max_length=40, required=False, allow_blank=True, help_text="The same as department.")
    channel = serializers.ChoiceField(choices=Ticket.Channel.values, default=Ticket.Channel.API)
    order = Text(max_length=80, required=False, allow_blank=True, help_text="A reference of yours.")
    custom_fields = Values(required=False)
    tags = tags(help_text="For agents.")
    follows = serializers.UUIDField(required=False, help_text="The closed ticket that this goes on from.")
    user = serializers.UUIDField(required=False, help_text="For agents: the account for whom this is asked.")
    contact = serializers.UUIDField(required=False, help_text="For agents: the contact for whom this is asked.")
    requester_email = Email(
        max_length=254, required=False, help_text="For agents: an account or a contact; made when there is none."
    )
    requester_name = Text(max_length=120, required=False, help_text="The name of a contact that is made.")
    files = ids(MOST_FILES, required=False, help_text="Files uploaded before.")


class Person(Shape):
    """Somebody who is told by mail and sees nothing here."""

    email = Email(max_length=254)
    name = Text(max_length=120, required=False, allow_blank=True)


class Step(Shape):
    """A line of the checklist."""

    text = Text(max_length=200)
    done = serializers.BooleanField(default=False)


class Change(Shape):
    """What may be changed. Requesters change the status alone: they close, and reopen what is solved."""

    status = Text(max_length=40, required=False)
    priority = spelled()
    urgency = level()
    importance = level()
    assigned_to = serializers.UUIDField(required=False, allow_null=True)
    watchers = ids(required=False)
    subject = Text(max_length=SUBJECT_LENGTH, required=False)
    department = Text(max_length=40, required=False, allow_blank=True)
    category = Text(max_length=40, required=False, allow_blank=True, help_text="The same as department.")
    type = Text(max_length=40, required=False)
    tags = tags()
    custom_fields = Values(required=False)
    order = Text(max_length=80, required=False, allow_blank=True)
    cc = serializers.ListField(child=Person(), max_length=MOST_PEOPLE, required=False)
    checklist = serializers.ListField(child=Step(), max_length=50, required=False)
    minutes_spent = Number(min_value=0, max_value=60 * 24 * 365, required=False)
    sla_due_at = serializers.DateTimeField(required=False, allow_null=True, help_text="When an answer is due.")
    ai_summary = Text(max_length=4_000, required=False, allow_null=True, allow_blank=True)
    ai_confidence_score = serializers.FloatField(min_value=0, max_value=1, required=False, allow_null=True)
    ai_first_response_time = serializers.FloatField(
        min_value=0, max_value=1e9, required=False, allow_null=True, help_text="Seconds."
    )
    ai_auto_resolved = serializers.BooleanField(required=False, allow_null=True)
    team = serializers.UUIDField(required=False, allow_null=True)
    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]
    is_incident = serializers.BooleanField(required=False)
    is_pinned = serializers.BooleanField(required=False)
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")


class DeskNewMessage(Shape):
    body = Text(max_length=BODY_LENGTH, required=False)
    message = Text(max_length=BODY_LENGTH, required=False, help_text="The same as body.")
    html = Text(max_length=4 * BODY_LENGTH, required=False, help_text="With a look; the text follows from it.")
    is_internal = serializers.BooleanField(required=False, help_text="A note for agents.")
    is_internal_note = serializers.BooleanField(required=False, help_text="The same as is_internal.")
    status = Text(max_length=40, required=False, help_text="Where the ticket goes with it.")
    mentions = ids(required=False, help_text="Agents who are named in a note.")
    files = ids(MOST_FILES, required=False, help_text="Files uploaded before.")
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")
    seen_message = serializers.UUIDField(required=False, help_text="Refused when something was written after it.")


class MessageChange(Shape):
    body = Text(max_length=BODY_LENGTH, required=False)
    message = Text(max_length=BODY_LENGTH, required=False, help_text="The same as body.")
    html = Text(max_length=4 * BODY_LENGTH, required=False, help_text="With a look; the text follows from it.")


class Sign(Shape):
    sign = serializers.ChoiceField(choices=REACTIONS)


class NewMessageIn(DeskNewMessage):
    ticket = serializers.UUIDField()


class OfTicketQuery(ListQuery):
    ticket = serializers.UUIDField(required=False)


class DeskStatusChange(Shape):
    status = Text(max_length=40)
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")


class Rated(Shape):
    rating = serializers.ChoiceField(choices=Ticket.Rating.values)
    comment = Text(max_length=COMMENT_LENGTH, required=False, allow_blank=True, help_text="Why, if you like.")


class DeskAssignment(Shape):
    assigned_to = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=("manual", "escalation", "reassignment"), required=False)
    seen_version = Number(min_value=1, required=False, help_text="Refused when somebody was faster.")


class PeopleQuery(Shape):
    limit = Number(from_text=True, min_value=1, max_value=keyset.MOST, default=keyset.LIMIT)
    cursor = Text(required=False, max_length=200)
    role = Text(max_length=30, required=False)
    email = Text(max_length=254, required=False)


class TypeQuery(Shape):
    type = Text(max_length=40, required=False)


class Merging(Shape):
    into = serializers.UUIDField()


class Linking(Shape):
    ticket = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Link.Kind.values)


class Unlinking(Shape):
    link = serializers.UUIDField()


class Splitting(Shape):
    message = serializers.UUIDField()
    subject = Text(max_length=SUBJECT_LENGTH)


class Rest(Shape):
    until = serializers.DateTimeField(allow_null=True, help_text="null: until somebody writes.")


class Watching(Shape):
    user = serializers.UUIDField(required=False, help_text="Without it, yourself.")
    is_watching = serializers.BooleanField(default=True)
