"""Doors at their edges: spelling of hosts, what is kept warm and for how long, and who may name a company."""

import json

import pytest

from shared_apps.accounts.models import User
from tenants import middleware, routing
from tenants.models import Company, Domain


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("Acme.Example", "acme.example"),
        ("acme.example.:8000", "acme.example:8000"),
        ("acme.example..", "acme.example"),
        ("acme.example:", "acme.example"),
        ("", ""),
    ],
)
def test_a_host_has_one_spelling(host, expected):
    assert routing.normalize(host) == expected


@pytest.mark.no_database
def test_away_from_loopback_the_loopback_is_no_door(settings, monkeypatch):
    asked = []
    monkeypatch.setattr(routing, "_look_up", lambda *words: asked.append(words))
    settings.BASE_HOST = "desk.example"
    for host in ("127.0.0.1", "localhost", "console.desk.example:8000"):
        assert routing.door_of(host) is None
    assert [host for host, *_ in asked] == ["127.0.0.1", "localhost", "console.desk.example:8000"]
    assert routing.door_of("desk.example").kind == "public"
    assert routing.door_of("console.desk.example").kind == "console"


@pytest.mark.no_database
def test_the_base_and_the_console_have_no_company():
    for host, kind in (
        ("localhost:8000", "public"),
        ("127.0.0.1:8000", "public"),
        ("console.localhost:8000", "console"),
    ):
        door = routing.door_of(host)
        assert door == routing.Door(kind, host)
        assert (door.company, door.state, door.fingerprint, door.notice) == (None, "active", "", "")
        assert door.urlconf == f"portico.urls_{kind}"


def test_the_console_is_only_on_its_own_port(database):
    assert routing.door_of("console.localhost:9999") is None


def test_a_domain_of_its_own_leads_to_the_company_and_subdomains_of_it_do_not(acme, outside, database):
    database.connection.execute(
        "INSERT INTO tenants_domain (domain, is_primary, tenant_id, schema, state)"
        " VALUES ('help.acme.example', true, %s, %s, 'active')",
        [acme.id, acme.schema],
    )
    with outside():
        assert str(Domain.objects.get()) == "help.acme.example"
    assert routing.door_of("HELP.acme.example:8000").company == acme
    assert routing.door_of("help.acme.example").company == acme
    for host in ("acme.example", "x.help.acme.example", "acme", "acme.localhost.example"):
        assert routing.door_of(host) is None


@pytest.mark.parametrize("find", [lambda: routing.door_of("acme.localhost:8000"), lambda: routing.door_by_id(1, "")])
def test_what_is_warm_cools_down_after_five_seconds(acme, database, monkeypatch, find):
    moment = 1_000.0
    monkeypatch.setattr(routing.time, "monotonic", lambda: moment)
    assert find().state == "active"
    database.connection.execute("UPDATE tenants_company SET state = 'suspended', notice = 'Back soon' WHERE id = 1")
    moment = 1_004.9
    assert find().state == "active"
    moment = 1_005.0
    assert (find().state, find().notice) == ("suspended", "Back soon")


def test_a_door_knows_its_company_and_release(acme, outside):
    with outside():
        kept = Company.objects.get(slug="acme").fingerprint
    for door in (routing.door_of("acme.localhost:8000"), routing.door_by_id(acme.id, "localhost:8000")):
        assert (door.kind, door.company, door.state, door.fingerprint) == ("company", acme, "active", kept)
        assert door.urlconf == "portico.urls_company"


def test_a_company_found_by_its_id_is_kept_warm_too(acme, django_assert_num_queries, outside):
    assert routing.door_by_id(999, "localhost:8000") is None
    routing.door_by_id(acme.id, "localhost:8000")
    with outside(), django_assert_num_queries(0):
        assert routing.door_by_id(acme.id, "localhost:8000").company == acme


def test_a_host_that_was_given_up_is_forgotten(acme, database, monkeypatch):
    moment = 1_000.0
    monkeypatch.setattr(routing.time, "monotonic", lambda: moment)
    assert routing.door_of("acme.localhost:8000").company == acme
    database.connection.execute("UPDATE tenants_company SET slug = 'moved' WHERE slug = 'acme'")
    moment = 1_006.0
    assert routing.door_of("acme.localhost:8000") is None
    assert "acme.localhost:8000" not in routing._warm
    assert routing.door_of("moved.localhost:8000").company.id == acme.id


def test_no_flood_of_hosts_fills_the_memory(acme, borealis, monkeypatch):
    monkeypatch.setattr(routing, "_MOST_KEPT", 2)
    hosts = ["acme.localhost:8000", "borealis.localhost:8000", "help.localhost:8000"]
    kept = []
    for host in hosts:
        routing.door_of(host)
        kept.append(len(routing._warm))
    assert kept == [1, 2, 1]
    assert list(routing._warm) == ["help.localhost:8000"]


