"""What an OpenID provider says is checked all over: signature, from whom, for whom, for which beginning, and when."""

import http.server
import json
import threading
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from portico.fetching import Unreachable
from tenant_apps.sso import oidc
from tenant_apps.sso.providers import Provider
from tenant_apps.sso.trust import Claim, Untrusted

KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class Op(http.server.BaseHTTPRequestHandler):
    """Says what the test put into `server.said`."""

    def do_GET(self):
        at = f"http://localhost:{self.server.server_port}"
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "k1", "use": "sig"}
        self._say(
            {
                "/jwks": {"keys": [key]},
                "/info": self.server.info,
                "/.well-known/openid-configuration": {
                    "issuer": at,
                    "authorization_endpoint": f"{at}/go",
                    "token_endpoint": f"{at}/token",
                    "jwks_uri": f"{at}/jwks",
                    "userinfo_endpoint": f"{at}/info",
                }
                | self.server.about,
            }[self.path]
        )

    def do_POST(self):
        self.server.asked = self.rfile.read(int(self.headers["Content-Length"])).decode(), dict(self.headers)
        self._say({"id_token": self.server.token, "access_token": "a", "token_type": "Bearer"})

    def _say(self, what):
        body = json.dumps(what).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Op)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def ask(server, inside, acme):
    """`ask(claims)` = whom we read out of a token with these claims instead of good ones."""
    issuer = f"http://localhost:{server.server_port}"
    server.about, server.info = {}, {}

    def say(
        claims=None, *, key=KEY, alg="RS256", kid="k1", kind="oidc", given=None, token=None, issuer=issuer, **known
    ):
        now = int(time.time())
        good = {
            "iss": issuer,
            "sub": "s-1",
            "aud": "acme",
            "iat": now,
            "exp": now + 300,
            "nonce": "n",
            "email": "a@b.example",
        }
        said = {name: value for name, value in (good | (claims or {})).items() if value is not None}
        server.token = token or jwt.encode(said, key, algorithm=alg, headers={"kid": kid} if kid else {})
        with inside(acme):
            provider = Provider(kind, issuer, "acme", "s&cret", known=known)
            there = {"code": "c"} | (given or {})
            return oidc.complete(
                provider, there, redirect_uri="http://acme.localhost/back", nonce="n", verifier="v" * 43
            )

    return say


def test_a_good_token_is_read(ask, server):
    assert ask() == Claim("s-1", "a@b.example")
    body, headers = server.asked
    assert "code_verifier=vvv" in body
    assert headers["Authorization"].startswith("Basic ")
    assert "client_secret" not in body


NOW = int(time.time())
WRONG = {
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "another audience": {"claims": {"aud": "other"}},
    "several audiences and no party": {"claims": {"aud": ["acme", "other"]}},
    "another party": {"claims": {"azp": "other"}},
    "another beginning": {"claims": {"nonce": "m"}},
    "no beginning": {"claims": {"nonce": None}},
    "over": {"claims": {"exp": NOW - 3600}},
    "without an end": {"claims": {"exp": None}},
    "from long ago": {"claims": {"iat": NOW - 4000}},
    "not yet": {"claims": {"iat": NOW + 4000}},
    "about nobody": {"claims": {"sub": None}},
    "about an empty name": {"claims": {"sub": ""}},
    "about a name that is too long": {"claims": {"sub": "x" * 256}},
    "signed by somebody else": {"key": OTHER},
    "signed with an unknown key": {"kid": "k2"},
    "not signed": {"key": "", "alg": "none"},
    "no token": {"token": "x.y.z"},
    "an endless token": {"token": "x" * 40_000},
    "an answer of another provider": {"given": {"iss": "https://evil.example"}},
    "an answer without a code": {"given": {"code": ""}},
    "a refusal": {"given": {"error": "access_denied"}},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_right_in_all_of_it_is_not_believed(ask, name):
    with pytest.raises(Untrusted):
        ask(**WRONG[name])


def test_the_public_key_is_no_password(ask):
    import base64
    import hashlib
    import hmac

    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k1"}').rstrip(b"=")
    body = jwt.encode({"sub": "s-1"}, KEY, algorithm="RS256").split(".")[1].encode()
    made = base64.urlsafe_b64encode(hmac.new(PEM, head + b"." + body, hashlib.sha256).digest()).rstrip(b"=")
    with pytest.raises(Untrusted):
        ask(token=b".".join([head, body, made]).decode())


def test_what_a_provider_says_of_itself_has_to_fit(ask, server):
    server.about = {"issuer": "https://evil.example"}
    with pytest.raises(Unreachable, match="another name"):
        ask(
            issuer=f"http://localhost:{server.server_port}/",
            discovery=f"http://localhost:{server.server_port}/.well-known/openid-configuration",
        )
    server.about = {"token_endpoint": "https://169.254.169.254/token"}
    with pytest.raises(Unreachable):
        ask(issuer=f"http://127.0.0.1:{server.server_port}")


def test_what_the_token_leaves_out_is_asked_for_of_the_same_person_alone(ask, server):
    server.info = {"sub": "s-1", "email": "late@b.example", "email_verified": True}
    assert ask({"email": None}) == Claim("s-1", "late@b.example", True)
    server.info["sub"] = "s-2"
    assert ask({"email": None}) == Claim("s-1")


def test_microsofts_people_are_those_of_their_directory_and_their_addresses_its_word(ask, server):
    issuer = f"http://localhost:{server.server_port}/{{tenantid}}/v2.0"
    at = f"http://localhost:{server.server_port}"
    known = {"authorization_endpoint": f"{at}/go", "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/jwks"}
    said = {"iss": issuer.replace("{tenantid}", "t-1"), "tid": "t-1"}
    assert ask(said, kind="microsoft", issuer=issuer, **known) == Claim("t-1/s-1", "a@b.example")
    assert ask(said | {"xms_edov": 1}, kind="microsoft", issuer=issuer, **known).is_verified is True
    with pytest.raises(Untrusted):
        ask(said | {"tid": "t-2"}, kind="microsoft", issuer=issuer, **known)
    facebook = ask({"email_verified": True}, kind="facebook", **known)
    assert facebook.is_verified is False
