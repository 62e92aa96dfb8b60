"""Tokens and sessions: whose they are, where they count, and when they end."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portico.database import company_scope
from portico.errors import TooMany
from shared_apps.accounts import actions, sessions, tokens
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.middleware import bearer
from shared_apps.accounts.models import Token, User
from tests.support.cast import PASSWORD

SECRET = "x" * 43


def _user(name: str = "ada@acme.example") -> User:
    return User.objects.get(email=name)


@pytest.mark.parametrize(
    ("text", "company", "generation"),
    [
        (f"pt_7_3_{SECRET}", 7, 3),
        (f"pt_p_1_{SECRET}", None, 1),
        (f"pt_{'9' * 18}_{'9' * 9}_{SECRET}", 10**18 - 1, 10**9 - 1),
    ],
)
def test_a_token_says_where_it_belongs(text, company, generation):
    assert tokens.claims(text) == tokens.Claims(company, generation)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pt",
        f"pt_7_3_{SECRET}x",
        f"pt_7_3_{SECRET[1:]}",
        f" pt_7_3_{SECRET}",
        f"pt_7_3_{SECRET}\n",
        f"pt_x_3_{SECRET}",
        f"pt_-7_3_{SECRET}",
        f"pt_{'9' * 19}_3_{SECRET}",
        f"pt_7_{'9' * 10}_{SECRET}",
        f"pt_7__{SECRET}",
        f"pt_7_3_{SECRET[1:]}!",
    ],
)
def test_what_is_not_shaped_like_a_token_says_nothing(text):
    assert tokens.claims(text) is None


def test_a_token_is_found_where_it_was_issued_and_nowhere_else(inside, outside, acme, borealis, lin):
    with inside(acme):
        hers = tokens.issue(_user(), "mine")
        assert hers.startswith(f"pt_{acme.id}_{acme.generation}_")
        assert tokens.claims(hers) is not None
        assert tokens.find(hers).user == _user()
        assert not Token.objects.filter(digest__contains=hers[-43:]).exists()
        assert Token.objects.get().label == "mine"
    with outside():
        staff = tokens.issue(User.objects.get(pk=lin.id), "hers")
        assert tokens.claims(staff) == tokens.Claims(None, 1)
        assert tokens.find(staff).user.name == "Lin Haas"
        assert tokens.find(hers) is None
    with inside(borealis):
        assert [tokens.find(one) for one in (hers, staff)] == [None, None]


def test_a_wrong_secret_and_a_borrowed_address_find_nobody(inside, acme, borealis):
    with inside(acme):
        hers = tokens.issue(_user(), "mine")
        assert tokens.find(hers[:-1] + ("a" if hers[-1] != "a" else "b")) is None
        assert tokens.find(hers.replace(f"pt_{acme.id}_", f"pt_{borealis.id}_")) is None
        assert tokens.find(f"pt_{acme.id}_{acme.generation}_short") is None
        # A row of that very text is no token either when the text is not shaped like one.
        odd = f"pt_{acme.id}_{acme.generation}_short"
        Token.objects.create(user=_user(), digest=tokens._digest(odd), label="odd")
        assert tokens.find(odd) is None


def test_a_raised_generation_ends_every_token(inside, acme):
    from dataclasses import replace

    with inside(acme):
        hers = tokens.issue(_user(), "mine")
    with inside(replace(acme, generation=acme.generation + 1)):
        assert tokens.find(hers) is None


@pytest.mark.parametrize(("minutes", "counts"), [(-1, False), (0, False), (1, True)])
def test_a_token_ends_at_its_time(inside, acme, monkeypatch, minutes, counts):
    moment = timezone.now()
    monkeypatch.setattr(tokens.timezone, "now", lambda: moment)
    with inside(acme):
        hers = tokens.issue(_user(), "mine", lifetime=timedelta(hours=1))
        assert Token.objects.get().expires_at == moment + timedelta(hours=1)
        Token.objects.update(expires_at=moment + timedelta(minutes=minutes))
        assert (tokens.find(hers) is not None) == counts
        assert (Token.objects.get().last_used_at is not None) == counts


def test_a_token_of_somebody_who_left_is_none(inside, acme):
    with inside(acme):
        hers = tokens.issue(_user(), "mine")
        User.objects.update(is_active=False)
        assert tokens.find(hers) is None


def test_the_last_use_is_noted_every_five_minutes(inside, acme, monkeypatch):
    moment = timezone.now()
    with inside(acme):
        hers = tokens.issue(_user(), "mine")
        seen = []
        for minutes in (0, 5, 5.5, 10, 10.6):
            monkeypatch.setattr(tokens.timezone, "now", lambda late=minutes: moment + timedelta(minutes=late))
            tokens.find(hers)
            seen.append((Token.objects.get().last_used_at - moment).total_seconds() / 60)
    assert seen == [0, 0, 5.5, 5.5, 10.6]


def test_revoking_ends_a_persons_tokens_with_one_label(inside, acme):
    with inside(acme):
        ada, ben = _user(), _user("ben@acme.example")
        mine, other, his = tokens.issue(ada, "a"), tokens.issue(ada, "b"), tokens.issue(ben, "a")
        tokens.revoke_all(ada, "a")
        first = Token.objects.get(user=ada, label="a").revoked_at
        tokens.revoke_all(ada, "a")
        assert [tokens.find(one) is not None for one in (mine, other, his)] == [False, True, True]
        assert Token.objects.get(user=ada, label="a").revoked_at == first


def _request() -> HttpRequest:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    return request


def test_a_session_counts_at_its_door_and_generation_alone(inside, outside, acme):
    from dataclasses import replace

    request = _request()
    with inside(acme):
        request.session["left over"] = "x"
        sessions.sign_in(request, _user())
        assert sessions.person_of(request.session) == _user()
        assert "left over" not in request.session
        assert _user().last_login is not None
    with inside(replace(acme, generation=2)):
        assert sessions.person_of(request.session) is None
    with outside():
        assert sessions.person_of(request.session) is None


def test_a_session_of_staff_counts_on_the_platform(outside, inside, acme, lin):
    request = _request()
    with outside():
        sessions.sign_in(request, User.objects.get(pk=lin.id))
        assert sessions.person_of(request.session).name == "Lin Haas"
    with inside(acme):
        assert sessions.person_of(request.session) is None


@pytest.mark.parametrize("change", ["password", "is_active", "proof", "person"])
def test_a_session_ends_with_the_password_the_account_or_its_proof(inside, acme, change):
    request = _request()
    with inside(acme):
        sessions.sign_in(request, _user())
        ada = _user()
        if change == "password":
            ada.set_password("another long password")
        elif change == "is_active":
            ada.is_active = False
        else:
            del request.session[change]
        ada.save()
        assert sessions.person_of(request.session) is None


def test_who_a_session_was_of_is_a_guess_that_the_session_confirms(inside, acme):
    request, store = _request(), import_module(settings.SESSION_ENGINE).SessionStore
    with inside(acme):
        ada, ben = _user(), _user("ben@acme.example")
        sessions.sign_in(request, ada)
        request.session.save()
        key = request.session.session_key
        assert sessions.person_of(store(key)) == ada
        with CaptureQueriesContext(connection) as sent:
            assert sessions.person_of(store(key)) == ada
        assert len(sent) == 1
        request.session["person"], request.session["proof"] = str(ben.pk), ben.get_session_auth_hash()
        request.session.save()
        assert [sessions.person_of(store(key)) for _ in range(2)] == [ben, ben]
        User.objects.filter(pk=ben.pk).update(is_active=False)
        assert sessions.person_of(store(key)) is None


def test_signing_out_forgets_the_person_and_the_row(inside, acme):
    request = _request()
    with inside(acme):
        sessions.sign_in(request, _user())
        request.session.save()
        key = request.session.session_key
        sessions.sign_out(request)
        assert sessions.person_of(request.session) is None
        assert not request.session.exists(key)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("", None),
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("BEARER abc", "abc"),
        ("Basic abc", None),
        ("Bearer", ""),
        ("Bearerabc", None),
    ],
)
def test_a_bearer_token_is_read_as_the_standard_says(header, found):
    request = HttpRequest()
    if header is not None:
        request.META["HTTP_AUTHORIZATION"] = header
    assert bearer(request) == found


def test_a_wrong_token_is_not_made_good_by_a_session(client_for, api_for):
    ada = client_for("ada")
    assert ada.get("/api/support/tickets").status_code == 200
    assert ada.get("/api/support/tickets", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert ada.get("/api/support/tickets", headers={"Authorization": "Basic nonsense"}).status_code == 200
    assert api_for("ada").get("/manager/tickets").status_code == 200


def test_nobody_has_an_account_on_the_base_host(token_for, client_for, visitor, monkeypatch):
    from portico.actor import NOBODY
    from shared_apps.accounts import middleware

    seen = []
    monkeypatch.setattr(middleware.tokens, "find", lambda text: seen.append(text))
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {token_for('lin')}"
    request.door = type("Public", (), {"kind": "public"})()
    middleware.ActorMiddleware(lambda one: one)(request)
    assert request.actor == NOBODY
    assert seen == []


def test_an_account_acts_with_what_its_place_gives(inside, outside, acme, lin):
    with inside(acme):
        actor = actor_of(_user())
        assert (actor.kind, actor.id, actor.role, actor.label) == ("company", _user().pk, "manager", "Ada Lind")
        assert actor.capabilities == frozenset()
    with outside():
        actor = actor_of(User.objects.get(pk=lin.id))
        assert (actor.kind, actor.id, actor.role, actor.label) == ("staff", lin.id, "platform_support", "Lin Haas")
        assert actor.capabilities == {"subject:website"}


def test_ten_tries_in_five_minutes_for_one_address(inside, acme, monkeypatch):
    asked = []
    monkeypatch.setattr(actions, "allow", lambda *words: asked.append(words))
    with inside(acme):
        assert actions.check_password(" ADA@acme.example ", PASSWORD) == _user()
        assert actions.check_password("ada@acme.example", "wrong") is None
        User.objects.update(is_active=False)
        assert actions.check_password("ada@acme.example", PASSWORD) is None
        actions.check_password("ada@acme.example", "wrong", "192.0.2.7")
    assert set(asked) == {
        ("sign-in", "ada@acme.example ", 10, 300),
        ("sign-in", "ada@acme.example 192.0.2.7", 10, 300),
        ("sign-in-to", "ada@acme.example", 50, 300),
    }


def test_the_eleventh_try_is_refused_before_anything_is_compared(inside, acme):
    with inside(acme):
        for _ in range(10):
            actions.check_password("nobody@acme.example", "wrong")
        with pytest.raises(TooMany):
            actions.check_password("Nobody@acme.example", "wrong")


def test_an_unknown_address_takes_as_long_as_a_known_one(acme, inside, monkeypatch):
    hashed = []
    monkeypatch.setattr(actions, "make_password", hashed.append)
    with company_scope(acme), inside(acme):
        actions.check_password("nobody@acme.example", "wrong")
        actions.check_password("ada@acme.example", "wrong")
    assert hashed == ["wrong"]
