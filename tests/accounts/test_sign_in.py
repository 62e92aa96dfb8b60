"""Signing in and out: the same words for every mistake, and never to another host."""

import pytest
from django.conf import settings

from tests.support.cast import PASSWORD
from tests.support.clients import Client

WRONG = "The e-mail or the password is not right."


@pytest.mark.parametrize(
    ("host", "email", "home"),
    [
        ("acme", "olga@acme.example", "/manager/inbox"),
        ("acme", " ADA@acme.example ", "/manager/inbox"),
        ("acme", "cleo@acme.example", "/"),
        ("console", "lin@portico.example", "/admin/tickets"),
    ],
)
def test_everybody_lands_where_they_work(visitor, host, email, home):
    browser = visitor(host)
    answer = browser.post("/login", {"email": email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, home)
    assert browser.get("/login")["Location"] == home


@pytest.mark.parametrize(
    ("host", "email", "password"),
    [
        ("acme", "ada@acme.example", "not the password"),
        ("acme", "nobody@acme.example", PASSWORD),
        ("borealis", "ada@acme.example", PASSWORD),
        ("console", "ada@acme.example", PASSWORD),
        ("acme", "lin@portico.example", PASSWORD),
    ],
)
def test_a_mistake_never_says_whether_an_address_exists(visitor, host, email, password):
    answer = visitor(host).post("/login", {"email": email, "password": password})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert WRONG in text
    assert email in text
    assert password not in text
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"email": "ada@acme.example"},
        {"email": "a\0da@acme.example", "password": PASSWORD},
        {"email": "ada@acme.example", "password": "x\0y"},
        {"email": "x" * 300, "password": PASSWORD},
        {"email": "\u202eada@acme.example 🦊", "password": "🦊"},
    ],
)
def test_whatever_is_typed_gets_a_form_back(visitor, fields):
    assert visitor("acme").post("/login", fields).status_code == 422


def test_too_many_tries_are_told_to_wait(visitor):
    browser = visitor("acme")
    for _ in range(10):
        browser.post("/login", {"email": "ada@acme.example", "password": "wrong"})
    answer = browser.post("/login", {"email": "ada@acme.example", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Please wait" in answer.content.decode()


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("/manager/tickets/new?x=1", "/manager/tickets/new?x=1"),
        ("https://evil.example/", "/manager/inbox"),
        ("//evil.example/", "/manager/inbox"),
        ("http://borealis.localhost:8000/", "/manager/inbox"),
        ("javascript:alert(1)", "/manager/inbox"),
        ("/\r\nX: y", "/manager/inbox"),
    ],
)
def test_next_stays_on_this_host(visitor, wanted, location):
    fields = {"email": "ada@acme.example", "password": PASSWORD, "next": wanted}
    assert visitor("acme").post("/login", fields)["Location"] == location


def test_a_page_behind_the_door_asks_to_sign_in_and_comes_back(visitor):
    browser = visitor("acme")
    assert browser.get("/manager/tickets?status=new")["Location"] == "/login?next=%2Fmanager%2Ftickets%3Fstatus%3Dnew"
    part = browser.get(
        "/manager/tickets",
        headers={"HX-Request": "true", "HX-Current-URL": "http://acme.localhost:8000/manager/tickets?status=new"},
    )
    assert (part.status_code, part["HX-Redirect"]) == (401, "/login?next=%2Fmanager%2Ftickets%3Fstatus%3Dnew")


def test_signing_out_ends_the_session_and_is_a_post(client_for):
    browser = client_for("ada")
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout")["Location"] == "/login?out=1"
    assert "You are signed out." in browser.get("/login?out=1").content.decode()
    assert browser.get("/manager/tickets").status_code == 302
    assert browser.post("/logout").status_code == 302


def test_signing_in_needs_the_proof_of_the_form(acme):
    browser = Client(enforce_csrf_checks=True, headers={"Host": "acme.localhost:8000"})
    answer = browser.post("/login", {"email": "ada@acme.example", "password": PASSWORD})
    assert answer.status_code == 403
    assert "too old or came from another page" in answer.content.decode()


def test_the_sign_in_page_of_the_base_does_not_exist(visitor):
    assert visitor().get("/login").status_code == 404
