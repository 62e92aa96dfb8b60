"""Hosts lead to doors; what leads nowhere is refused before anything is read."""

import json

import pytest
from django.db import connection

from portico.database import platform_scope
from tenants import routing
from tests.conftest import host_of


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("localhost:8000", "public"),
        ("127.0.0.1:8000", "public"),
        ("console.localhost:8000", "console"),
        ("CONSOLE.localhost.:8000", "console"),
        ("acme.localhost:8000", "company"),
        ("ACME.LOCALHOST:8000", "company"),
        ("help.localhost:8000", "company"),
    ],
)
def test_every_host_has_its_door(database, host, kind):
    assert routing.door_of(host).kind == kind


@pytest.mark.parametrize(
    "host",
    [
        "nobody.localhost:8000",
        "a.acme.localhost:8000",
        "example.com",
        "acme.localhost.evil:8000",
        "xn--n3h.localhost:8000",
    ],
)
def test_a_host_that_leads_nowhere_is_misdirected(visitor, host):
    answer = visitor().get("/", headers={"Host": host})

    assert answer.status_code == 421


def test_programs_get_a_problem_document_on_an_unknown_host(visitor):
    answer = visitor().get("/api/support/tickets", headers={"Host": "nobody.localhost:8000"})

    assert answer.status_code == 421
    assert answer["Content-Type"] == "application/problem+json"


def test_a_warm_host_costs_no_statement(acme, django_assert_num_queries):
    routing.door_of("acme.localhost:8000")
    with platform_scope(), django_assert_num_queries(0):
        routing.door_of("acme.localhost:8000")


def test_a_new_company_is_found_although_its_host_was_asked_for_before(outside):
    from tenants import provision

    assert routing.door_of("cobble.localhost:8000") is None
    with outside():
        provision.claim(name="Cobble & Co", slug="cobble")
    assert routing.door_of("cobble.localhost:8000").company.name == "Cobble & Co"


def test_a_suspended_company_answers_with_its_own_page(acme, database, visitor):
    database.connection.execute("UPDATE tenants_company SET state = 'suspended' WHERE slug = 'acme'")
    routing.forget()

    page, other = visitor("acme").get("/"), visitor("borealis").get("/")

    assert (page.status_code, other.status_code) == (503, 200)
    assert "Acme" in page.content.decode()


def test_a_company_behind_this_release_waits_alone(acme, database, visitor):
    database.connection.execute("UPDATE tenants_company SET fingerprint = 'older' WHERE slug = 'acme'")
    routing.forget()

    assert visitor("acme").get("/").status_code == 503
    assert visitor("borealis").get("/").status_code == 200


def test_on_the_base_host_token_and_company_must_agree(acme, borealis, token_for, visitor):
    def ask(token: str, company: object) -> int:
        headers = {"Authorization": f"Bearer {token}"} | ({"X-Company-Id": str(company)} if company is not None else {})
        return visitor().get("/api/support/tickets", headers=headers).status_code

    ada, lin = token_for("ada"), token_for("lin")
    assert ask(ada, acme.id) == 200
    assert [ask(ada, borealis.id), ask(ada, 999), ask(ada, "x"), ask(ada, None), ask(lin, acme.id)] == [404] * 5
    assert ask("nonsense", acme.id) == 401


def test_staff_speak_on_the_base_host_too(token_for, visitor):
    def ask(token: str) -> int:
        return visitor().get("/platform-admin/tickets", headers={"Authorization": f"Bearer {token}"}).status_code

    assert ask(token_for("omar")) == 200
    assert ask(token_for("ada")) == 404


def test_a_session_of_one_company_means_nothing_in_another(client_for):
    ada = client_for("ada")
    assert ada.get("/manager/tickets").status_code == 200

    answer = ada.get("/manager/tickets", headers={"Host": host_of("bo")})

    assert answer.status_code == 302
    assert "/login" in answer["Location"]


def test_a_broken_page_leaves_nothing_behind(acme, client_for, inside, database):
    """A 5xx rolls back, the session included."""
    ada = client_for("ada")
    database.connection.execute(f"ALTER TABLE {acme.schema}.tickets_ticket RENAME TO away")
    try:
        answer = ada.get("/manager/tickets")
    finally:
        database.connection.execute(f"ALTER TABLE {acme.schema}.away RENAME TO tickets_ticket")
    assert answer.status_code == 500
    assert connection.in_atomic_block is False


def test_an_api_error_is_a_problem_document(api_for):
    answer = api_for("ada").get("/api/support/nothing-here")
    assert answer.status_code == 404
    assert json.loads(answer.content)["code"] == "not_found"
