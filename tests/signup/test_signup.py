"""Opening a desk: all of it happens, or nothing does."""

import re
import time
from urllib.parse import urlsplit

import pytest
from django.test import Client

from portico.errors import Invalid
from shared_apps.signup import actions, beginning, welcome
from shared_apps.signup.models import WaitingSignup
from tenants.models import Company, ReadySchema
from tests.support.signups import sign_up

ASKED = {
    "name": "Delphi Freight",
    "slug": "delphi",
    "owner_name": "Dora Falk",
    "email": "Dora@delphi.example",
    "password": "a quiet harbour",
}


@pytest.fixture
def page(visitor):
    """Somebody on the public site."""
    return visitor()


@pytest.fixture
def no_schema_ready(database):
    """The pool is empty for the time of a test."""
    rows = database.connection
    kept = rows.execute("SELECT schema, fingerprint FROM tenants_readyschema").fetchall()
    rows.execute("UPDATE tenants_readyschema SET fingerprint = 'none'")
    yield lambda: rows.execute("UPDATE tenants_readyschema SET fingerprint = %s", [kept[0][1]])
    rows.execute("UPDATE tenants_readyschema SET fingerprint = %s", [kept[0][1]])


def follow(address):
    """Open an address of the installation in a browser of its own."""
    parts = urlsplit(address)
    browser = Client(headers={"Host": parts.netloc}, raise_request_exception=False)
    return browser, browser.get(parts.path)


@pytest.fixture
def open_desk(page, mails):
    """`open_desk(…)` = the answer to the last form of a signup; words of its forms may be other ones."""
    return lambda **more: sign_up(page, mails, **ASKED | more)


def test_the_owner_stands_signed_in_at_the_new_desk(open_desk, inside, outside):
    answer = open_desk()

    assert answer.status_code == 302
    assert answer["Location"].startswith("http://delphi.localhost:8000/welcome/")
    browser, welcomed = follow(answer["Location"])
    assert (welcomed.status_code, welcomed["Location"]) == (302, "/manager/settings/start")
    assert browser.get("/manager/tickets").status_code == 200
    with outside():
        company = Company.objects.get(slug="delphi").ref
    with inside(company):
        from shared_apps.accounts.models import User

        assert [(one.email, one.role) for one in User.objects.all()] == [("dora@delphi.example", "owner")]


def test_the_opening_is_on_record_in_both_books(outside, inside):
    from shared_apps.audit.models import PlatformAuditLog
    from tenant_apps.journal.models import Event

    with outside():
        company, _ = actions.sign_up(**ASKED)
    with outside():
        assert PlatformAuditLog.objects.filter(verb="company.created", company_id=company.id).count() == 1
    with inside(company):
        assert Event.objects.get().facts == {"name": "Delphi Freight", "slug": "delphi"}


def test_the_terms_are_accepted_with_who_and_when(open_desk, outside, settings):
    from shared_apps.audit.models import PlatformAuditLog

    settings.TERMS_VERSION = "7"
    open_desk()
    with outside():
        row = PlatformAuditLog.objects.get(verb="terms.accept")
    assert (row.actor_label, row.facts["version"], row.facts["at"][:4]) == ("Dora Falk", "7", str(row.at.year))


def test_the_way_in_works_once(open_desk):
    address = open_desk()["Location"]
    follow(address)

    _, again = follow(address)
    assert again.status_code == 410
    assert "This way in was used" in again.content.decode()


def test_the_way_in_ends_after_a_minute(open_desk, monkeypatch):
    address = open_desk()["Location"]
    moment = time.time() + welcome.LIFETIME_SECONDS + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: moment)
    assert follow(address)[1].status_code == 410


