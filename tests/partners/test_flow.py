"""A person lets an application in, and it works for them until somebody ends it."""

import base64
import subprocess
import sys

import pytest
from django.utils import timezone

from portico.api import scopes
from portico.api.schema import document
from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.accounts.models import Token, User
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.partners import actions, redirects
from tenant_apps.partners.models import App, Grant
from tests.partners.conftest import BACK, back
from tests.support.cast import PASSWORD
from tests.support.clients import Client

APPS = "/manager/settings/apps"


def test_a_person_lets_an_app_in_and_it_acts_for_them(partner, client_for, inside, acme):
    browser = client_for("ben")
    page = partner.asks(browser)
    said = page.content.decode()
    assert all(
        one in said for one in ("Sheets", "Read requests, their messages and files", "Ben Ode", "partner.example")
    )
    assert "form-action 'self' https://partner.example;" in page["Content-Security-Policy"]
    assert (page["X-Frame-Options"], "frame-ancestors 'none'" in page["Content-Security-Policy"]) == ("DENY", True)

    got = partner.let_in(browser)
    assert (got["state"], got["iss"]) == ("st", "http://acme.localhost:8000")
    answer = partner.take_up(got["code"])
    assert (answer.status_code, answer["Pragma"], "no-store" in answer["Cache-Control"]) == (200, "no-cache", True)
    held = answer.json()
    assert (held["token_type"], held["expires_in"], held["scope"]) == ("Bearer", 3600, "tickets:read")
    assert partner.status(held["access_token"]) == 200
    assert partner.status(held["access_token"], method="post") == 403
    with inside(acme):
        token, grant = Token.objects.get(), Grant.objects.get()
        assert (token.pk, token.user.name, token.app_id) == (grant.pk, "Ben Ode", partner.app.pk)
        kept = f"{token.__dict__} {grant.__dict__} {[one.__dict__ for one in Event.objects.all()]}"
        assert not any(secret in kept for secret in (held["access_token"], held["refresh_token"], got["code"]))
        verbs = {one.verb: words(one) for one in Event.objects.filter(verb__startswith="app.")}
    assert verbs["app.authorize"] == "Ben Ode let the app “Sheets” act for them"


def test_a_no_goes_back_without_a_code(partner, client_for, inside, acme):
    got = partner.let_in(client_for("ben"), answer="deny")
    assert got == {"error": "access_denied", "state": "st", "iss": "http://acme.localhost:8000"}
    with inside(acme):
        assert not Grant.objects.exists()


def test_a_refresh_makes_the_key_anew(partner, held):
    again = partner.refresh(held["refresh_token"]).json()
    assert partner.status(again["access_token"]) == 200
    assert partner.status(held["access_token"]) == 200  # for requests that are on their way
    assert again["refresh_token"] != held["refresh_token"]
    third = partner.refresh(again["refresh_token"]).json()
    assert [partner.status(one["access_token"]) for one in (held, again, third)] == [401, 200, 200]


def test_an_app_without_a_secret_needs_none(partner_for, client_for):
    native = ["http://127.0.0.1/back"]
    partner = partner_for(is_confidential=False, redirects=native)
    assert partner.secret == ""
    port = {"redirect_uri": "http://127.0.0.1:53411/back"}
    held = partner.take_up(partner.let_in(client_for("cleo"), **port)["code"], **port)
    assert partner.status(held.json()["access_token"]) == 200
    assert partner.take_up("x", client_secret="guess").status_code == 401


def test_an_app_may_act_by_itself(partner_for, inside, acme):
    partner = partner_for(role="agent", redirects=[])
    basic = base64.b64encode(f"{partner.app.pk}:{partner.secret}".encode()).decode()
    held = Client(headers={"Host": partner.host, "Authorization": f"Basic {basic}"}).post(
        "/oauth/token", "grant_type=client_credentials&scope=tickets:write", "application/x-www-form-urlencoded"
    )
    assert "refresh_token" not in held.json()
    wish = {"subject": "A", "description": "B"}
    asks = Client(headers={"Authorization": f"Bearer {held.json()['access_token']}", "Host": partner.host})
    assert asks.post("/api/v1/support/tickets", wish, content_type="application/json").status_code == 201
    with inside(acme):
        assert Event.objects.get(verb="ticket.create").actor_label == "Sheets (app)"
        assert Event.objects.get(verb="ticket.create").actor_id == partner.app.pk


@pytest.mark.parametrize("way", ["person", "company", "token", "refresh"])
def test_an_end_is_an_end(partner, held, client_for, inside, acme, ada, way):
    ben = client_for("ben")
    assert "Apps that act for you" in ben.get("/account/keys").content.decode()
    with inside(acme):
        grant = Grant.objects.get()
    if way == "person":
        assert client_for("mia").post(f"/account/apps/{grant.pk}/end").status_code == 404
        assert "“Sheets” has ended." in ben.post(f"/account/apps/{grant.pk}/end", follow=True).content.decode()
    elif way == "company":
        assert (
            "Mark that you mean it"
            in client_for("ada").post(f"{APPS}/{partner.app.pk}", {"part": "end"}, follow=True).content.decode()
        )
        client_for("ada").post(f"{APPS}/{partner.app.pk}", {"part": "end", "sure": "yes"})
    else:
        assert (
            partner.post("revoke", token=held[f"{'access' if way == 'token' else 'refresh'}_token"]).status_code == 200
        )
    assert partner.status(held["access_token"]) == 401
    assert partner.refresh(held["refresh_token"]).status_code in {400, 401}
    assert "Apps that act for you" not in ben.get("/account/keys").content.decode()


