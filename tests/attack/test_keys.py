"""Keys in the wrong place, at the wrong time, for the wrong thing."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as ours
from django.test import RequestFactory
from django.utils import timezone

from shared_apps.accounts import keys, tokens
from shared_apps.accounts.models import Token, User
from tests.conftest import host_of
from tests.support.clients import Client

TICKETS = "/api/v1/support/tickets"
PAGES = ["/manager/inbox", "/manager/settings/keys", "/account/keys", "/manager/inbox/export.csv", "/requests", "/"]


@pytest.fixture
def key_of(inside, acme, actor_for):
    """`key_of("ada", "tickets:read")` = the text of such a key; with a role, of the company."""

    def make(name, *held, **more):
        by, ends = actor_for(name), timezone.now() + timedelta(days=30)
        with inside(acme):
            return keys.make(keys.Wish("Robot", held, ends, uuid4(), **more), by=by)[1]

    return make


def bearing(text, host="acme.localhost:8000"):
    return Client(headers={"Authorization": f"Bearer {text}", "Host": host})


def test_a_key_opens_its_own_company_and_no_other(key_of, borealis, acme):
    text = key_of("ada", "tickets:write", role="manager")
    assert bearing(text).get(TICKETS).status_code == 200
    assert bearing(text, host_of("bo")).get(TICKETS).status_code == 401
    assert bearing(text, host_of("lin")).get("/platform-admin/tickets").status_code == 401
    moved = text.replace(f"pt_{acme.id}_", f"pt_{borealis.id}_")
    assert bearing(moved, host_of("bo")).get(TICKETS).status_code == 401
    base = bearing(text, ours.BASE_HOST)
    assert base.get(TICKETS, headers={"X-Company-Id": str(borealis.id)}).status_code == 404
    assert base.get(TICKETS, headers={"X-Company-Id": str(acme.id)}).status_code == 200


def test_a_key_counts_in_its_header_alone(key_of, visitor):
    text, nobody = key_of("ada", "tickets:write"), visitor("acme")
    for name in ("token", "access_token", "key"):
        assert nobody.get(TICKETS, {name: text}).status_code == 401
        assert nobody.post(TICKETS, {name: text}).status_code == 401
    nobody.cookies[ours.SESSION_COOKIE_NAME] = text
    assert nobody.get(TICKETS).status_code == 401
    for header in (f"Basic {text}", f"Token {text}", text, f"Bearer {text}x", f"Bearer {text} {text}"):
        assert nobody.get(TICKETS, headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_a_key_with_scopes_opens_no_page(key_of, path):
    for more in ({}, {"role": "manager"}):
        program = bearing(key_of("ada", "tickets:write", "people:read", **more))
        answer, stranger = program.get(path), Client(headers={"Host": "acme.localhost:8000"}).get(path)
        assert (answer.status_code, answer.get("Location")) == (stranger.status_code, stranger.get("Location"))


def test_a_key_with_scopes_sends_no_form(key_of, inside, acme):
    program = bearing(key_of("ada", "tickets:write"))
    for path in ("/account/keys", "/manager/settings/keys", "/manager/inbox/new"):
        sent = {"name": "More", "scopes": "people:read", "expires": "30", "once": str(uuid4()), "role": "manager"}
        assert program.post(path, sent).status_code == 302
    with inside(acme):
        assert Token.objects.count() == 1


def test_files_of_requests_ask_for_the_scope_of_requests(key_of, inside, acme, cleo):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tenant_apps.tickets import actions, attachments

    with inside(acme):
        file = attachments.receive(SimpleUploadedFile("a.txt", b"hello"), by=cleo)
        said = {"subject": "A", "description": "B", "desk": "company", "files": [file.pk]}
        actions.open_ticket(**said, by=cleo)
    path = f"/files/{file.pk}"
    assert "/login" in bearing(key_of("ada", "people:read")).get(path)["Location"]
    for more in ({}, {"role": "agent"}):
        link = bearing(key_of("ada", "tickets:read", **more)).get(path)["Location"]
        host, _, rest = link.partition("://")[2].partition("/")
        got = Client(headers={"Host": host}).get(f"/{rest}")
        assert b"".join(got.streaming_content) == b"hello"
        with inside(acme):
            Token.objects.filter(role="agent").update(revoked_at=timezone.now())
        late = Client(headers={"Host": host}).get(f"/{rest}").status_code
        assert late == (404 if more else 200)
    assert "/login" in bearing(key_of("ada", "tickets:read")).post("/files/upload")["Location"]


def test_a_key_ends_to_the_second(key_of, inside, acme, monkeypatch):
    text = key_of("ada", "tickets:read")
    with inside(acme):
        ends = Token.objects.get().expires_at
        for late, works in [(-1, True), (0, False), (1, False)]:
            monkeypatch.setattr(tokens.timezone, "now", lambda late=late: ends + timedelta(seconds=late))
            assert (tokens.find(text) is not None) == works


def test_a_key_that_ends_during_a_long_answer_speaks_no_longer(key_of, inside, acme):
    from django.contrib.sessions.backends.db import SessionStore

    from shared_apps.accounts.middleware import ActorMiddleware
    from tenants.routing import Door

    text = key_of("ada", "tickets:read")
    request = RequestFactory().get(TICKETS, headers={"Authorization": f"Bearer {text}"})
    request.door, request.session = Door("company", "acme.localhost:8000"), SessionStore()
    ActorMiddleware(lambda _: None)(request)
    with inside(acme):
        assert request.actor_now().label == "Ada Lind"
        Token.objects.update(revoked_at=timezone.now())
        assert not request.actor_now().is_signed_in


@pytest.mark.parametrize("why", ["wrong", "revoked", "expired", "elsewhere", "left"])
def test_every_refusal_is_the_same_refusal(key_of, inside, acme, why):
    text = key_of("ada", "tickets:read", **({"role": "agent"} if why == "elsewhere" else {}))
    with inside(acme):
        if why == "revoked":
            Token.objects.update(revoked_at=timezone.now())
        if why == "expired":
            Token.objects.update(expires_at=timezone.now())
        if why == "elsewhere":
            Token.objects.update(addresses=["192.0.2.0/24"])
        if why == "left":
            User.objects.filter(email="ada@acme.example").update(is_active=False)
    answer = bearing(text[:-1] + ("a" if text[-1] != "a" else "b") if why == "wrong" else text).get(TICKETS)
    nobody = bearing("pt_1_1_" + "x" * 43).get(TICKETS)
    assert (answer.status_code, answer.content) == (401, nobody.content)
    assert answer["WWW-Authenticate"] == nobody["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("place", "works"),
    [("192.0.2.7", True), ("192.0.2.8", False), ("::ffff:192.0.2.7", True), ("2001:db8::1", False), ("", False)]
    + [("192.0.2.7, 192.0.2.9", False), ("unknown", False)],
)
def test_addresses_bind_a_key(key_of, inside, acme, place, works):
    text = key_of("ada", "tickets:read", role="agent", addresses=["192.0.2.7"])
    with inside(acme):
        assert (tokens.find(text, place) is not None) == works


def test_a_hostile_name_is_words(client_for, inside, acme, ada, olga):
    name = "</td><script>alert(1)</script>{{ 7|add:7 }}\"'"
    with inside(acme):
        wish = keys.Wish(name, ["tickets:read"], timezone.now() + timedelta(days=1), uuid4(), role="agent")
        keys.make(wish, by=ada)
    page = client_for("ada").get("/manager/settings/keys").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nobody_chooses_the_id_of_a_key(inside, acme, ada, olga):
    with inside(acme):
        wish = keys.Wish("Olga", ["tickets:write"], timezone.now() + timedelta(days=1), olga.id, role="manager")
        assert keys.make(wish, by=ada)[0].pk != olga.id


def test_twenty_at_once_get_no_more_than_the_limit(key_of, settings):
    settings.API_REQUESTS_PER_MINUTE = 5
    text, said = key_of("ada", "people:read"), []
    threads = [
        threading.Thread(target=lambda: said.append(bearing(text).get("/api/v1/users").status_code)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 20
    assert said.count(200) == 5