def test_the_way_in_leads_nowhere_else(open_desk):
    address = open_desk()["Location"]
    assert follow(address.replace("delphi.", "acme."))[1].status_code == 410
    assert follow(re.sub("welcome/.*", "welcome/forged", address))[1].status_code == 410


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "What is your company called?"),
        ("name", "x" * 81, "at most 80 characters"),
        ("name", "Acme\0", "cannot be shown"),
        ("name", "emca\u202e", "reading direction"),
        ("slug", "", "Choose an address"),
        ("slug", "Acme", "is taken"),
        ("slug", "console", "kept for the platform"),
        ("slug", "xn--80ak6aa92e", "xn--"),
        ("owner_name", "", "What are you called?"),
        ("terms", "", "accept them"),
        ("password", "short", "at least 10"),
        ("password", "password123", "too common"),
        ("password", "x" * 300, "at most 200"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(open_desk, outside, field, value, words):
    answer = open_desk(**{field: value})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert ASKED["password"] not in text
    assert field in {"name", "owner_name"} or "Dora Falk" in text or "Delphi Freight" in text
    with outside():
        assert Company.objects.count() == 3  # the house, Acme and Borealis


@pytest.mark.parametrize("email", ["dora", "do\0ra@delphi.example", ""])
def test_what_is_no_address_is_sent_no_letter(page, mails, email):
    assert page.post("/", {"email": email}).status_code == 422
    assert mails() == []


@pytest.mark.parametrize("name", ["שלום בע״מ", "Fox 🦊 Ltd", "株式会社"])
def test_names_keep_their_script(open_desk, outside, name):
    assert open_desk(name=name).status_code == 302
    with outside():
        assert Company.objects.get(slug="delphi").name == name


def test_a_megabyte_is_too_much_and_said_so(page):
    answer = page.post("/", {"email": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "too much at once" in answer.content.decode()


def test_a_failure_on_the_way_leaves_nothing(outside, monkeypatch):
    monkeypatch.setattr(actions.User.objects, "create", lambda **fields: 1 / 0)
    with outside():
        ready = ReadySchema.objects.count()
        with pytest.raises(ZeroDivisionError):
            actions.sign_up(**ASKED)
    with outside():
        assert not Company.objects.filter(slug="delphi").exists()
        assert ReadySchema.objects.count() == ready


def test_without_a_ready_schema_the_page_waits_and_moves_on(open_desk, page, outside, no_schema_ready):
    from shared_apps.audit.models import PlatformAuditLog

    answer = open_desk()
    waiting = answer["Location"]
    assert waiting.startswith("/signup/preparing/")
    assert "building your own database schema" in page.get(waiting).content.decode()
    assert page.get(waiting + "?before=0", headers={"HX-Request": "true"}).status_code == 204

    no_schema_ready()
    moved = page.get(waiting, headers={"HX-Request": "true"})
    assert follow(moved["HX-Redirect"])[1]["Location"] == "/manager/settings/start"
    assert page.get(waiting).status_code == 404
    with outside():
        assert not WaitingSignup.objects.exists()
        assert PlatformAuditLog.objects.filter(verb="terms.accept").count() == 1


def test_an_address_that_somebody_waits_for_is_taken(outside, no_schema_ready):
    with outside():
        actions.wait(**ASKED)
    with outside(), pytest.raises(Invalid) as no:
        actions.sign_up(**ASKED)
    assert no.value.fields == {"slug": [actions.TAKEN]}


@pytest.mark.parametrize("typed", ["nobody-has-this", "ACME", "xn--a", "a\0b", "x" * 5000, "\u202e", ""])
def test_the_live_check_always_answers(page, typed):
    answer = page.get("/signup/check", {"slug": typed}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert ('data-tone="green"' in answer.content.decode()) == (typed == "nobody-has-this")


def test_the_live_check_suggests_and_offers_what_is_free(page):
    suggested = page.get("/signup/check", {"slug": "", "name": "Delphi Freight"}).content.decode()
    assert 'value="delphi-freight"' in suggested
    assert "acme-desk" in page.get("/signup/check", {"slug": "acme"}).content.decode()


def test_sent_twice_it_leads_into_the_same_desk(outside):
    with outside():
        first = actions.sign_up(**ASKED).address
    with outside():
        second = actions.sign_up(**ASKED).address
    assert follow(second)[1]["Location"] == "/manager/settings/start"
    assert follow(first)[1].status_code == 410
    with outside():
        assert Company.objects.filter(name="Delphi Freight").count() == 1


@pytest.mark.parametrize("field", ["email", "password"])
def test_somebody_else_cannot_enter_by_sending_it_again(outside, field):
    with outside():
        actions.sign_up(**ASKED)
    with outside(), pytest.raises(Invalid, match="correct") as no:
        actions.sign_up(**ASKED | {field: "somebody@else.example"})
    assert no.value.fields == {"slug": [actions.TAKEN]}


def test_two_people_take_the_same_subdomain_at_once_and_one_has_it(outside):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def take(number):
        try:
            with outside():
                wish = beginning.begin(f"p{number}@delphi.example")
                wish.proven_at = wish.sent_at
                wish.save()
                beginning.name_desk(wish.key, f"Delphi {number}", "delphi")
            with outside():
                return beginning.open_desk(wish.key, "Dora Falk", ASKED["password"]).company.slug
        except Invalid as no:
            return no.fields["slug"][0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as several:
        assert sorted(several.map(take, range(2))) == [actions.TAKEN, "delphi"]
    with outside():
        assert Company.objects.filter(slug="delphi").count() == 1