def test_rights_follow_the_person_and_what_was_withdrawn(partner, held, inside, acme, ada):
    key, refresh = held["access_token"], held["refresh_token"]
    deleted = "/api/v1/support/admin/deleted"
    assert partner.status(key, deleted) == 403
    with inside(acme):
        User.objects.filter(name="Ben Ode").update(role="manager")
    assert partner.status(key, deleted) == 200
    with inside(acme):
        User.objects.filter(name="Ben Ode").update(is_active=False)
    assert (partner.status(key), partner.refresh(refresh).status_code) == (401, 400)
    with inside(acme):
        User.objects.filter(name="Ben Ode").update(is_active=True)
        wish = actions.Wish("Sheets", [BACK], ["people:read"], True, partner.app.pk)
        actions.change(partner.app.pk, wish, by=ada)
    assert (partner.status(key), partner.refresh(refresh).status_code) == (403, 400)


def test_an_app_may_know_what_it_holds_itself(partner, partner_for, held, inside, acme):
    said = partner.post("introspect", token=held["access_token"]).json()
    assert (said["active"], said["scope"], said["client_id"]) == (True, "tickets:read", str(partner.app.pk))
    assert partner.post("introspect", token=held["refresh_token"]).json()["token_type"] == "refresh_token"
    other = partner_for(name="Other")
    for text in (held["access_token"], held["refresh_token"], "pt_1_1_x", ""):
        said = other.post("introspect", token=text)
        assert said.json() == {"active": False} if text else said.status_code == 400
        other.post("revoke", token=text)
    assert partner.status(held["access_token"]) == 200
    assert other.post("introspect", token=held["access_token"], client_secret="wrong").status_code == 401


def test_managers_register_change_and_renew_on_pages(client_for, inside, acme):
    ada, sent = client_for("ada"), {"name": "Sheets", "redirects": BACK, "kind": "secret", "scopes": "tickets:read"}
    once = "018f0000-0000-7000-8000-000000000001"
    page = ada.post(APPS, sent | {"once": once}).content.decode()
    text = page.partition('id="key" value="')[2].partition('"')[0]
    assert text.startswith("ps_1_1_")
    assert ada.post(APPS, sent | {"once": once}).status_code == 409
    with inside(acme):
        app = App.objects.get()
    assert text not in ada.get(f"{APPS}/{app.pk}").content.decode() + ada.get(APPS).content.decode()
    wrong = ada.post(APPS, sent | {"redirects": "http://a.example/b\nhttps://*.a.example/x", "once": app.pk})
    assert (wrong.status_code, "has to begin with https://" in wrong.content.decode()) == (422, True)
    ada.post(f"{APPS}/{app.pk}", {"part": "change", "name": "Tables", "redirects": BACK, "scopes": "people:read"})
    with inside(acme):
        assert (App.objects.get().name, App.objects.get().scopes) == ("Tables", ["people:read"])
    assert ada.post(f"{APPS}/{app.pk}", {"part": "secret"}).status_code == 200
    assert ada.post(f"{APPS}/{app.pk}", {"part": "secret"}).status_code == 409


def test_only_managers_register_and_nobody_for_another(inside, acme, ben, ada, partner):
    wish = actions.Wish("X", [BACK], ["tickets:read"], True, partner.app.pk)
    with inside(acme):
        for verb in (lambda: actions.make(wish, by=ben), lambda: actions.end(partner.app.pk, by=ben)):
            with pytest.raises(Forbidden):
                verb()
        with pytest.raises(Invalid):
            actions.make(actions.Wish("X", [], ["tickets:read"], False, partner.app.pk, role="agent"), by=ada)
        actions.end(partner.app.pk, by=ada)
        with pytest.raises(Missing):
            actions.rotate(partner.app.pk, by=ada)


def test_the_secret_before_is_good_for_a_day(partner, inside, acme, ada, held):
    with inside(acme):
        _, text = actions.rotate(partner.app.pk, by=ada)
        with pytest.raises(Refused):
            actions.rotate(partner.app.pk, by=ada)
    for secret, status in [(partner.secret, 200), (text, 200), (text[:-1], 401)]:
        assert partner.post("introspect", token="x", client_secret=secret).status_code == status
    with inside(acme):
        App.objects.update(former_until=timezone.now())
    assert partner.post("introspect", token="x").status_code == 401


