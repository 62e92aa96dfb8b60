"""Providers that really answer: an OpenID provider and a SAML one, on loopback."""

import json
import urllib.request
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings

from portico import asks


@dataclass
class Op:
    """An OpenID provider; `know(sub, **claims)` tells it of somebody, `agree(address, sub)` is that person there."""

    issuer: str

    def know(self, sub, **claims):
        ask = urllib.request.Request(
            f"{self.issuer}/users/{sub}",
            json.dumps(claims).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(ask, timeout=10).close()

    def agree(self, address, sub):
        """Where the provider sends the browser afterwards."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *args, **kwargs):
                return None

        browser, form = urllib.request.build_opener(Stay), urlencode({"sub": sub}).encode()
        with pytest.raises(urllib.error.HTTPError) as answer:
            browser.open(address, form, timeout=10)
        assert answer.value.code in {302, 303}, answer.value.read()[:400]
        return answer.value.headers["Location"]


@pytest.fixture(scope="session")
def ops():
    """Two providers that know nothing of each other."""
    import os

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    from oidc_provider_mock import run_server_in_thread

    with run_server_in_thread() as one, run_server_in_thread() as other:
        yield [Op(f"http://localhost:{server.server_port}") for server in (one, other)]


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.FETCH_LOOPBACK = True


@pytest.fixture
def op(ops):
    return ops[0]


@pytest.fixture
def proven(outside, acme):
    """Acme's own domain is proven; `proven(company, domain)` proves another."""
    from tenants.models import Domain

    def prove(company, domain):
        with outside():
            Domain.objects.create(
                tenant_id=company.id, schema=company.schema, domain=domain, use="mail", state="active"
            )

    prove(acme, "acme.example")
    return prove


@pytest.fixture
def connect(inside, acme, olga, op):
    """`connect(kind="oidc", …)` = a connection of Acme's that works."""
    from tenant_apps.sso import actions
    from tenant_apps.sso.actions import Wish

    def make(kind="oidc", *, company=acme, by=olga, on=True, **wish):
        said = {
            "name": "Acme ID",
            "client_id": "acme",
            "secret": "s3cret",
            "issuer": op.issuer,
            "default_role": "member",
        }
        with inside(company):
            made = actions.add(kind, Wish(**{**said, **wish}), by=by)
            return actions.switch(made.pk, on=True, by=by) if on else made

    return make


@pytest.fixture
def go(op):
    """`go(client, connection, "sub-1")` = begin there, be that person there, and come back; the last answer."""

    def ask(client, connection, sub, provider=op, **query):
        begun = client.get(f"/sign-in/with/{connection.pk}", query)
        assert begun.status_code == 302, begun.content.decode()
        back = urlsplit(provider.agree(begun["Location"], sub))
        return client.get(f"{back.path}?{back.query}")

    return ask


@pytest.fixture
def who(inside, acme):
    """`who(client)` = the name of whoever is signed in with it at Acme, or None."""

    def ask(client):
        key = client.cookies.get(settings.SESSION_COOKIE_NAME)
        with inside(acme):
            actor = asks.actor_of_session(key.value) if key else None
        return actor.label if actor else None

    return ask


@pytest.fixture
def invited(inside, acme, ada):
    """`invited("nia@x.example", "agent")` = an invitation of Acme's, by Ada, with its code."""

    def ask(email="nia@x.example", role="agent"):
        from tenant_apps.people import actions as people
        from tenant_apps.people.actions.inviting import Wish

        with inside(acme):
            return people.invite(email, Wish(role), by=ada)

    return ask


@pytest.fixture
def come(visitor, op):
    """`come(code, connection, "nia-1")` = open the invitation, take the provider's button, be that person there, and
    come back; the browser and the last answer."""

    def ask(code, connection, sub, browser=None):
        browser = browser or visitor("acme")
        page = browser.get(f"/invitation/{code}").content.decode()
        assert f"/sign-in/with/{connection.pk}/invited" in page
        gone = browser.post(f"/sign-in/with/{connection.pk}/invited", {"code": code})
        assert f'href="/sign-in/with/{connection.pk}"' in gone.content.decode()
        back = urlsplit(op.agree(browser.get(f"/sign-in/with/{connection.pk}")["Location"], sub))
        return browser, browser.get(f"{back.path}?{back.query}")

    return ask


def query_of(address):
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
