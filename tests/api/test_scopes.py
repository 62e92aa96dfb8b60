"""What a key may be used for is asked in one place, by every route."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from portico.api import scopes
from portico.api.schema import document
from portico.api.views import ApiView
from shared_apps.accounts import keys
from tests.conftest import host_of
from tests.support.clients import Client

TICKETS = "/api/v1/support/tickets"
WISH = {"subject": "The lamp flickers", "description": "Since Monday."}
BATCH = {
    "app": {"version": "1.0", "os": "Linux"},
    "events": [{"type": "app_launch", "at": "2026-01-01T00:00:00Z"}],
}


@pytest.fixture
def key_for(inside, outside, acme, actor_for):
    """`key_for("ben", "tickets:read")` = a program with such a key of his; with a role, of the company by him."""

    def make(name, *held, **more):
        by = actor_for(name)
        wish = keys.Wish("Robot", held, timezone.now() + timedelta(days=30), uuid4(), **more)
        with outside() if by.is_staff else inside(acme):
            _, text = keys.make(wish, by=by)
        return Client(headers={"Authorization": f"Bearer {text}", "Host": host_of(name)})

    return make


def send(program, path, body, method="post"):
    return getattr(program, method)(path, json.dumps(body), content_type="application/json")


def _views(patterns):
    for one in patterns:
        if isinstance(one, URLPattern):
            yield getattr(one.callback, "cls", None)
        else:
            yield from _views(one.url_patterns)


@pytest.mark.no_database
@pytest.mark.parametrize("door", ["company", "console"])
def test_every_route_of_the_api_says_which_scope_it_needs(door):
    views = {view for view in _views(get_resolver(f"portico.urls_{door}").url_patterns) if view}
    assert len(views) >= (9 if door == "console" else 40)
    assert {view.__name__ for view in views if not issubclass(view, ApiView)} == set()
    parts = {one.partition(":")[0] for one in (scopes.STAFF if door == "console" else scopes.COMPANY)}
    assert {view.__name__ for view in views if view.part not in parts} == set()


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("held", "scope", "allowed"),
    [
        (["tickets:read"], "tickets:read", True),
        (["tickets:write"], "tickets:read", True),
        (["tickets:read"], "tickets:write", False),
        (["people:read"], "tickets:read", False),
        (["*"], "team:write", True),
        ([], "tickets:read", False),
        (["tickets:read"], ":read", False),
        (["tickets:write"], ":write", False),
    ],
)
def test_writing_includes_reading_and_nothing_includes_another_part(held, scope, allowed):
    assert scopes.allows(held, scope) is allowed


def test_what_a_scope_leaves_out_is_refused_by_its_name(key_for):
    reader = key_for("ben", "tickets:read")
    assert reader.get(TICKETS).status_code == 200

    refused = send(reader, TICKETS, WISH)

    assert refused.status_code == 403
    assert refused.json()["code"] == "scope_missing"
    assert refused.json()["allowed"] == ["tickets:write"]
    assert refused["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="tickets:write"'
    assert reader.get("/api/v1/users").json()["allowed"] == ["people:read"]
    assert send(reader, "/api/v1/telemetry/events", BATCH).json()["allowed"] == ["telemetry:write"]
    assert reader.get("/api/v1/telemetry/sharing").json()["allowed"] == ["telemetry:write"]


def test_a_scope_gives_nobody_more_than_their_role(key_for):
    cleo = key_for("cleo", *scopes.COMPANY)
    assert send(cleo, TICKETS, WISH).status_code == 201
    assert cleo.get("/api/v1/support/admin/tickets").status_code == 403
    assert cleo.get("/api/v1/support/admin/employees").status_code == 403


def test_a_desktop_app_needs_one_scope(key_for):
    app = key_for("mia", "telemetry:write")
    assert send(app, "/api/v1/telemetry/events", BATCH).json() == {"accepted": 1, "sharing": True}
    assert app.get("/api/v1/telemetry/sharing").status_code == 200
    assert app.get(TICKETS).status_code == 403


def test_an_app_with_the_companys_key_is_told_by_the_keys_name(key_for, client_for, inside, acme):
    from shared_apps.accounts.models import Token

    app = key_for("ada", "telemetry:write", role="agent")
    assert send(app, "/api/v1/telemetry/events", BATCH).json()["accepted"] == 1
    page = client_for("ada").get("/manager/settings/telemetry").content.decode()
    assert "Robot (key)" in page
    assert "Somebody who left" not in page
    with inside(acme):
        key = Token.objects.get(user=None)
    assert "Robot (key)’s app" in client_for("ada").get(f"/manager/settings/telemetry/{key.pk}").content.decode()


def test_staffs_keys_are_bound_too(key_for):
    lin = key_for("lin", "tickets:read")
    assert lin.get("/platform-admin/tickets").status_code == 200
    refused = send(lin, "/platform-admin/tickets/1/status", {"status": "solved"}, "patch")
    assert refused.json()["allowed"] == ["tickets:write"]
    assert lin.get(f"/platform-admin/team/coverage/{uuid4()}").json()["allowed"] == ["team:read"]


def test_a_key_of_the_company_opens_answers_and_is_named(key_for, wish, inside, acme):
    from tenant_apps.journal.models import Event

    robot, ticket = key_for("ada", "tickets:write", role="agent"), wish()
    assert send(robot, f"{TICKETS}/{ticket.pk}/messages", {"body": "On its way."}).status_code == 201
    made = send(robot, TICKETS, WISH | {"requester_email": "carl@example.com"})
    assert made.status_code == 201
    with inside(acme):
        said = Event.objects.filter(verb="ticket.message.create").latest("id")
        assert (said.actor_label, said.actor_kind) == ("Robot (key)", "company")
    assert send(robot, "/api/v1/telemetry/sharing", {"share": True}, "put").status_code == 403
    assert robot.get("/api/v1/telemetry/sharing").status_code == 403


def test_a_key_of_the_company_takes_no_work(key_for, wish, inside, acme):
    from shared_apps.accounts.models import Token

    robot, ticket = key_for("ada", "tickets:write", role="manager"), wish()
    with inside(acme):
        me = str(Token.objects.get().pk)
    taken = send(robot, f"/api/v1/support/admin/tickets/{ticket.pk}/assign", {"assigned_to": me}, "put")
    assert (taken.status_code, taken.json()["code"]) == (409, "not_a_person")


def test_a_key_of_the_company_that_is_an_agent_is_no_manager(key_for, wish):
    ticket = wish()
    agent, manager = (key_for("ada", "tickets:write", role=role) for role in ("agent", "manager"))
    assert agent.delete(f"{TICKETS}/{ticket.pk}").status_code == 403
    assert manager.delete(f"{TICKETS}/{ticket.pk}").status_code in {200, 204}


def test_limits_are_told_with_every_answer(key_for, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    ben = key_for("ben", "tickets:read")
    answers = [ben.get(TICKETS) for _ in range(4)]
    told = [(one.status_code, one["RateLimit-Limit"], one["RateLimit-Remaining"]) for one in answers]
    assert told == [(200, "3", "2"), (200, "3", "1"), (200, "3", "0"), (429, "3", "0")]
    assert 0 < int(answers[0]["RateLimit-Reset"]) <= 60
    assert answers[3]["RateLimit-Reset"] == answers[3]["Retry-After"]
    assert send(ben, TICKETS, WISH)["RateLimit-Remaining"] == "0"


def test_a_person_has_one_limit_for_all_their_keys_and_a_company_for_all_people(key_for, settings):
    settings.API_REQUESTS_PER_MINUTE, settings.API_TIMES_A_PERSON, settings.API_TIMES_A_COMPANY = 2, 2, 3
    bens = [key_for("ben", "tickets:read") for _ in range(3)]
    assert [one.get(TICKETS).status_code for one in bens for _ in range(2)] == [200] * 4 + [429] * 2
    adas = [key_for("ada", "tickets:read") for _ in range(2)]
    assert [one.get(TICKETS).status_code for one in adas for _ in range(2)] == [200, 200, 429, 429]
    assert key_for("lin", "tickets:read").get("/platform-admin/tickets").status_code == 200


def test_a_key_costs_no_statement_more_than_a_session(key_for, client_for):
    robot, browser = key_for("ada", "tickets:read", role="manager"), client_for("ada")
    counts = []
    for program in (robot, browser):
        program.get(TICKETS)
        with CaptureQueriesContext(connection) as sent:
            assert program.get(TICKETS).status_code == 200
        counts.append(len(sent.captured_queries))
    assert counts[0] <= counts[1]
    assert counts[0] <= 10


@pytest.mark.no_database
def test_the_document_names_the_scope_of_each_operation():
    company = document("company")
    found = {op["x-scope"] for ways in company["paths"].values() for op in ways.values()}
    assert found == set(scopes.COMPANY) - {"scim:write"}  # SCIM has a document of its own (RFC 7643)
    assert company["paths"]["/api/v1/users"]["get"]["description"].endswith("A key needs the scope `people:read`.")
    assert "people:read" in company["components"]["securitySchemes"]["token"]["x-scopes"]
