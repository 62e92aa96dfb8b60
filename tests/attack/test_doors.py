"""Passwords, sessions and slow senders."""

import threading

import pytest
from django.conf import settings

from portico import bodies
from portico.throttle import place_of
from shared_apps.accounts import actions
from tests.support.cast import PASSWORD

ADA = {"email": "ada@acme.example", "password": PASSWORD}


def test_a_stranger_cannot_keep_somebody_out(visitor):
    stranger, ada = visitor("acme"), visitor("acme")
    for _ in range(12):
        stranger.post("/login", ADA | {"password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    assert stranger.post("/login", ADA, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert ada.post("/login", ADA, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_guessing_from_many_places_ends_too(visitor, monkeypatch):
    monkeypatch.setattr(actions, "_TRIES_FROM_EVERYWHERE", 3)
    browser, wrong = visitor("acme"), ADA | {"password": "wrong"}
    said = [browser.post("/login", wrong, REMOTE_ADDR=f"203.0.113.{one}").status_code for one in range(4)]
    assert said == [422, 422, 422, 429]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("203.0.113.9", "203.0.113.9"),
        ("a:b:no", "a:b:no"),
        ("", ""),
    ],
)
def test_all_addresses_of_one_line_are_one_place(rf, address, place):
    assert place_of(rf.get("/", REMOTE_ADDR=address)) == place


def test_signing_in_takes_no_session_that_was_there_before(visitor):
    browser = visitor("acme")
    browser.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"
    answer = browser.post("/login", ADA)
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value != "planted0planted0planted0planted0"


def test_a_copied_cookie_ends_with_the_session(client_for):
    browser, copy = client_for("ada"), client_for("ada")
    copy.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert copy.get("/manager/tickets").status_code == 200
    browser.post("/logout")
    assert copy.get("/manager/tickets").status_code == 302


@pytest.mark.parametrize("change", ["password", "is_active"])
def test_a_changed_account_ends_session_or_token_at_once(client_for, api_for, inside, acme, change):
    from shared_apps.accounts.models import User

    browser, program = client_for("ada"), api_for("ada")
    with inside(acme):
        ada = User.objects.get(email="ada@acme.example")
        ada.set_password("another password")
        ada.is_active = change != "is_active"
        ada.save()
    assert browser.get("/manager/tickets").status_code == 302
    assert program.get("/api/support/tickets").status_code == (401 if change == "is_active" else 200)


def test_slow_senders_leave_threads_to_others(visitor, monkeypatch):
    taken = threading.BoundedSemaphore(1)
    monkeypatch.setattr(bodies, "_readers", taken)
    monkeypatch.setattr(bodies, "WAIT_SECONDS", 0.01)
    taken.acquire()
    assert visitor("acme").post("/login", ADA).status_code == 503
    assert visitor("acme").get("/login").status_code == 200
    taken.release()
    assert visitor("acme").post("/login", ADA).status_code == 302
