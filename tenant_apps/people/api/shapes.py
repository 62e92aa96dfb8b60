"""What programs send about people, and get."""

from typing import Any

from rest_framework import serializers

from portico import keyset
from portico.api.parsing import Email, Number, Shape, Text
from tenant_apps.people import finding
from tenant_apps.people.actions.inviting import LASTS, MOST_AT_ONCE, USUAL


class PeopleQuery(Shape):
    q = Text(required=False, max_length=80, help_text="Words of names and addresses.")
    role = Text(required=False, max_length=30)
    team = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=list(finding.STATES), default="active")
    cursor = Text(required=False)
    limit = Number(from_text=True, default=finding.LIMIT, min_value=1, max_value=finding.MOST)


class InvitationsQuery(Shape):
    cursor = Text(required=False)
    limit = Number(from_text=True, default=keyset.LIMIT, min_value=1, max_value=keyset.MOST)


class RoleChange(Shape):
    role = Text(max_length=30)


class Deactivation(Shape):
    to = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Who gets their open requests; null is anybody."
    )


class Invite(Shape):
    emails = serializers.ListField(child=Email(max_length=254), min_length=1, max_length=MOST_AT_ONCE)
    role = Text(max_length=30)
    teams = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=20)
    days = serializers.ChoiceField(choices=LASTS, default=USUAL)


class Nothing(Shape):
    pass


class PersonBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    role = serializers.CharField(help_text="The key of the role, which may be one of the company's own making.")
    is_active = serializers.BooleanField()
    away = serializers.CharField(allow_blank=True, help_text="In words, while they are.")
    teams = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class PersonPage(serializers.Serializer[Any]):
    results = PersonBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RoleBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    base = serializers.CharField()
    may = serializers.ListField(child=serializers.CharField())


class RoleList(serializers.Serializer[Any]):
    results = RoleBody(many=True)


class InvitationBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.CharField()
    role = serializers.CharField()
    invited_by = serializers.CharField(source="inviter_name")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class InvitationPage(serializers.Serializer[Any]):
    results = InvitationBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class NotInvited(serializers.Serializer[Any]):
    email = serializers.CharField()
    reason = serializers.CharField()


class InvitedBody(serializers.Serializer[Any]):
    invited = InvitationBody(many=True)
    refused = NotInvited(many=True)
