"""Applications of partners, and whoever would like to be one: codes, addresses, forms and keys in the wrong hands."""

import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.utils import timezone

from portico.errors import Forbidden
from shared_apps.accounts.models import Token
from tenant_apps.journal.models import Event
from tenant_apps.partners import actions
from tenant_apps.partners.models import Grant
from tests.conftest import host_of
from tests.partners.conftest import BACK, back, held, partner, partner_for
from tests.support.clients import Client

__all__ = ["held", "partner", "partner_for"]
FORM = "application/x-www-form-urlencoded"


def all_at_once(*acts):
    """What each answers, all begun together."""
    said, start = [], threading.Barrier(len(acts))

    def run(act):
        start.wait()
        said.append(act().status_code)

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_a_code_that_comes_twice_ends_what_was_made_from_it(partner, client_for, inside, acme):
    code = partner.let_in(client_for("ben"))["code"]
    held = partner.take_up(code).json()
    again = partner.take_up(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert (partner.status(held["access_token"]), partner.refresh(held["refresh_token"]).status_code) == (401, 400)
    with inside(acme):
        assert Event.objects.get(verb="app.revoke").facts["why"] == "code"


def test_of_many_with_one_code_one_is_answered(partner, client_for, inside, acme):
    code = partner.let_in(client_for("ben"))["code"]
    assert all_at_once(*[lambda: partner.take_up(code)] * 6) == [200, 400, 400, 400, 400, 400]
    with inside(acme):
        assert Token.objects.filter(revoked_at=None).count() == 0


def test_a_refresh_token_that_comes_twice_ends_the_family(partner, held):
    again = partner.refresh(held["refresh_token"]).json()
    assert partner.refresh(held["refresh_token"]).json()["error"] == "invalid_grant"
    assert partner.status(again["access_token"]) == 401
    assert partner.refresh(again["refresh_token"]).status_code == 400


def test_of_many_refreshes_at_once_one_is_answered(partner, held):
    assert all_at_once(*[lambda: partner.refresh(held["refresh_token"])] * 4) == [200, 400, 400, 400]


def test_an_end_and_a_code_at_once_leave_nothing(partner, client_for, inside, acme, ada):
    code = partner.let_in(client_for("ben"))["code"]
    end = {"part": "end", "sure": "yes"}
    ending = client_for("ada")
    all_at_once(lambda: partner.take_up(code), lambda: ending.post(f"/manager/settings/apps/{partner.app.pk}", end))
    with inside(acme):
        assert not Token.objects.filter(revoked_at=None).exists()
        assert not Grant.objects.living().exists()


@pytest.mark.parametrize(
    "other",
    [{"code_verifier": ""}, {"code_verifier": "w" * 43}, {"code_verifier": "v"}, {"redirect_uri": f"{BACK}/"}]
    + [{"redirect_uri": ""}, {"client_secret": "x"}, {"client_secret": ""}, {"client_id": "x"}, {"code": "pc_1_1_x"}]
    + [{"grant_type": "password"}, {"grant_type": ""}, {"grant_type": "client_credentials"}],
)  # fmt: skip
def test_a_code_alone_is_worth_nothing(partner, client_for, other):
    code = partner.let_in(client_for("ben"))["code"]
    assert partner.take_up(code, **other).status_code in {400, 401}
    assert partner.take_up(code).status_code == 200  # whoever guesses takes nothing away


def test_what_is_anothers_is_nothing(partner, partner_for, client_for, held):
    other = partner_for(name="Other")
    code = partner.let_in(client_for("ben"))["code"]
    assert other.take_up(code).json()["error"] == "invalid_grant"
    assert other.refresh(held["refresh_token"]).json()["error"] == "invalid_grant"
    # One half of a refresh token of another's family, slipped in beside a code, starts no line of it.
    mine = other.let_in(client_for("mia"))["code"]
    assert other.take_up(mine, refresh_token=held["refresh_token"]).status_code == 200
    assert partner.take_up(code).status_code == partner.refresh(held["refresh_token"]).status_code == 200


def test_another_companys_host_knows_nothing_of_it(partner, client_for, held, inside, acme):
    assert partner.asks(client_for("bo")).status_code == 400
    code = partner.let_in(client_for("ben"))["code"]
    partner.host = host_of("bo")
    said = partner.take_up(code)
    assert (said.status_code, said.json()["error"]) == (401, "invalid_client")
    assert partner.status(held["access_token"]) == 401
    partner.host = settings.BASE_HOST
    assert partner.take_up(code).status_code == 404


def test_a_generation_ends_everything(partner, client_for, held, inside, acme, monkeypatch):
    from shared_apps.accounts import tokens

    code = partner.let_in(client_for("ben"))["code"]
    monkeypatch.setattr(tokens, "_address", lambda: f"{acme.id}_{acme.generation + 1}")
    assert partner.take_up(code).status_code == 401
    assert partner.status(held["access_token"]) == 401


def test_codes_are_good_for_a_minute(partner, client_for, inside, acme):
    code = partner.let_in(client_for("ben"))["code"]
    with inside(acme):
        Grant.objects.update(code_until=timezone.now())
    assert partner.take_up(code).status_code == 400


@pytest.mark.parametrize(
    ("other", "error"),
    [({"code_challenge": None}, "invalid_request"), ({"code_challenge_method": None}, "invalid_request")]
    + [({"code_challenge_method": "plain"}, "invalid_request"), ({"code_challenge": "short"}, "invalid_request")]
    + [({"response_type": "token"}, "unsupported_response_type"), ({"response_type": None}, "invalid_request")]
    + [({"response_type": "code token"}, "unauthorized_client"), ({"scope": "*"}, "invalid_scope")]
    + [({"response_type": "none"}, "unauthorized_client"), ({"scope": "people:read"}, "invalid_scope")],
)  # fmt: skip
def test_what_is_asked_wrongly_goes_back_without_a_code(partner, client_for, other, error):
    for answer in (partner.asks(client_for("ben"), **other), None):
        said = back(answer) if answer else partner.let_in(client_for("ben"), **other)
        assert (said["error"], said["state"], "code" in said) == (error, "st", False)
        assert said["iss"] == "http://acme.localhost:8000"


@pytest.mark.parametrize(
    "other",
    [{"redirect_uri": one} for one in (f"{BACK}/", f"{BACK}?a=b", "https://evil.example/back", "//evil.example", None)]
    + [{"redirect_uri": one} for one in (f"{BACK}#x", "https://partner.example.evil.example/back", "http://127.0.0.1/")]
    + [{"redirect_uri": one} for one in ("https://partner.example@evil.example/back", "javascript:alert(1)", "\x00")]
    + [{"client_id": one} for one in ("x", "018f0000-0000-7000-8000-000000000001", None)]
    + [{"state": "s" * 9000}, {"scope": "*", "redirect_uri": "https://evil.example/back"}],
)  # fmt: skip
def test_nobody_is_sent_where_nobody_agreed(partner, client_for, other):
    ben, usual = client_for("ben"), partner.asks(client_for("ben"), client_id="x")
    for answer in (
        partner.asks(ben, **other),
        ben.post(f"/oauth/authorize?{partner.query(**other)}", {"answer": "allow"}),
    ):
        assert (answer.status_code, "Location" in answer) == (400, False)
        assert "This app cannot come in" in answer.content.decode()
    assert len(usual.content) == len(partner.asks(ben, **other).content)  # what is wrong is told to nobody


def test_a_word_that_comes_twice_is_refused(partner, client_for):
    twice = f"{partner.query()}&{urlencode({'redirect_uri': 'https://evil.example/back'})}"
    assert client_for("ben").get(f"/oauth/authorize?{twice}").status_code == 400
    program = Client(headers={"Host": partner.host})
    body = f"client_id={partner.app.pk}&client_secret={partner.secret}&grant_type=refresh_token&grant_type=password"
    assert program.post("/oauth/token", body, content_type=FORM).json()["error"] == "invalid_request"


def test_words_of_the_librarys_own_are_not_taken_from_outside(partner, held):
    more = {"user": "x", "scopes": "*", "client": "x", "extra_credentials": "x", "response_mode": "fragment"}
    again = partner.refresh(held["refresh_token"], **more).json()
    assert again["scope"] == "tickets:read"


def test_a_long_state_comes_back_whole(partner, client_for):
    assert partner.let_in(client_for("ben"), state="s" * 6000)["state"] == "s" * 6000
    assert client_for("ben").get("/oauth/authorize?client_id=%ff&" + "a=b&" * 60).status_code == 400


def test_a_refresh_widens_nothing(partner, held):
    assert partner.refresh(held["refresh_token"], scope="tickets:write").json()["error"] == "invalid_scope"
    assert partner.refresh(held["refresh_token"], scope="tickets:read").status_code == 200


def test_secrets_in_addresses_are_refused(partner, client_for, held):
    code = partner.let_in(client_for("ben"))["code"]
    program = Client(headers={"Host": partner.host})
    query = {"client_id": partner.app.pk, "client_secret": partner.secret, "grant_type": "authorization_code"}
    assert program.post(f"/oauth/token?{urlencode(query | {'code': code})}", "", content_type=FORM).status_code == 400
    assert program.get("/oauth/token", query).status_code == 405
    assert program.get("/api/v1/support/tickets", {"access_token": held["access_token"]}).status_code == 401
    assert program.post("/oauth/token", query, content_type="application/json").status_code == 400
    assert program.post("/oauth/token", b"\xff=%ff", content_type=FORM).status_code == 400


def test_consent_needs_the_form_its_origin_and_a_person(partner, client_for, api_for, inside, acme):
    path = f"/oauth/authorize?{partner.query()}"
    strict = client_for("ben")
    strict.ask_for_form_tokens()
    assert strict.post(path, {"answer": "allow"}).status_code == 403
    sibling = {"Origin": "http://borealis.localhost:8000"}
    assert client_for("ben").post(path, {"answer": "allow"}, headers=sibling).status_code == 403
    assert api_for("ben").post(path, {"answer": "allow"}).status_code == 403  # a key of everything is no person
    with inside(acme):
        assert not Grant.objects.exists()


def test_a_key_of_an_app_lets_nothing_else_in(partner, held, inside, acme, ben):
    program = Client(headers={"Authorization": f"Bearer {held['access_token']}", "Host": partner.host})
    assert program.get(f"/oauth/authorize?{partner.query()}").status_code == 302
    assert program.get("/account/keys").status_code == 302
    assert program.get("/manager/inbox").status_code == 302
    from dataclasses import replace

    with inside(acme), pytest.raises(Forbidden):
        actions.authorize(partner.app, ["tickets:read"], BACK, "c" * 43, by=replace(ben, behind=ben))


def test_an_apps_keys_are_not_among_those_one_made(partner, held, client_for, inside, acme):
    with inside(acme):
        token = Token.objects.get()
    for name in ("ben", "ada", "olga"):
        assert client_for(name).post(f"/account/keys/{token.pk}/end").status_code == 404
        assert f"…{token.tail}" not in client_for(name).get("/account/keys").content.decode()


def test_hostile_names_are_words(partner_for, client_for):
    name = "</h1><script>alert(1)</script>{{ 7|add:7 }}\"'"
    page = partner_for(name=name).asks(client_for("ben")).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page, "{{ 7|add:7 }}" in page) == (False, True, True)


