"""`/api/support/`: what a company's programs can do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.accounts.models import User
from tests.api.conftest import NEW

TICKET = {
    "id", "number", "company_id", "created_by_user_id", "type", "subject", "sub_subject", "status", "assigned_admin_id",
    "last_activity_at", "created_at", "updated_at", "closed_at",
}  # fmt: skip
MESSAGE = {"id", "ticket_id", "sender_type", "sender_user_id", "sender_admin_id", "sender_name", "body", "created_at"}


def test_opening_answers_with_the_ticket_and_its_first_message(opened, ada):
    assert opened.keys() == TICKET | {"messages"}
    assert (opened["status"], opened["type"], opened["company_id"]) == ("new", "support", 1)
    assert (opened["created_by_user_id"], opened["closed_at"]) == (str(ada.id), None)
    (message,) = opened["messages"]
    assert message.keys() == MESSAGE
    assert (message["sender_type"], message["body"]) == ("tenant", NEW["description"])


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_address_answers_with_and_without_slash(api_for, opened, slash):
    ada = api_for("ada")
    where = f"/api/support/tickets/{opened['id']}"
    assert ada.get(f"/api/support/tickets{slash}").json()["results"][0]["id"] == opened["id"]
    assert ada.get(where + slash).json() == opened
    answer = ada.post(f"{where}/messages{slash}", {"body": "Also on phones."}, content_type="application/json")
    assert (answer.status_code, answer.json()["ticket_id"]) == (201, opened["id"])


def test_sub_subject_may_be_left_out_or_null(api_for):
    ada = api_for("ada")
    for extra in ({}, {"sub_subject": None}, {"sub_subject": ""}):
        body = {"subject": "email", "description": "?"} | extra
        answer = ada.post("/api/support/tickets", body, content_type="application/json")
        assert (answer.status_code, answer.json()["sub_subject"]) == (201, None)


@pytest.mark.parametrize(("urgency", "priority"), [("critical", "P2"), ("high", "P3"), ("low", "P4"), (None, "P3")])
def test_who_asks_says_how_urgent_it_is(api_for, urgency, priority):
    body = NEW | ({"urgency": urgency} if urgency else {})
    sent = api_for("ada").post("/api/support/tickets", body, content_type="application/json")

    assert sent.status_code == 201
    assert api_for("sam").get("/platform-admin/tickets").json()["results"][0]["priority"] == priority


def test_an_urgency_that_there_is_not_is_refused(api_for):
    sent = api_for("ada").post("/api/support/tickets", NEW | {"urgency": "now"}, content_type="application/json")

    assert sent.status_code == 422
    assert "urgency" in sent.json()["errors"]


def test_a_closed_ticket_refuses_a_reply_in_words(api_for, opened, row_id):
    api_for("omar").patch(f"/platform-admin/tickets/{row_id}/status", {"status": "closed"}, "application/json")

    answer = api_for("ada").post(
        f"/api/support/tickets/{opened['id']}/messages", {"body": "More"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_closed")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_list_narrows_and_pages(api_for):
    ada = api_for("ada")
    for _ in range(3):
        ada.post("/api/support/tickets", NEW, content_type="application/json")

    first = ada.get("/api/support/tickets?limit=2&status=new").json()
    rest = ada.get(f"/api/support/tickets?limit=2&status=new&cursor={first['next_cursor']}").json()
    assert [len(page["results"]) for page in (first, rest)] == [2, 1]
    assert rest["next_cursor"] is None
    assert ada.get("/api/support/tickets?status=solved").json()["results"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=%D9%A1", "status=lost", "cursor=x", "page=2", "limit=" + "9" * 30],
)
def test_a_parameter_that_means_nothing_is_named(api_for, query):
    answer = api_for("ada").get(f"/api/support/tickets?{query}")
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("name", ["bo", "bea"])
def test_foreign_and_missing_are_the_same(api_for, opened, name):
    client = api_for(name)
    foreign = client.get(f"/api/support/tickets/{opened['id']}")
    missing = client.get(f"/api/support/tickets/{'0' * 8}-0000-7000-8000-{'0' * 12}")
    nonsense = client.get("/api/support/tickets/1")
    assert foreign.status_code == missing.status_code == nonsense.status_code == 404
    assert foreign.content == missing.content == nonsense.content
    assert client.get("/api/support/tickets").json()["results"] == []


@pytest.mark.parametrize("name", ["cleo", "mia"])
def test_customers_and_members_are_refused(api_for, opened, name):
    client = api_for(name)
    answers = [
        client.get("/api/support/tickets"),
        client.get(f"/api/support/tickets/{opened['id']}"),
        client.post("/api/support/tickets", NEW, content_type="application/json"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_nobody_is_asked_to_sign_in(visitor):
    answer = visitor("acme").get("/api/support/tickets")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_console_is_not_on_a_companys_host(api_for):
    assert api_for("ada").get("/platform-admin/tickets").status_code == 404


def test_a_page_of_ours_may_use_its_session_with_the_form_token(client_for):
    ada = client_for("ada")
    assert ada.get("/api/support/tickets").status_code == 200
    ada.ask_for_form_tokens()
    refused = ada.post("/api/support/tickets", NEW, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")


def test_a_head_request_is_a_list_without_its_rows(api_for, opened):
    answer = api_for("ada").head("/api/support/tickets")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_longer_list_costs_no_more_statements(api_for, opened):
    ada, numbers = api_for("ada"), []
    for _ in range(2):
        ada.get("/api/support/tickets")
        with CaptureQueriesContext(connection) as statements:
            ada.get("/api/support/tickets")
        numbers.append(len(statements))
        for _ in range(3):
            ada.post("/api/support/tickets", NEW, content_type="application/json")
    assert numbers[0] == numbers[1] <= 4


def test_an_account_that_is_switched_off_ends_at_once(api_for, inside, acme, ada):
    client = api_for("ada")
    with inside(acme):
        User.objects.filter(pk=ada.id).update(is_active=False)
    assert client.get("/api/support/tickets").status_code == 401
