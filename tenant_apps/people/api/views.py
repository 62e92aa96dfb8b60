"""The people of the company for programs: the same finding, the same verbs as on the pages."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portico import keyset
from portico.api.views import ApiView
from portico.errors import Missing
from shared_apps.accounts.models import User
from tenant_apps.people import access, actions, finding, roles
from tenant_apps.people.actions.inviting import Wish
from tenant_apps.people.api import shapes
from tenant_apps.people.models import Invitation
from tenant_apps.tickets.distribution import away

TAGS = ["people"]


class People(ApiView):
    part = "people"

    @extend_schema(
        operation_id="list_people",
        summary="The people of your company by name, for whoever manages them",
        parameters=[shapes.PeopleQuery],
        responses=shapes.PersonPage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "manage_people")
        query = self.query(shapes.PeopleQuery)
        team = str(query["team"]) if "team" in query else ""
        asked = finding.Asked(query.get("q", ""), query.get("role", ""), team, query["state"])
        page = finding.page(asked, query.get("cursor"), query["limit"])
        return Response({"results": [_person(one) for one in page.rows], "next_cursor": page.next_cursor})


class OnePerson(ApiView):
    part = "people"

    @extend_schema(operation_id="get_person", summary="One of them", responses=shapes.PersonBody, tags=TAGS)
    def get(self, request: Request, person_id: UUID) -> Response:
        access.require(self.actor, "manage_people")
        return Response(_person(_found(person_id)))

    @extend_schema(
        operation_id="change_person",
        summary="Give somebody another role",
        request=shapes.RoleChange,
        responses=shapes.PersonBody,
        tags=TAGS,
    )
    def patch(self, request: Request, person_id: UUID) -> Response:
        access.require(self.actor, "manage_people")
        actions.change_role(person_id, self.body(shapes.RoleChange)["role"], by=self.actor)
        return Response(_person(_found(person_id)))


class Deactivate(ApiView):
    part = "people"

    @extend_schema(
        operation_id="deactivate_person",
        summary="Keep somebody out from now on, and hand over their open requests",
        request=shapes.Deactivation,
        responses=shapes.PersonBody,
        tags=TAGS,
    )
    def post(self, request: Request, person_id: UUID) -> Response:
        access.require(self.actor, "manage_people")
        actions.deactivate(person_id, self.body(shapes.Deactivation)["to"], by=self.actor)
        return Response(_person(_found(person_id)))


class Reactivate(ApiView):
    part = "people"

    @extend_schema(
        operation_id="reactivate_person",
        summary="Let somebody in again",
        request=None,
        responses=shapes.PersonBody,
        tags=TAGS,
    )
    def post(self, request: Request, person_id: UUID) -> Response:
        access.require(self.actor, "manage_people")
        self.body(shapes.Nothing)
        actions.reactivate(person_id, by=self.actor)
        return Response(_person(_found(person_id)))


class Roles(ApiView):
    part = "people"

    @extend_schema(
        operation_id="list_roles",
        summary="The roles of your company, with what those of its own making allow besides",
        responses=shapes.RoleList,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "manage_people")
        self.query(shapes.Nothing)
        return Response({"results": [one.kept for one in roles.known().values()]})


class Invitations(ApiView):
    part = "people"

    @extend_schema(
        operation_id="list_invitations",
        summary="Who was asked to join and has not yet, the latest first",
        parameters=[shapes.InvitationsQuery],
        responses=shapes.InvitationPage,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "manage_people")
        query = self.query(shapes.InvitationsQuery)
        rows = Invitation.objects.waiting()
        page = keyset.by_key(rows, "created_at", key=UUID, cursor=query.get("cursor"), limit=query["limit"])
        return Response(shapes.InvitationPage({"results": page.rows, "next_cursor": page.next_cursor}).data)

    @extend_schema(
        operation_id="invite_people",
        summary="Ask people to join, by mail; each address is taken or refused alone",
        request=shapes.Invite,
        responses={201: shapes.InvitedBody},
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        access.require(self.actor, "manage_people")
        given = self.body(shapes.Invite)
        wish = Wish(given["role"], teams=[str(one) for one in given["teams"]], days=int(given["days"]))
        outcome = actions.invite_several("\n".join(given["emails"]), wish, by=self.actor)
        refused = [{"email": email, "reason": why} for email, why in outcome.refused]
        return Response(shapes.InvitedBody({"invited": outcome.invited, "refused": refused}).data, status=201)


class OneInvitation(ApiView):
    part = "people"

    @extend_schema(operation_id="revoke_invitation", summary="Take one back", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, invite_id: UUID) -> Response:
        actions.revoke(invite_id, by=self.actor)
        return Response(status=204)


class Resend(ApiView):
    part = "people"

    @extend_schema(
        operation_id="resend_invitation",
        summary="Send the mail again, with another link",
        request=None,
        responses=shapes.InvitationBody,
        tags=TAGS,
    )
    def post(self, request: Request, invite_id: UUID) -> Response:
        access.require(self.actor, "manage_people")
        self.body(shapes.Nothing)
        return Response(shapes.InvitationBody(actions.resend(invite_id, by=self.actor)).data)


def _found(person_id: UUID) -> User:
    found: User | None = User.objects.filter(pk=person_id).first()
    if found is None:
        raise Missing
    return found


def _person(one: User) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in ("id", "name", "email", "is_active", "created_at")}
    return same | {"role": roles.key_of(one), "away": away(one.profile), "teams": list(one.profile.get("teams", ()))}
