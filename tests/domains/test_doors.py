"""What an own domain leads to: the company's door, the one host that links name, and a certificate."""

import pytest

from portico import certificates
from tests.support.clients import Client

HELP = "help.acme.example"
OWN, SUBDOMAIN = f"{HELP}:8000", "acme.localhost:8000"


@pytest.fixture(autouse=True)
def fresh_answers(monkeypatch):
    monkeypatch.setattr(certificates, "_answers", certificates.Answers())


def at(host, path="/login", **more):
    """What somebody sees there."""
    return Client(headers={"Host": host}).get(path, **more)


def test_a_proven_domain_is_a_door_of_its_company_and_a_waiting_one_is_none(inside, acme, ada, owned):
    from tenants.domains import actions

    with inside(acme):
        actions.add("later.acme.example", "portal", by=ada)
    owned()
    owned("acme.example", "mail")
    assert "Acme" in at(OWN).content.decode()
    assert at(SUBDOMAIN).status_code == 200  # none was chosen, so both are as good
    assert {at(f"{name}:8000").status_code for name in ("later.acme.example", "acme.example")} == {421}


def test_the_host_that_was_chosen_is_where_pages_are(owned, look, zone, acme):
    owned(leads=True)
    moved = at(SUBDOMAIN, "/login?next=/requests")
    assert (moved.status_code, moved["Location"]) == (302, f"http://{OWN}/login?next=/requests")
    part = at(SUBDOMAIN, headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, f"http://{OWN}/login")
    assert at(OWN).status_code == 200
    assert at(SUBDOMAIN, "/api/schema").status_code == 200  # programs keep their address
    assert Client(headers={"Host": SUBDOMAIN}).post("/login", {}).status_code == 422
    zone.drop(HELP, "CNAME")
    look(acme, HELP)
    look(acme, HELP)
    assert at(OWN)["Location"] == f"http://{SUBDOMAIN}/login"  # while it is broken, back to what is sure


def test_a_session_of_one_host_is_none_on_the_other(owned, client_for):
    owned()
    client = client_for("ada")
    assert client.get("/manager/inbox").status_code == 200
    cookie = client.post("/login", {"email": "ada@acme.example", "password": "correct horse battery"}).cookies
    assert not any(morsel["domain"] for morsel in cookie.values())


def test_what_stands_beneath_a_companys_own_domain_is_not_told_to_use_tls(owned, settings):
    owned()
    settings.HTTPS = True
    told = [at(host)["Strict-Transport-Security"].partition("; ")[2] for host in (OWN, SUBDOMAIN)]
    assert told == ["", "includeSubDomains"]


def asked(domain, **headers):
    return Client(headers={"Host": "web:8000"} | headers).get("/internal/tls-ask", {"domain": domain}).status_code


def test_a_certificate_is_ordered_for_desks_that_work(owned, inside, acme, ada, database):
    from tenants.domains import actions

    owned()
    with inside(acme):
        actions.add("later.acme.example", "portal", by=ada)
    hosts = (
        "acme.localhost",
        "console.localhost",
        "localhost",
        HELP,
        HELP.upper(),
        "later.acme.example",
        "x.example",
        "",
    )
    assert [asked(host) for host in hosts] == [200, 200, 200, 200, 200, 404, 404, 404]


def test_nobody_orders_one_for_a_company_that_rests(owned, database):
    owned()
    database.connection.execute("UPDATE tenants_company SET state = 'suspended' WHERE slug = 'acme'")
    assert [asked(host) for host in (HELP, "acme.localhost")] == [404, 404]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_what_comes_through_the_proxy_is_not_the_proxy(acme, header):
    assert asked("acme.localhost", **{header: "127.0.0.1"}) == 404


def test_strangers_from_outside_ask_for_nothing(acme):
    client = Client(headers={"Host": "web:8000"}, REMOTE_ADDR="203.0.113.9")
    assert client.get("/internal/tls-ask", {"domain": "acme.localhost"}).status_code == 404


def test_a_flood_of_made_up_names_costs_few_look_ups_and_hides_no_known_desk(owned, django_assert_max_num_queries):
    owned()
    assert asked(HELP) == 200
    with django_assert_max_num_queries(600):
        answers = [asked(f"n{number}.example") for number in range(400)]
    assert answers.count(429) > 200
    assert asked(HELP) == 200


def test_a_restored_company_keeps_its_domains_in_its_new_schema(database, owned, acme):
    from portico.database import CompanyRef
    from tenants.domains import reading

    owned()
    again = CompanyRef(acme.id, "t_0123456789abcdef", 2, acme.slug, acme.name)
    database.connection.execute("DELETE FROM tenants_due WHERE company_id = %s", [acme.id])  # as a restore does
    reading.carry_over(database.connection, again)
    rows = database.connection.execute("SELECT d.schema, u.schema, u.generation FROM tenants_domain d, tenants_due u")
    assert rows.fetchall() == [(again.schema, again.schema, 2)]
