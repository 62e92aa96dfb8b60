"""A partner's program, which asks as one outside does: with its id, its secret and PKCE."""

import base64
import hashlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest

from tenant_apps.partners import actions
from tests.conftest import host_of
from tests.support.clients import Client

BACK = "https://partner.example/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
TICKETS = "/api/v1/support/tickets"


@dataclass
class Partner:
    """One application, with what it knows of itself."""

    app: Any
    secret: str
    host: str = "acme.localhost:8000"
    place: Any = field(default_factory=SimpleNamespace)

    def query(self, **other: Any) -> str:
        """What it sends people to the page with; a word that is None is left out."""
        said = {"client_id": str(self.app.pk), "redirect_uri": BACK, "response_type": "code", "state": "st"}
        said |= {"scope": "tickets:read", "code_challenge": CHALLENGE, "code_challenge_method": "S256"} | other
        return urlencode({name: value for name, value in said.items() if value is not None})

    def asks(self, browser: Any, **other: Any) -> Any:
        """The page, or where it leads."""
        return browser.get(f"/oauth/authorize?{self.query(**other)}")

    def let_in(self, browser: Any, *, answer: str = "allow", **other: Any) -> dict[str, str]:
        """What comes back after a person's answer."""
        said = browser.post(f"/oauth/authorize?{self.query(**other)}", {"answer": answer})
        assert said.status_code == 303, said.content
        return back(said)

    def post(self, path: str, **words: Any) -> Any:
        """One of the addresses for programs, with id and secret."""
        said = {"client_id": str(self.app.pk), "client_secret": self.secret} | words
        body = urlencode({name: value for name, value in said.items() if value})
        return Client(headers={"Host": self.host}).post(
            f"/oauth/{path}", body, content_type="application/x-www-form-urlencoded"
        )

    def token(self, **words: Any) -> Any:
        """The address for keys."""
        return self.post("token", **words)

    def take_up(self, code: str, /, **other: Any) -> Any:
        """Exchange a code."""
        said = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return self.token(**said | other)

    def refresh(self, text: str, /, **other: Any) -> Any:
        """Ask for another key."""
        return self.token(grant_type="refresh_token", refresh_token=text, **other)

    def status(self, key: str, path: str = TICKETS, method: str = "get") -> int:
        """What an API answers to a key."""
        client = Client(headers={"Authorization": f"Bearer {key}", "Host": self.host})
        return int(getattr(client, method)(path).status_code)


def back(answer: Any) -> dict[str, str]:
    """The words in the address that somebody is sent back to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


@pytest.fixture
def partner_for(inside, acme, borealis, actor_for):
    """`partner_for("ada")` = an application that Ada registered; further words are those of `Wish`."""

    def make(who: str = "ada", /, **more: Any) -> Partner:
        by, company = actor_for(who), acme if host_of(who).startswith("acme") else borealis
        wish = {"name": "Sheets", "redirects": [BACK], "scopes": ["tickets:read", "tickets:write"]}
        with inside(company):
            app, text = actions.make(actions.Wish(**wish | {"is_confidential": True, "once": uuid4()} | more), by=by)
        return Partner(app, text, host_of(who))

    return make


@pytest.fixture
def partner(partner_for):
    """An application of Acme that keeps a secret."""
    return partner_for()


@pytest.fixture
def held(partner, client_for):
    """What the partner holds for Ben: the answer to its code."""
    return partner.take_up(partner.let_in(client_for("ben"))["code"]).json()