GOOD = ["https://a.example/b?c=d", "http://127.0.0.1/b", "http://[::1]:80/b"]
BAD = ["http://a.example/b", "https://a.example/b#c", "https://*.a.example/b", "https://a/b", "https://u@a.example/b"]
BAD += ["javascript:alert(1)", "https://a.example", "//a.example/b", "https://a.example/b c", "https://a.example\\@b/c"]
BAD += ["https://ä.example/b", "", "http://localhost/b", "https://a.example:x/b", "https://a.example/" + "b" * 500]
BAD += ["https://-a.example/b", "com.app:/b", "http://127.0.0.1.a.example/b", "http://[::1", "https://a.example;x/b"]


@pytest.mark.no_database
@pytest.mark.parametrize(("address", "is_good"), [(one, one in GOOD) for one in GOOD + BAD])
def test_only_plain_addresses_are_registered(address, is_good):
    assert (redirects.problem(address) == "") == is_good


def test_where_everything_is(visitor):
    said = visitor("acme").get("/.well-known/oauth-authorization-server").json()
    assert said["issuer"] == "http://acme.localhost:8000"
    assert said["token_endpoint"] == "http://acme.localhost:8000/oauth/token"
    assert (said["code_challenge_methods_supported"], said["response_types_supported"]) == (["S256"], ["code"])
    assert visitor("").get("/.well-known/oauth-authorization-server").status_code == 404


def test_whoever_is_not_signed_in_comes_back_here(partner, visitor):
    answer = partner.asks(visitor("acme"))
    assert answer["Location"].startswith("/login?next=%2Foauth%2Fauthorize%3Fclient_id")


@pytest.mark.no_database
def test_the_library_is_loaded_when_it_is_asked():
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'portico.settings'; django.setup()\n"
        "from django.urls import get_resolver; get_resolver('portico.urls_company').url_patterns\n"
        "import tenant_apps.partners.views\n"
        "print([one for one in ('oauthlib', 'oauth2_provider', 'jwcrypto') if one in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_errors_go_back_with_a_reason(partner, client_for):
    answer = partner.asks(client_for("ben"), scope="team:write")
    assert (answer.status_code, back(answer)["error"]) == (303, "invalid_scope")


def test_listed_websites_ask_out_of_a_browser(partner, inside, acme, ada):
    from tenant_apps.tickets import actions as tickets

    with inside(acme):
        tickets.set_to("api_origins", ["https://sheets.example"], by=ada)
    for origin, said in [("https://sheets.example", "https://sheets.example"), ("https://evil.example", None)]:
        asks = Client(headers={"Host": partner.host, "Origin": origin})
        assert asks.post("/oauth/token").get("Access-Control-Allow-Origin") == said
        assert asks.get("/oauth/authorize").get("Access-Control-Allow-Origin") is None


@pytest.mark.no_database
def test_the_document_says_how_partners_come_in():
    said = document("company")
    flows = said["components"]["securitySchemes"]["oauth2"]["flows"]
    assert flows["authorizationCode"]["scopes"] == flows["clientCredentials"]["scopes"] == scopes.COMPANY
    assert said["paths"]["/api/v1/support/tickets"]["get"]["security"][-1] == {"oauth2": ["tickets:read"]}
    assert "oauth2" not in document("console")["components"]["securitySchemes"]


def test_an_app_that_may_change_something_is_let_in_by_whoever_proves_that_it_is_them(partner, client_for, settings):
    settings.CONFIRM_AGAIN_MINUTES = 0
    browser = client_for("ben")
    assert "code" in partner.let_in(browser)
    query = partner.query(scope="tickets:read tickets:write")
    asked = browser.post(f"/oauth/authorize?{query}", {"answer": "allow"})
    page = asked.content.decode()
    assert (asked.status_code, 'name="confirm"' in page, 'value="allow"' in page) == (200, True, True)
    assert "form-action 'self' https://partner.example;" in asked["Content-Security-Policy"]
    wrong = browser.post(f"/oauth/authorize?{query}", {"answer": "allow", "confirm": "a guess"})
    assert (wrong.status_code, "form-action 'self' https://partner.example;" in wrong["Content-Security-Policy"]) == (
        422,
        True,
    )
    right = browser.post(f"/oauth/authorize?{query}", {"answer": "allow", "confirm": PASSWORD})
    assert partner.take_up(back(right)["code"]).json()["scope"] == "tickets:read tickets:write"
    assert back(browser.post(f"/oauth/authorize?{query}", {"answer": "deny"}))["error"] == "access_denied"


def test_whoever_lets_an_app_in_hears_of_it_by_letter_when_it_is_news(partner, client_for, mails):
    browser = client_for("ben")

    def told():
        words = [(str(one["To"]), one.get_body(("plain",)).get_content()) for one in mails()]
        return [one for one in words if "Sheets" in one[1]]

    partner.let_in(browser, answer="deny")
    assert told() == []
    partner.take_up(partner.let_in(browser)["code"])
    partner.take_up(partner.let_in(browser)["code"])
    assert len(told()) == 1
    assert "ben@acme.example" in told()[0][0]
    assert "Read requests, their messages and files" in told()[0][1]
    partner.let_in(browser, scope="tickets:write")
    assert len(told()) == 2
