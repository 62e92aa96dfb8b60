"""A directory keeps people and teams: SCIM 2.0 as an independent tester reads it, and the rules that are ours."""

from uuid import uuid4

import pytest
from django.conf import settings

from shared_apps.accounts import keys
from shared_apps.accounts.models import User
from tenant_apps.people.models import Team
from tenant_apps.sso.models import Link
from tenant_apps.tickets import actions as desk
from tenant_apps.tickets.models import Ticket
from tests.support.clients import Client

USERS, GROUPS = "/scim/v2/Users", "/scim/v2/Groups"
CORE, PATCH = "urn:ietf:params:scim:schemas:core:2.0", "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def key_of(inside, company, by, role="manager", scopes=("scim:write",)):
    """The text of a key of a company."""
    from datetime import timedelta

    from django.utils import timezone

    with inside(company):
        wish = keys.Wish("Directory", list(scopes), timezone.now() + timedelta(days=30), uuid4(), role=role)
        return keys.make(wish, by=by)[1]


@pytest.fixture
def scim(inside, acme, olga):
    """`scim("patch", path, body)` = what Acme's directory asks, and the answer as JSON beside its status."""
    text = key_of(inside, acme, olga)
    client = Client(headers={"Authorization": f"Bearer {text}", "Host": f"acme.{settings.BASE_HOST}"})

    def ask(method, path, body=None):
        how = {"data": body, "content_type": "application/scim+json"} if body is not None else {}
        answer = getattr(client, method)(path, **how)
        return answer.status_code, answer.json() if answer.content else None

    return ask


def nia(**more):
    return {
        "schemas": [f"{CORE}:User"],
        "userName": "nia@acme.example",
        "name": {"givenName": "Nia", "familyName": "New"},
        "emails": [{"value": "nia@acme.example", "primary": True}],
        "active": True,
        "externalId": "e-1",
    } | more


def patch(*operations):
    return {"schemas": [PATCH], "Operations": list(operations)}


def test_an_independent_tester_finds_nothing_wrong(inside, acme, olga, proven):
    from django.core.handlers.wsgi import WSGIHandler
    from scim2_client.engines.wsgi import WSGISCIMClient
    from scim2_tester import Status, check_server

    headers = {"Authorization": f"Bearer {key_of(inside, acme, olga)}"}
    base = f"http://acme.{settings.BASE_HOST}/scim/v2"
    found = check_server(WSGISCIMClient(WSGIHandler(), base, headers))
    wrong = [f"{one.title}: {one.reason}" for one in found if one.status not in {Status.SUCCESS, Status.SKIPPED}]
    assert wrong == []
    assert len(found) > 60


def test_somebody_is_made_found_changed_closed_and_comes_back(scim, inside, acme):
    status, made = scim("post", USERS, nia())
    assert (status, made["active"]) == (201, True)
    for asked in (
        'userName eq "NIA@acme.example"',
        'externalId eq "e-1"',
        'active eq true and emails eq "nia@acme.example"',
    ):
        assert [one["id"] for one in scim("get", f"{USERS}?filter={asked}")[1]["Resources"]] == [made["id"]]
    where = f"{USERS}/{made['id']}"
    said = scim("patch", where, patch({"op": "Replace", "value": {"active": "False", "name.familyName": "Newer"}}))[1]
    assert (said["active"], said["name"]) == (False, {"givenName": "Nia", "familyName": "Newer"})
    with inside(acme):
        person = User.objects.get(pk=made["id"])
        assert (person.name, person.role, person.is_active) == ("Nia Newer", "member", False)

    assert scim("delete", where) == (204, None)
    assert scim("get", where)[0] == scim("delete", where)[0] == 404
    again = scim("post", USERS, nia(userName="nia2"))[1]
    assert (again["id"], again["active"], again["userName"]) == (made["id"], True, "nia2")
    assert scim("post", USERS, nia())[1]["scimType"] == "uniqueness"


def test_closing_ends_sessions_and_keys_at_once_and_they_stay_ended(scim, inside, acme, client_for, api_for):
    browser, program = client_for("ben"), api_for("ben")
    with inside(acme):
        ben = str(User.objects.get(email="ben@acme.example").pk)
    off, on = ({"op": "replace", "path": "active", "value": one} for one in (False, True))
    assert scim("patch", f"{USERS}/{ben}", patch(off))[1]["active"] is False
    assert browser.get("/manager/inbox")["Location"].startswith("/login")
    assert program.get("/api/v1/support/tickets").status_code == 401
    scim("patch", f"{USERS}/{ben}", patch(on))
    assert browser.get("/manager/inbox")["Location"].startswith("/login")
    assert program.get("/api/v1/support/tickets").status_code == 401


