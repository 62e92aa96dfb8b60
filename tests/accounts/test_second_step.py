"""A second step: without it nobody gets in, and each code is good once."""

import pytest

from tests.accounts.conftest import code_now
from tests.support.cast import PASSWORD

ADA = {"email": "ada@acme.example", "password": PASSWORD}
SECOND = "/login/second"


@pytest.fixture
def half_way(visitor, with_app):
    """A browser in which Ada typed her password, and what she has beside it."""
    _, secret, codes = with_app("ada")
    browser = visitor("acme")
    assert browser.post("/login", ADA)["Location"] == SECOND
    return browser, secret, codes


def test_with_a_second_step_a_password_alone_opens_nothing(half_way, settings):
    browser, secret, codes = half_way
    assert len(codes) == 10
    assert browser.get("/manager/inbox").status_code == 302
    assert browser.post(SECOND, {"code": "000000"}).status_code == 422

    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert browser.post(SECOND, {"code": code_now(secret, 1)})["Location"] == "/manager/inbox"
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert browser.get("/manager/inbox").status_code == 200


def test_a_code_is_good_once_and_older_ones_are_over(half_way, visitor):
    browser, secret, codes = half_way
    spent = (code_now(secret, 1), code_now(secret))
    browser.post(SECOND, {"code": spent[0]})
    for used in spent:
        other = visitor("acme")
        other.post("/login", ADA)
        assert other.post(SECOND, {"code": used}).status_code == 422
    assert other.post(SECOND, {"code": codes[0]}).status_code == 302
    other = visitor("acme")
    other.post("/login", ADA)
    assert other.post(SECOND, {"code": codes[0]}).status_code == 422


def test_ten_wrong_codes_wait_and_a_new_password_forgets_them(half_way, visitor, link):
    browser, secret, _ = half_way
    for _ in range(10):
        assert browser.post(SECOND, {"code": "000000"}).status_code == 422
    assert browser.post(SECOND, {"code": code_now(secret, 1)}).status_code == 429

    visitor("acme").post("/forgot", {"email": ADA["email"]})
    owner = visitor("acme")
    assert owner.post(link(), {"password": "a whole new sentence"})["Location"] == SECOND
    assert owner.post(SECOND, {"code": code_now(secret, 1)}).status_code == 302


def test_half_way_in_is_nowhere_else(half_way, visitor, client_for):
    browser, secret, _ = half_way
    for path in ("/account/security", "/account/keys", "/account/security/app", "/login/renew"):
        assert "/login" in browser.get(path)["Location"]
    stranger = visitor("borealis")
    stranger.cookies = browser.cookies
    assert stranger.post(SECOND, {"code": code_now(secret, 1)})["Location"] == "/login"


def test_a_second_step_can_go_and_that_is_told(with_app, sent):
    browser, _, _ = with_app("ada")
    remove = (
        browser.get("/account/security").content.decode().partition("/account/security/remove/")[2].partition('"')[0]
    )
    assert browser.post(f"/account/security/remove/{remove}").status_code == 302
    assert "You have none." in browser.get("/account/security").content.decode()
    assert "taken away from your account" in sent()[-1]


def test_a_link_opened_by_somebody_else_does_not_make_their_session_ones_own(with_app, client_for, visitor, link):
    """Mia, signed in, opens a link of Ada's: Ada's second step is still asked for."""
    with_app("ada")
    visitor("acme").post("/forgot", {"email": ADA["email"]})
    mia = client_for("mia")
    assert mia.post(link(), {"password": "a whole new sentence"})["Location"] == SECOND
    assert mia.get("/manager/inbox").status_code in {302, 404}
    assert "ada@" not in mia.get("/account/security").content.decode()


def test_a_programs_key_makes_no_session(api_for):
    program = api_for("ada")
    assert program.post("/account/security/end/0").status_code == 404
    assert "Is it you?" in program.post("/account/security/codes").content.decode()
    assert not program.cookies.get("portico") or not program.cookies["portico"].value


def test_what_another_installation_sealed_opens_nothing(with_app, inside, acme):
    """A code of no secret could be reckoned by everybody."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    from shared_apps.accounts import factors
    from shared_apps.accounts.adapter import SecondStep
    from shared_apps.accounts.models import User

    with_app("ada")
    with inside(acme):
        ada = User.objects.get(email=ADA["email"])
        factors.rows(ada).filter(type="recovery_codes").update(data={"seed": "sealed elsewhere", "used_mask": 0})
        reckoned = RecoveryCodes(factors.rows(ada).get(type="recovery_codes")).generate_codes()
        assert SecondStep().decrypt("sealed elsewhere") == ""
        assert [factors.check_code(ada, one) for one in reckoned[:3]] == ["", "", ""]
        assert factors.codes_left(ada) == 0
