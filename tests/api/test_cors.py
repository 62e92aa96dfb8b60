"""Pages of other websites: those that managers listed may call with a key, and nobody with a session."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico.errors import Forbidden, Invalid
from tenant_apps.tickets import actions, origins, settings

SHOP, TICKETS = "https://shop.example.com", "/api/v1/support/tickets"
ALLOWS = "Access-Control-Allow-Origin"
ASKS = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def listed(inside, acme, ada):
    with inside(acme):
        actions.set_to("api_origins", [SHOP, "http://localhost:3000"], by=ada)


def test_a_listed_website_is_answered_before_and_after(listed, visitor, api_for):
    before = visitor("acme").options(TICKETS, headers={"Origin": SHOP} | ASKS)
    assert (before.status_code, before[ALLOWS], before.content) == (204, SHOP, b"")
    assert "Authorization" in before["Access-Control-Allow-Headers"]
    assert "PATCH" in before["Access-Control-Allow-Methods"]
    after = api_for("ada").get(TICKETS, headers={"Origin": SHOP})
    assert (after.status_code, after[ALLOWS]) == (200, SHOP)
    assert "RateLimit-Remaining" in after["Access-Control-Expose-Headers"]
    refused = visitor("acme").get(TICKETS, headers={"Origin": SHOP})
    assert (refused.status_code, refused[ALLOWS]) == (401, SHOP)
    for answer in (before, after, refused):
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "*",
        "https://SHOP.example.com",
        "http://shop.example.com",
        "https://shop.example.com:8443",
        "https://shop.example.com.evil.example",
        "https://evil-shop.example.com",
        "https://shop.example.com/",
        "https://shop.example.com evil",
        "https://shop.example.com\t",
        "http://localhost:3001",
        "http://acme.localhost:8000",
        "",
    ],
)
def test_what_is_not_listed_to_the_letter_gets_no_word(listed, visitor, api_for, origin):
    before = visitor("acme").options(TICKETS, headers={"Origin": origin} | ASKS)
    after = api_for("ada").get(TICKETS, headers={"Origin": origin})
    for answer in (before, after):
        assert [name for name in answer.headers if name.startswith("Access-Control")] == []
        assert "Origin" in answer["Vary"]


def test_another_company_has_its_own_list_and_pages_have_none(listed, visitor, api_for, client_for):
    assert ALLOWS not in api_for("bo").get(TICKETS, headers={"Origin": SHOP})
    assert ALLOWS not in visitor("acme").get("/login", headers={"Origin": SHOP})
    assert ALLOWS not in visitor("acme").options("/login", headers={"Origin": SHOP} | ASKS)
    assert ALLOWS not in client_for("ada").get("/manager/inbox", headers={"Origin": SHOP})
    assert ALLOWS not in api_for("lin").get("/platform-admin/tickets", headers={"Origin": SHOP})


def test_a_listed_website_still_writes_nothing_with_a_session(listed, client_for):
    ada = client_for("ada")
    sent = ada.post(TICKETS, {"subject": "A"}, content_type="application/json", headers={"Origin": SHOP})
    assert (sent.status_code, sent.json()["code"]) == (403, "foreign_origin")
    read = ada.get(TICKETS, headers={"Origin": SHOP})
    assert "Access-Control-Allow-Credentials" not in read


def test_only_calls_from_elsewhere_read_the_list(listed, api_for):
    ada, counts = api_for("ada"), []
    for origin in ({}, {"Origin": "http://acme.localhost:8000"}, {"Origin": SHOP}):
        ada.get(TICKETS)
        with CaptureQueriesContext(connection) as sent:
            ada.get(TICKETS, headers=origin)
        counts.append(len(sent.captured_queries))
    assert counts == [counts[0], counts[0], counts[0] + 1]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://Shop.Example.com/", SHOP),
        ("https://shop.example.com:443", SHOP),
        ("https://shop.example.com:8443", "https://shop.example.com:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(typed, kept):
    assert origins.read(typed) == kept


@pytest.mark.no_database
@pytest.mark.parametrize(
    "typed",
    [
        "null",
        "*",
        "https://*.example.com",
        "http://shop.example.com",
        "http://localhost.evil.example",
        "https://shop.example.com/path",
        "https://shop.example.com?x",
        "https://ada@shop.example.com",
        "https://shop.example.com:0",
        "https://shop.example.com:65536",
        "https://-shop.example.com",
        "https://shop..example.com",
        "https://[::g]",
        "ftp://shop.example.com",
        "javascript:alert(1)",
        "https://shöp.example.com",
        "",
        None,
        7,
    ],
)
def test_what_is_no_origin_is_refused(typed):
    with pytest.raises(Invalid):
        origins.read(typed)


def test_managers_set_the_list_and_undo_it(client_for, inside, acme, ben):
    where, ada = "/manager/settings/keys", client_for("ada")
    page = ada.post(where, {"origins": f"{SHOP}\nhttps://b.example", "version": "0"}, follow=True)
    assert "Pages of these websites may call" in page.content.decode()
    with inside(acme):
        assert settings.read("api_origins")["api_origins"] == [SHOP, "https://b.example"]
        with pytest.raises(Forbidden):
            actions.set_to("api_origins", [], by=ben)
        with pytest.raises(Invalid):
            actions.set_to("api_origins", ["https://b.example"] * 51, by=a_manager())
    wrong = ada.post(where, {"origins": "https://b.example/path", "version": "1"})
    assert (wrong.status_code, "without a path" in wrong.content.decode()) == (422, True)
    stale = ada.post(where, {"origins": "", "version": "0"})
    assert stale.status_code == 409


def a_manager():
    from portico.actor import Actor
    from portico.ids import uuid7

    return Actor(kind="company", id=uuid7(), role="manager", label="Ben Ode")