def test_unknown_ended_and_wrong_are_one_refusal(partner, inside, acme, ada):
    unknown = {"client_id": "018f0000-0000-7000-8000-000000000001"}
    said = [partner.token(grant_type="client_credentials", **other) for other in (unknown, {"client_secret": "x"})]
    with inside(acme):
        actions.end(partner.app.pk, by=ada)
    said.append(partner.token(grant_type="client_credentials"))
    assert {(one.status_code, one.content, one["WWW-Authenticate"]) for one in said} == {
        (401, b'{"error": "invalid_client"}', 'Basic realm="acme.localhost:8000"')
    }


def test_a_person_holds_ten_of_one_app(partner, client_for, inside, acme):
    browser = client_for("ben")
    held = [partner.take_up(partner.let_in(browser)["code"]).json()["access_token"] for _ in range(12)]
    assert [partner.status(one) for one in held] == [401] * 2 + [200] * 10


def test_a_grant_goes_on_for_a_year_at_most(partner, held, inside, acme):
    with inside(acme):
        Grant.objects.update(created_at=timezone.now() - timedelta(days=366, seconds=-5))
    again = partner.refresh(held["refresh_token"]).json()
    with inside(acme):
        assert Grant.objects.get().until < timezone.now() + timedelta(seconds=6)
        Grant.objects.update(until=timezone.now())
    assert partner.refresh(again["refresh_token"]).status_code == 400
