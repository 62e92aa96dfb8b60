"""One's account: the password's rules, open sessions, proving it once more, and known browsers."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import pytest

from tests.support.cast import PASSWORD

ADA = {"email": "ada@acme.example", "password": PASSWORD}
PAGE, CHANGE = "/account/security", "/account/security/password"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "too short"),
        ("ada@acme.example", "too similar"),
        ("password1234", "too common"),
        ("3141592653589", "entirely numeric"),
        (PASSWORD, "one of your last"),
    ],
)
def test_a_weak_or_worn_password_is_refused_in_words(client_for, password, words):
    answer = client_for("ada").post(CHANGE, {"password": password})
    if words != "entirely numeric":  # long enough to be good
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_the_last_five_passwords_are_not_taken_again(client_for):
    browser, chosen = client_for("ada"), [f"sentence number {number}" for number in range(6)]
    assert [browser.post(CHANGE, {"password": one}).status_code for one in chosen] == [302] * 6
    assert browser.post(CHANGE, {"password": chosen[1]}).status_code == 422
    assert browser.post(CHANGE, {"password": chosen[0]}).status_code == 302


@pytest.fixture
def stolen(settings):
    """A list of stolen passwords that answers as Have I Been Pwned does, and what it was asked."""
    asked = []

    class List(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            tail = hashlib.sha1(b"stolen long ago in 2019", usedforsecurity=False).hexdigest().upper()[5:]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{'0' * 35}:0\r\n{tail}:4\r\n".encode())

        def log_message(self, *_):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), List)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.BREACHED_PASSWORDS_URL = f"http://127.0.0.1:{server.server_port}/range"
    yield asked
    server.shutdown()
    server.server_close()


def test_a_stolen_password_is_refused_and_only_five_signs_go_out(client_for, stolen, settings):
    browser = client_for("ada")
    answer = browser.post(CHANGE, {"password": "stolen long ago in 2019"})
    assert (answer.status_code, "list of stolen" in answer.content.decode()) == (422, True)
    assert [len(one.removeprefix("/range/")) for one in stolen] == [5]
    settings.BREACHED_PASSWORDS_URL = "http://127.0.0.1:9/range"
    assert browser.post(CHANGE, {"password": "a whole new sentence"}).status_code == 302, "a list that is away"


def test_other_browsers_are_seen_and_signed_out(client_for, visitor):
    browser = client_for("ada")
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    others = [visitor("acme") for _ in range(3)]
    for other in others:
        other.post("/login", ADA, headers={"User-Agent": firefox})
    page = browser.get(PAGE).content.decode()
    assert page.count("Firefox on Windows<") == 3

    numbers = [part.partition('"')[0] for part in page.split(f"{PAGE}/end/")[1:]]
    assert client_for("ben").post(f"{PAGE}/end/{numbers[0]}").status_code == 404
    assert browser.post(f"{PAGE}/end/{numbers[0]}").status_code == 302
    assert [one.get("/manager/inbox").status_code for one in others].count(302) == 1
    browser.post(f"{PAGE}/end/0")
    assert [one.get("/manager/inbox").status_code for one in (*others, browser)] == [302, 302, 302, 200]


def test_what_matters_is_proven_once_more_and_what_was_typed_goes_along(client_for, settings):
    settings.CONFIRM_AGAIN_MINUTES = 0
    browser, typed = (
        client_for("ada"),
        {"name": "Robot <x>", "scopes": "tickets:read", "expires": "30", "once": str(uuid4())},
    )
    page = browser.post("/account/keys", typed).content.decode()
    assert "Is it you?" in page
    assert 'name="name" value="Robot &lt;x&gt;"' in page
    assert "is not right" in browser.post("/account/keys", typed | {"confirm": "wrong"}).content.decode()
    assert browser.get(CHANGE)["Location"] == "/account/confirm?next=%2Faccount%2Fsecurity%2Fpassword"
    page = browser.post("/account/keys", typed | {"confirm": PASSWORD}).content.decode()
    assert "Take the key" in page


def test_a_browser_that_is_known_stays_welcome_whatever_others_try(visitor, sent):
    own = visitor("acme")
    own.post("/login", ADA)
    own.post("/logout")
    for place in range(60):
        visitor("acme").post("/login", ADA | {"password": "x"}, REMOTE_ADDR=f"203.0.113.{place}")
    stranger = visitor("acme")
    assert stranger.post("/login", ADA, REMOTE_ADDR="198.51.100.7").status_code == 429
    assert own.post("/login", ADA).status_code == 302
    assert stranger.post("/login/code", {"email": ADA["email"]}, REMOTE_ADDR="198.51.100.7").status_code == 200
    assert "is your code" not in "".join(sent()[:-1])


def test_a_new_browser_is_told_of_by_mail(visitor, sent):
    visitor("acme").post("/login", ADA)
    before = len(sent())
    visitor("acme").post("/login", ADA)
    assert len(sent()) == before + 1
    assert "not used for it before" in sent()[-1]


def test_a_session_that_somebody_knew_before_is_worth_nothing(visitor, settings):
    browser = visitor("acme")
    browser.post("/login/passkey", {})
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/login", ADA)
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    thief = visitor("acme")
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get("/manager/inbox").status_code == 302
