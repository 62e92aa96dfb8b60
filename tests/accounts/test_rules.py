"""What a company asks of those who sign in, and the platform of its staff."""

from contextlib import ExitStack
from threading import Thread

import pytest
from django.contrib.auth.hashers import check_password, make_password

from shared_apps.accounts import hashing
from tests.accounts.conftest import code_now
from tests.support.cast import PASSWORD

RULES = "/manager/settings/sign-in"


@pytest.fixture
def asked(client_for):
    """Olga asks her company for something."""
    from tenants import routing

    def ask(**fields):
        answer = client_for("olga").post(RULES, {"grace_days": "7", "password_days": "0", **fields})
        assert answer.status_code == 302
        routing.forget()

    return ask


def test_within_the_grace_one_is_led_and_may_go_on(asked, visitor):
    asked(second_step=["agent"])
    ben = visitor("acme")
    to = ben.post("/login", {"email": "ben@acme.example", "password": PASSWORD})["Location"]
    assert to == "/account/security/second-step?next=%2Fmanager%2Finbox"
    assert "You can do without until" in ben.get(to).content.decode()
    assert ben.get("/manager/inbox").status_code == 200
    cleo = visitor("acme").post("/login", {"email": "cleo@acme.example", "password": PASSWORD})
    assert cleo["Location"] == "/"


def test_after_it_nothing_opens_but_the_way_to_a_second_step(asked, client_for, with_app):
    from tenants import routing

    ben = client_for("ben")
    asked(second_step=["agent"], grace_days="0")
    routing.forget()
    for path in ("/manager/inbox", "/account/keys", "/account/security/password", "/requests"):
        assert "/login" in ben.get(path)["Location"]
    assert ben.post("/account/security/end/0").status_code == 302
    assert ben.get("/login")["Location"] == "/account/security/second-step"
    assert ben.get("/api/v1/support/tickets").status_code == 401
    assert "Set one up to go on" in ben.get("/account/security/second-step").content.decode()

    page = ben.get("/account/security/app").content.decode()
    secret = page.partition('<code class="num">')[2].partition("<")[0]
    assert "Keep these now" in ben.post("/account/security/app", {"code": code_now(secret)}).content.decode()
    assert ben.get("/manager/inbox").status_code == 200
    remove = ben.get("/account/security").content.decode().partition("/security/remove/")[2].partition('"')[0]
    assert ben.post(f"/account/security/remove/{remove}").status_code == 409


def test_staff_need_a_second_step_always_but_in_a_demo(client_for, visitor, settings):
    settings.DEMO = False
    lin, omar = client_for("lin"), visitor("console")
    assert "/login" in lin.get("/admin/tickets")["Location"]
    to = omar.post("/login", {"email": "omar@portico.example", "password": PASSWORD})["Location"]
    assert to.startswith("/account/security/second-step")
    assert omar.get("/platform-admin/tickets").status_code == 401
    from django.core.checks import run_checks

    settings.DEMO = True
    assert "accounts.E001" in [one.id for one in run_checks(include_deployment_checks=True)]


def test_a_password_that_is_too_old_becomes_a_new_one_first(asked, visitor, inside, acme):
    from django.utils import timezone

    from shared_apps.accounts.models import User

    asked(password_days="90")
    with inside(acme):
        User.objects.filter(email="ben@acme.example").update(created_at=timezone.now() - timezone.timedelta(days=91))
    ben, ada = visitor("acme"), visitor("acme")
    assert ada.post("/login", {"email": "ada@acme.example", "password": PASSWORD})["Location"] == "/manager/inbox"
    assert ben.post("/login", {"email": "ben@acme.example", "password": PASSWORD})["Location"] == "/login/renew"
    assert ben.get("/manager/inbox").status_code == 302
    assert ben.post("/login/renew", {"password": PASSWORD}).status_code == 422
    assert ben.post("/login/renew", {"password": "a whole new sentence"})["Location"] == "/manager/inbox"
    assert ben.get("/manager/inbox").status_code == 200


def test_whoever_lost_everything_is_helped_by_somebody_above(with_app, client_for, visitor, sent, ben, olga):
    browser, _, _ = with_app("ben")
    away = f"{RULES}/{ben.id}/second-step"
    assert "Take away the second step of Ben Ode" in client_for("ada").get(RULES).content.decode()
    assert [client_for(name).post(away).status_code for name in ("ben", "cleo", "bo")] == [404, 404, 404]
    assert client_for("ada").post(away).status_code == 302
    assert "took the second step of your account away" in sent()[-1]
    assert browser.get("/manager/inbox").status_code == 302
    signed = visitor("acme").post("/login", {"email": "ben@acme.example", "password": PASSWORD})
    assert signed["Location"] == "/manager/inbox"

    with_app("olga")
    assert client_for("ada").post(f"{RULES}/{olga.id}/second-step").status_code == 404


@pytest.mark.parametrize("fields", [{"second_step": ["king"]}, {"grace_days": "-1"}, {"password_days": "x"}])
def test_rules_that_make_no_sense_are_refused(client_for, fields):
    answer = client_for("ada").post(RULES, {"grace_days": "7", "password_days": "0", **fields})
    assert answer.status_code == 422


@pytest.mark.no_database
def test_no_more_passwords_are_hashed_at_once_than_there_are_processors():
    with ExitStack() as taken:
        for _ in range(hashing.AT_ONCE):
            taken.enter_context(hashing.ROOM)
        waits = Thread(target=make_password, args=("a quiet harbour",))
        waits.start()
        waits.join(0.3)
        assert waits.is_alive()
    waits.join(10)
    assert not waits.is_alive()
    assert check_password("a quiet harbour", make_password("a quiet harbour"))