def _ask(visitor, path: str, token: str | None, company: object = None) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if company is not None:
        headers["X-Company-Id"] = str(company)
    answer = visitor().get(path, headers=headers)
    return answer.status_code, json.loads(answer.content).get("code", "")


def test_on_the_base_host_staff_and_companies_have_their_own_paths(acme, token_for, visitor):
    ada, lin = token_for("ada"), token_for("lin")
    company, staff = "/api/support/tickets", "/platform-admin/tickets"
    assert _ask(visitor, staff, lin) == (200, "")
    assert _ask(visitor, company, ada, f" {acme.id} ") == (200, "")
    refused = [
        _ask(visitor, staff, lin, acme.id),
        _ask(visitor, company, lin),
        _ask(visitor, company, lin, "None"),
        _ask(visitor, staff, ada, acme.id),
        _ask(visitor, staff, ada),
        _ask(visitor, "/api/v1/anything", ada),
    ]
    assert refused == [(404, "not_found")] * 6


def test_a_company_that_is_not_there_cannot_be_told_from_a_wrong_secret(acme, visitor):
    for company in (acme.id, 999):
        token = f"pt_{company}_1_{'x' * 43}"
        assert _ask(visitor, "/api/support/tickets", token, company) == (401, "sign_in_needed")


@pytest.mark.parametrize("path", ["/api/support/tickets", "/api/v1/anything", "/platform-admin/tickets"])
def test_on_the_base_host_a_program_without_a_token_is_told_how(visitor, acme, path):
    for token in (None, "nonsense"):
        assert _ask(visitor, path, token, acme.id) == (401, "sign_in_needed")
    assert visitor().get(path)["WWW-Authenticate"] == "Bearer"


def test_a_suspended_company_is_closed_to_its_programs_as_well(acme, database, token_for, visitor):
    ada = token_for("ada")
    database.connection.execute("UPDATE tenants_company SET state = 'suspended' WHERE id = 1")
    routing.forget()
    assert _ask(visitor, "/api/support/tickets", ada, acme.id)[0] == 503


@pytest.mark.parametrize("state", ["suspended", "archived", "erasing"])
def test_only_an_active_company_is_served(acme, database, visitor, state):
    database.connection.execute("UPDATE tenants_company SET state = %s WHERE id = 1", [state])
    routing.forget()
    assert visitor("acme").get("/login").status_code == 503


def test_the_owners_own_process_serves_a_company_that_is_behind(settings, acme):
    behind = routing.Door("company", "acme.localhost:8000", acme, fingerprint="older")
    assert middleware._closed(None, routing.Door("public", "localhost:8000")) is None
    settings.SPEAKS_AS_OWNER = True
    assert middleware._closed(None, behind) is None


@pytest.mark.parametrize(("status", "stays"), [(200, True), (499, True), (500, False), (503, False)])
def test_from_500_on_nothing_of_the_request_stays(acme, inside, rf, status, stays):
    from django.http import HttpResponse

    def answer(request: object) -> HttpResponse:
        User.objects.filter(name="Ada Lind").update(name="Ada L.")
        return HttpResponse(status=status)

    assert middleware.DoorMiddleware(answer)(rf.get("/", HTTP_HOST="acme.localhost:8000")).status_code == status
    with inside(acme):
        assert User.objects.filter(name="Ada L.").exists() == stays


def test_a_request_knows_its_door_and_urls(acme, rf):
    from django.http import HttpResponse

    seen = []
    inner = middleware.DoorMiddleware(lambda request: seen.append(request) or HttpResponse())
    inner(rf.get("/", HTTP_HOST="acme.localhost:8000"))
    inner(rf.get("/api/support/", HTTP_HOST="acme.localhost:8000"))
    inner(rf.get("/", HTTP_HOST="localhost:8000"))
    assert [(one.door.kind, one.urlconf) for one in seen] == [
        ("company", "portico.urls_company"),
        ("company", "portico.urls_company"),
        ("public", "portico.urls_public"),
    ]


def test_a_company_that_is_too_busy_is_told_so(acme, rf, monkeypatch):
    from portico.errors import TooMany

    def busy(company: object) -> None:
        raise TooMany(7)

    monkeypatch.setattr(middleware, "company_turn", busy)
    answer = middleware.DoorMiddleware(lambda request: None)(rf.get("/", HTTP_HOST="acme.localhost:8000"))
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")


def test_another_spelling_of_a_warm_host_is_warm_too(acme, django_assert_num_queries):
    door = routing.door_of("acme.localhost:8000")
    with django_assert_num_queries(0):
        assert routing.door_of("ACME.localhost.:8000") is door
