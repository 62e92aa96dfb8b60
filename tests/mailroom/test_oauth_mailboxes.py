"""Mailboxes that are opened with a token (XOAUTH2): a real Dovecot, and a server that really gives some."""

import json
import os
import threading
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.mailroom.letters import STRANGER, letter
from tests.mailroom.test_mailboxes import is_due_soon, put_off
from tests.support import dovecot

pytestmark = pytest.mark.skipif(bool(dovecot.MISSING), reason=dovecot.MISSING)


class Provider:
    """An authorisation server; `agree("help")` = the refresh token that the owner of that mailbox lets us have."""

    def __init__(self, url):
        self.url = url

    def agree(self, user):
        asked = {"response_type": "code", "client_id": "portico", "redirect_uri": "https://x.example/back"}
        address = f"{self.url}/oauth2/authorize?{urlencode(asked | {'scope': 'openid email'})}"
        with pytest.raises(urllib.error.HTTPError) as sent_back:
            _opener().open(address, urlencode({"sub": user}).encode(), timeout=10)
        (code,) = parse_qs(urlsplit(sent_back.value.headers["Location"]).query)["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked["redirect_uri"]}
        form |= {"client_id": "portico", "client_secret": "of-portico"}
        with _opener().open(f"{self.url}/oauth2/token", urlencode(form).encode(), timeout=10) as answer:
            return json.load(answer)["refresh_token"]

    def withdraw(self, user):
        """Nothing that this user agreed to holds any more."""
        _opener().open(f"{self.url}/users/{user}/revoke-tokens", b"", timeout=10).close()


def _opener():
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args, **kwargs):
            return None

    return urllib.request.build_opener(Stay)


@pytest.fixture(scope="module")
def provider():
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    from oidc_provider_mock import _app, run_server_in_thread

    # As Microsoft and Google take it: with the secret among the form's fields.
    _app.RefreshTokenGrant.TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]
    with run_server_in_thread() as server:
        yield Provider(f"http://localhost:{server.server_port}")


@pytest.fixture(scope="module")
def port(provider, tmp_path_factory):
    userinfo = provider.url.replace("localhost", "127.0.0.1") + "/userinfo"  # Dovecot asks its own resolver for names
    with dovecot.running(tmp_path_factory.mktemp("dovecot"), userinfo) as found:
        yield found


@pytest.fixture
def mailbox(port, provider, settings, inside, acme, ada, monkeypatch):
    """`mailbox("help", refresh_token)` = a channel that looks into that mailbox with what the token gives."""
    from tenant_apps.mailroom import tokens
    from tenant_apps.mailroom.actions import channels

    settings.PRIVATE_MAILBOXES = settings.FETCH_LOOPBACK = True
    monkeypatch.setitem(tokens.SERVERS, "google", (f"{provider.url}/oauth2/token", ""))

    def made(user, refresh_token, auth="google"):
        options = {"host": "127.0.0.1", "port": str(port), "user": user, "auth": auth, "is_plain": True}
        given = {"name": user, "address": f"{user}@acme.example", "way": "imap"}
        given["options"] = options | {"client_id": "portico"}
        given["secrets"] = {"refresh_token": refresh_token, "client_secret": "of-portico"}
        with inside(acme):
            return channels.keep(None, given, by=ada)

    return made


@pytest.fixture
def heard(fetched):
    """`heard(channel)` = how many mails have come from there, and what is wrong, after a look of the worker's."""

    def look(channel):
        rows, channel = fetched(channel)
        return len(rows), channel.health["trouble"]

    return look


def test_mail_is_fetched_with_a_token(port, provider, mailbox, heard):
    dovecot.put(port, letter(STRANGER), "help")
    channel = mailbox("help", provider.agree("help"))
    assert heard(channel) == (1, "")
    dovecot.put(port, letter(STRANGER, text="another"), "help")
    assert heard(channel) == (2, "")  # with the token that is still good


def test_the_test_button_says_how_it_went(port, provider, mailbox, inside, acme):
    from tenant_apps.mailroom import mailboxes

    with inside(acme):
        assert mailboxes.test(mailbox("tested", provider.agree("tested"))).startswith("It works")


def test_somebody_waits_at_such_a_mailbox_too(port, provider, mailbox, outside):
    from tenant_apps.mailroom import waiting

    channel, stop = mailbox("awaited", provider.agree("awaited")), threading.Event()
    put_off(outside)
    threading.Thread(target=waiting.wait_at_all, args=(stop,), daemon=True).start()
    assert is_due_soon(outside, channel)  # somebody waits from now on
    stop.set()


def test_a_token_that_was_withdrawn_is_said_plainly(provider, mailbox, heard):
    channel = mailbox("gone", provider.agree("gone"))
    assert heard(channel) == (0, "")
    provider.withdraw("gone")
    # The token of minutes, which is still kept, is not taken any more; then no other one is given.
    assert "refused the token of gone" in heard(channel)[1]
    assert "refused the token. Please connect the mailbox anew. (invalid_grant)" in heard(channel)[1]


def test_somebody_elses_token_opens_no_mailbox(provider, mailbox, heard):
    assert "refused the token of boss" in heard(mailbox("boss", provider.agree("thief")))[1]


def test_a_made_up_token_gets_none(mailbox, heard):
    assert "Please connect the mailbox anew" in heard(mailbox("help", "made up"))[1]


@pytest.mark.parametrize("answer", [(500, b"{}"), (200, b"{}"), (200, b"<html>"), (302, b"")])
def test_a_provider_that_is_away_is_no_reason_to_connect_anew(provider, mailbox, heard, monkeypatch, answer):
    from tenant_apps.mailroom import tokens

    with answering(*answer) as (url, _):
        monkeypatch.setitem(tokens.SERVERS, "google", (url, ""))
        trouble = heard(mailbox("help", "x"))[1]
    assert "when asked for a token" in trouble
    assert "anew" not in trouble


def test_the_refresh_token_that_comes_with_a_token_is_kept(mailbox, inside, acme, monkeypatch):
    from tenant_apps.mailroom import tokens
    from tenant_apps.mailroom.models import Channel

    said = json.dumps({"access_token": "one", "expires_in": 3600, "refresh_token": "second"}).encode()
    with answering(200, said) as (url, asked):
        monkeypatch.setitem(tokens.SERVERS, "microsoft", (url + "/{tenant}/token", "mail offline_access"))
        channel = mailbox("help", "first", auth="microsoft")
        with inside(acme):
            assert [tokens.token_of(channel), tokens.token_of(channel)] == ["one", "one"]
            tokens.forget(channel)
            tokens.token_of(Channel.objects.get(pk=channel.pk))
    assert [parse_qs(body)["refresh_token"] for _, body in asked] == [["first"], ["second"]]
    assert [path for path, _ in asked] == ["/common/token"] * 2
    assert parse_qs(asked[0][1])["scope"] == ["mail offline_access"]
    with inside(acme):
        kept = Channel.objects.get(pk=channel.pk)
        assert tokens.secrets_of(kept)["client_secret"] == "of-portico"
        assert "second" not in kept.sealed


def answering(status, body):
    """A server that says the same to everybody: its address, and what it was asked."""
    from contextlib import contextmanager
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    @contextmanager
    def running():
        with HTTPServer(("127.0.0.1", 0), Answers) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}", asked
            server.shutdown()

    return running()
