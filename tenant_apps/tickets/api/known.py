"""What programs choose from: departments, priorities, statuses; and who is here: people, and the company itself."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico import keyset
from portico.api.views import ApiView
from portico.database import current_company
from portico.errors import Invalid
from tenant_apps.tickets import access, kinds, priority, settings
from tenant_apps.tickets.api import found, shapes
from tenant_apps.tickets.api.bodies import StatusBody, status_bodies

TAGS = ["company desk, lists to choose from"]


class DepartmentBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()


class DepartmentList(serializers.Serializer[Any]):
    results = DepartmentBody(many=True)


class Departments(ApiView):
    part = "tickets"

    @extend_schema(
        operation_id="desk_list_departments", summary="The departments on offer", responses=DepartmentList, tags=TAGS
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        self.query(shapes.Nothing)
        return Response({"results": [{"key": key, "name": name} for key, name in settings.departments().items()]})


class PriorityBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    code = serializers.CharField()
    level = serializers.CharField()


class PriorityList(serializers.Serializer[Any]):
    results = PriorityBody(many=True)


class Priorities(ApiView):
    part = "tickets"

    @extend_schema(
        operation_id="desk_list_priorities",
        summary="The priorities in each of their three spellings, the highest first",
        responses=PriorityList,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        self.query(shapes.Nothing)
        both = zip(priority.WORDS.items(), priority.LEVELS, strict=True)
        return Response({"results": [{"key": word, "code": code, "level": level} for (code, word), level in both]})


class StatusWithNext(StatusBody):
    next = serializers.ListField(child=serializers.CharField())


class ConditionBody(serializers.Serializer[Any]):
    """A field is asked only while the one named here has one of these answers: words of its list, or true and false."""

    field = serializers.CharField()
    values = serializers.ListField(child=serializers.JSONField())


class CustomFieldBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=kinds.FIELD_KINDS)
    needed = serializers.ChoiceField(
        choices=("create", "solve"), allow_null=True, help_text="To open a ticket, or to solve it."
    )
    options = serializers.ListField(child=serializers.CharField(), help_text="What there is to choose from.")
    help = serializers.CharField(allow_blank=True)
    only_when = ConditionBody(allow_null=True, help_text="A value is refused while this does not hold; null is always.")


class TypeBody(serializers.Serializer[Any]):
    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_default = serializers.BooleanField()
    initial = serializers.CharField()
    statuses = StatusWithNext(many=True)
    custom_fields = CustomFieldBody(many=True)


class TypeList(serializers.Serializer[Any]):
    results = TypeBody(many=True)


class Statuses(ApiView):
    part = "tickets"

    @extend_schema(
        operation_id="desk_list_statuses",
        summary="The statuses of each ticket type, which may follow which, and its custom fields; the usual type first",
        parameters=[shapes.TypeQuery],
        responses=TypeList,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        wanted, known = self.query(shapes.TypeQuery).get("type"), kinds.load()
        for_agent = access.is_agent(self.actor)
        offered = [kind for kind in known.offered_to(agent=for_agent) if wanted in (None, kind.key)]
        if not offered:
            raise Invalid({"type": ["There is no such type of request."]})
        return Response({"results": [_type(kind, known, for_agent=for_agent) for kind in offered]})


class UserBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    role = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class UserPage(serializers.Serializer[Any]):
    results = UserBody(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Users(ApiView):
    part = "people"

    @extend_schema(
        operation_id="list_users",
        summary="The people of your company, the latest first; for customers and members, themselves alone",
        parameters=[shapes.PeopleQuery],
        responses=UserPage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        query = self.query(shapes.PeopleQuery)
        # The model is named, not imported: accounts stand in `public` and in each company alike.
        rows = apps.get_model("accounts", "User")._default_manager.all()
        rows = rows if access.is_agent(self.actor) else rows.filter(pk__in=[self.actor.id])
        rows = rows.filter(**{name: query[name] for name in ("role",) if name in query})
        rows = rows.filter(email=query["email"].lower()) if "email" in query else rows
        page = keyset.by_key(rows, "created_at", key=UUID, cursor=query.get("cursor"), limit=query["limit"])
        return Response({"results": list(_users(page.rows)), "next_cursor": page.next_cursor})


class CompanyBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()


class CompanyList(serializers.Serializer[Any]):
    results = CompanyBody(many=True)


class Companies(ApiView):
    part = "people"

    @extend_schema(
        operation_id="list_companies", summary="Your company, and no other", responses=CompanyList, tags=TAGS
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", found.HOME)
        self.query(shapes.Nothing)
        company = current_company()
        return Response({"results": [{"id": company.id, "name": company.name, "slug": company.slug}]})


def _type(kind: kinds.Kind, known: kinds.Kinds, *, for_agent: bool) -> dict[str, Any]:
    on_offer = [one.key for one in kind.statuses if not one.is_retired]
    statuses = status_bodies(kind, on_offer, for_agent=for_agent)
    return {
        "type": kind.key,
        "label": kind.label,
        "is_default": kind.key == known.default.key,
        "initial": kind.initial,
        "statuses": [one | {"next": [after.key for after in kind.next(one["key"])]} for one in statuses],
        "custom_fields": [_field(kind, one) for one in (kind.open_fields if for_agent else kind.fields_for_customers)],
    }


def _field(kind: kinds.Kind, one: kinds.Field) -> dict[str, Any]:
    on = kind.conditions.get(one.key)
    return {
        **{name: getattr(one, name) for name in ("key", "label", "kind", "help")},
        "needed": one.required or None,
        "options": list(one.options),
        "only_when": {"field": on.field, "values": list(on.values)} if on else None,
    }


def _users(people: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for one in people:
        yield {name: getattr(one, name) for name in ("id", "name", "email", "role", "is_active", "created_at")}