@pytest.mark.parametrize(
    ("who", "operation", "status"),
    [
        ("olga", {"op": "replace", "path": "active", "value": False}, 403),
        ("olga", {"op": "replace", "path": "displayName", "value": "Mallory"}, 403),
        ("ada", {"op": "replace", "path": "emails", "value": [{"value": "ada@evil.example"}]}, 403),
        ("ben", {"op": "replace", "path": "emails[primary eq true].value", "value": "ben@evil.example"}, 403),
        ("ben", {"op": "replace", "path": "emails", "value": [{"value": "olga@acme.example"}]}, 409),
        ("ben", {"op": "replace", "path": "userName", "value": "mia@acme.example"}, 200),
        ("ben", {"op": "replace", "path": "roles", "value": [{"value": "manager"}]}, 400),
        ("ben", {"op": "replace", "path": "roles", "value": [{"value": "owner"}]}, 400),
        ("ben", {"op": "replace", "path": "id", "value": "x"}, 400),
        ("ben", {"op": "replace", "path": 'emails[type co "x"]', "value": "x"}, 400),
        ("ben", {"op": "increase", "path": "active", "value": 1}, 400),
        ("ben", {"op": "remove"}, 400),
        ("cleo", {"op": "replace", "path": "active", "value": False}, 404),
    ],
)
def test_what_a_directory_may_not_do_changes_nothing(scim, inside, acme, proven, who, operation, status):
    with inside(acme):
        before = User.objects.values("email", "role", "is_active", "name").get(email=f"{who}@acme.example")
        person = str(User.objects.get(email=f"{who}@acme.example").pk)
    found, body = scim("patch", f"{USERS}/{person}", patch(operation))
    assert (found, body.get("status", "200")) == (status, str(status))
    if who == "olga":
        assert (scim("delete", f"{USERS}/{person}")[0], scim("put", f"{USERS}/{person}", nia())[0]) == (403, 403)
    with inside(acme):
        assert User.objects.values("email", "role", "is_active", "name").get(pk=person) == before


def test_groups_are_teams(scim, inside, acme):
    with inside(acme):
        ben, mia = (str(User.objects.get(email=f"{one}@acme.example").pk) for one in ("ben", "mia"))
    group = {"schemas": [f"{CORE}:Group"], "displayName": "Field", "members": [{"value": ben}], "externalId": "g-1"}
    status, made = scim("post", GROUPS, group)
    assert (status, [one["value"] for one in made["members"]]) == (201, [ben])
    where = f"{GROUPS}/{made['id']}"
    scim("patch", where, patch({"op": "Add", "path": "members", "value": [{"value": mia}]}))
    scim("patch", where, patch({"op": "Remove", "path": f'members[value eq "{ben}"]'}))
    assert scim("get", f"{USERS}/{mia}")[1]["groups"][0]["display"] == "Field"
    with inside(acme):
        team = Team.objects.get(name="Field")
        assert [one.name for one in User.objects.all() if str(team.pk) in one.profile.get("teams", ())] == ["Mia Holt"]
    assert scim("post", GROUPS, group)[0] == 409
    wrong = patch({"op": "add", "path": "members", "value": [{"value": str(uuid4())}]})
    assert scim("patch", where, wrong)[0] == 400
    assert scim("get", f'{GROUPS}?filter=displayName eq "field"&excludedAttributes=members')[1]["totalResults"] == 1
    assert (scim("delete", where)[0], scim("get", where)[0], scim("post", GROUPS, group)[0]) == (204, 404, 201)


def test_only_a_key_of_this_company_for_a_manager_and_for_this_opens_it(
    inside, acme, borealis, olga, odd, client_for, api_for
):
    host = f"acme.{settings.BASE_HOST}"
    wrong = {
        "another scope": (key_of(inside, acme, olga, scopes=("tickets:write",)), 403),
        "an agent": (key_of(inside, acme, olga, role="agent"), 403),
        "another company": (key_of(inside, borealis, odd), 401),
        "nonsense": ("pt_1_1_" + "x" * 43, 401),
    }
    for name, (text, status) in wrong.items():
        answer = Client(headers={"Authorization": f"Bearer {text}", "Host": host}).get(USERS)
        assert (name, answer.status_code, "Resources" in answer.json()) == (name, status, False)
    assert client_for("olga").get(USERS).status_code == 403
    assert api_for("olga").get(USERS).status_code == 403
    with inside(acme):
        assert not Link.objects.exists()


@pytest.mark.parametrize("sent", [{"active": False}, {"roles": [{"value": "member"}]}])
def test_whoever_answers_no_more_leaves_their_requests_to_others(scim, inside, acme, wish, ada, ben, sent):
    with inside(acme):
        desk.assign(wish(), desk.Assignee(ben.id, ben.label), by=ada)
    assert scim("put", f"{USERS}/{ben.id}", {"userName": "ben@acme.example", "displayName": "Ben Ode"} | sent)[0] == 200
    with inside(acme):
        assert Ticket.objects.get().assignee_id is None
