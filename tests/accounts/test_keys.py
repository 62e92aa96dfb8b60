"""Keys for programs: made with a name, scopes and an end; shown once, changed, ended."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portico.actor import KEY
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.ids import uuid7
from shared_apps.accounts import keys, tokens
from shared_apps.accounts.actors import actor_of_token
from shared_apps.accounts.models import Token
from shared_apps.audit.models import PlatformAuditLog
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words

MINE, COMPANYS = "/account/keys", "/manager/settings/keys"


def wish(name="Backup", scopes=("tickets:read",), days=30, **more):
    ends = None if days is None else timezone.now() + timedelta(days=days)
    return keys.Wish(name, list(scopes), ends, more.pop("once", None) or uuid4(), **more)


def form(**more):
    return {"name": "Backup", "scopes": ["tickets:read"], "expires": "30", "once": str(uuid4())} | more


def text_in(page):
    found = re.search(r'id="key" value="([^"]*)"', page.content.decode())
    return found and found[1]


def test_a_key_of_ones_own_speaks_for_its_person_and_is_kept_as_a_digest(inside, acme, ada):
    with inside(acme):
        key, text = keys.make(wish(), by=ada)
        found = tokens.find(text, "192.0.2.7")
        assert actor_of_token(found) == ada
        assert (key.tail, key.scopes, key.label) == (text[-4:], ["tickets:read"], "Backup")
        kept = Token.objects.values().get()
        assert not any(text[-43:] in str(value) for value in kept.values())
        assert (kept["used_from"], kept["made_by"]) == ("192.0.2.7", "Ada Lind")
        event = Event.objects.get(verb="key.create")
        assert words(event) == "Ada Lind made the key “Backup”"
        assert text[-43:] not in str(event.facts)


def test_a_key_of_the_company_acts_in_its_own_name(inside, acme, ada):
    with inside(acme):
        key, text = keys.make(wish("Robot", role="agent"), by=ada)
        actor = actor_of_token(tokens.find(text))
        assert (actor.kind, actor.id, actor.role, actor.label) == ("company", key.pk, "agent", "Robot (key)")
        assert KEY in actor.capabilities
        assert words(Event.objects.get(verb="key.create")) == "Ada Lind made the key “Robot” of the company"


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 81}),
        ("name", {"name": "a\u202eb"}),
        ("name", {"name": "a\x00b"}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["tickets:read", "tickets:own"]}),
        ("scopes", {"scopes": ["*"]}),
        ("scopes", {"scopes": ["team:write"]}),
        ("expires", {"days": None}),
        ("expires", {"days": 0}),
        ("expires", {"days": 367}),
        ("role", {"role": "owner"}),
        ("addresses", {"role": "agent", "addresses": ["192.0.2.300"]}),
        ("addresses", {"role": "agent", "addresses": ["192.0.2.7/24"]}),
        ("addresses", {"role": "agent", "addresses": ["192.0.2.7"] * 21}),
    ],
)
def test_what_no_key_can_be_is_said_beside_its_field(inside, acme, ada, field, more):
    with inside(acme), pytest.raises(Invalid) as refused:
        keys.make(wish(**more), by=ada)
    assert list(refused.value.fields) == [field]


def test_a_key_without_an_end_is_a_setting(inside, acme, ada, settings):
    settings.KEYS_WITHOUT_END = True
    with inside(acme):
        assert keys.make(wish(days=None), by=ada)[0].expires_at is None


@pytest.mark.parametrize("name", ["ben", "mia", "cleo"])
def test_only_managers_make_keys_of_the_company(inside, acme, actor_for, name):
    somebody = actor_for(name)
    with inside(acme), pytest.raises(Forbidden):
        keys.make(wish(role="agent"), by=somebody)


def test_a_key_makes_and_ends_no_keys(inside, acme, ada):
    with inside(acme):
        _, text = keys.make(wish(role="manager"), by=ada)
        robot = actor_of_token(tokens.find(text))
        for role in ("", "manager"):
            with pytest.raises(Forbidden):
                keys.make(wish(role=role), by=robot)
        with pytest.raises(Forbidden):
            keys.revoke(robot.id, by=robot)


def test_another_secret_lets_the_one_before_work_for_a_day(inside, acme, ada, monkeypatch):
    now = timezone.now()
    with inside(acme):
        key, before = keys.make(wish(role="agent"), by=ada)
        same, after = keys.rotate(key.pk, by=ada)
        assert same.pk == key.pk
        assert before != after
        assert [tokens.find(one).pk for one in (before, after)] == [key.pk] * 2
        with pytest.raises(Refused, match="less than a day"):
            keys.rotate(key.pk, by=ada)
        monkeypatch.setattr(tokens.timezone, "now", lambda: now + timedelta(hours=24, minutes=1))
        assert tokens.find(before) is None
        assert tokens.find(after).pk == key.pk


def test_ending_a_key_ends_both_secrets_and_is_told_once(inside, acme, ada):
    with inside(acme):
        key, before = keys.make(wish(role="agent"), by=ada)
        _, after = keys.rotate(key.pk, by=ada)
        keys.revoke(key.pk, by=ada)
        keys.revoke(key.pk, by=ada)
        assert [tokens.find(one) for one in (before, after)] == [None, None]
        with pytest.raises(Missing):
            keys.rotate(key.pk, by=ada)
        assert [words(one) for one in Event.objects.filter(verb="key.revoke")] == [
            "Ada Lind ended the key “Backup” of the company"
        ]


def test_who_may_end_whose_key(inside, acme, olga, ada, ben, mia, cleo):
    with inside(acme):
        bens, companys = keys.make(wish(), by=ben)[0], keys.make(wish(role="agent"), by=ada)[0]
        for somebody, key in [(ada, bens), (mia, bens), (ben, companys), (cleo, companys)]:
            with pytest.raises(Missing):
                keys.revoke(key.pk, by=somebody)
        with pytest.raises(Missing):
            keys.rotate(bens.pk, by=ada)
        keys.revoke(bens.pk, by=olga)
        assert words(Event.objects.get(verb="key.revoke")) == "Olga Acker ended the key “Backup” of Ben Ode"


def test_a_form_that_is_sent_twice_makes_one_key(inside, acme, ada, ben):
    once = uuid7()
    with inside(acme):
        key, _ = keys.make(wish(once=once), by=ada)
        with pytest.raises(Refused, match="made already"):
            keys.make(wish(once=once), by=ada)
        other, _ = keys.make(wish(once=once), by=ben)
        assert len({once, key.pk, other.pk}) == 3


def test_many_at_once_make_no_more_than_fit(inside, acme, ada, monkeypatch):
    monkeypatch.setattr(keys, "MOST", 3)
    made = []

    def attempt():
        try:
            with inside(acme):
                keys.make(wish(), by=ada)
            made.append(1)
        except Refused:
            pass

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with inside(acme):
        assert (len(made), Token.objects.count()) == (3, 3)


def test_staff_have_keys_which_the_platforms_audit_tells(outside, lin):
    with outside():
        _, text = keys.make(wish(scopes=["team:read"]), by=lin)
        assert tokens.find(text).user.name == "Lin Haas"
        with pytest.raises(Invalid):
            keys.make(wish(scopes=["people:read"]), by=lin)
        with pytest.raises(Forbidden):
            keys.make(wish(role="agent"), by=lin)
        assert PlatformAuditLog.objects.filter(verb="key.create", actor_id=lin.id).count() == 1


@pytest.mark.parametrize("name", ["olga", "ada", "ben", "mia", "cleo"])
def test_a_page_makes_a_key_shows_it_once_and_ends_it(client_for, visitor, inside, acme, name):
    browser, program = client_for(name), visitor("acme")

    page = browser.post(MINE, form())

    text = text_in(page)
    assert page["Cache-Control"].count("no-store") == 1
    asks = {"Authorization": f"Bearer {text}"}
    assert program.get("/api/v1/support/departments", headers=asks).status_code == 200
    again = browser.get(MINE)
    assert (text in again.content.decode(), f"…{text[-4:]}" in again.content.decode()) == (False, True)
    with inside(acme):
        key = Token.objects.get()
    assert browser.post(f"{MINE}/{key.pk}/end", follow=True).status_code == 200
    assert program.get("/api/v1/support/departments", headers=asks).status_code == 401


def test_a_page_says_what_is_wrong_and_keeps_what_was_typed(client_for):
    page = client_for("mia").post(MINE, form(name="Mine", scopes=["tickets:own"], expires="day"))
    said = page.content.decode()
    assert page.status_code == 422
    assert all(one in said for one in ('value="Mine"', "There is no such scope.", "Which day?"))
    far = client_for("mia").post(MINE, form(expires="day", until="2999-01-01"))
    assert "Choose a day within the next year." in far.content.decode()


def test_managers_make_change_and_end_keys_of_the_company(client_for, visitor, inside, acme):
    ada, program = client_for("ada"), visitor("acme")
    made = text_in(ada.post(COMPANYS, form(name="Robot", role="manager", addresses="127.0.0.1\n192.0.2.0/24")))
    with inside(acme):
        key = Token.objects.get()
    assert (key.addresses, key.role) == (["127.0.0.1/32", "192.0.2.0/24"], "manager")
    changed = text_in(ada.post(f"{COMPANYS}/{key.pk}/secret"))
    for text in (made, changed):
        asks = {"Authorization": f"Bearer {text}"}
        assert program.get("/api/v1/support/tickets", headers=asks).status_code == 200
        assert program.get("/api/v1/support/tickets", headers=asks, REMOTE_ADDR="198.51.100.1").status_code == 401
    assert ada.post(f"{COMPANYS}/{key.pk}/secret").status_code == 409
    ended = ada.post(f"{MINE}/{key.pk}/end", follow=True).content.decode()
    assert "“Robot” has ended." in ended
    assert "No keys" in ended


def test_the_owner_sees_everybodys_keys_and_managers_do_not(client_for, inside, acme, ben):
    with inside(acme):
        keys.make(wish("Bens laptop"), by=ben)
    assert "Bens laptop" in client_for("olga").get(COMPANYS).content.decode()
    assert "Bens laptop" not in client_for("ada").get(COMPANYS).content.decode()


def test_a_thousand_keys_still_make_a_page(client_for, inside, acme):
    with inside(acme):
        from shared_apps.accounts.models import User

        olga = User.objects.get(email="olga@acme.example")
        Token.objects.bulk_create([Token(user=olga, digest=f"{n}", label=f"Key {n}", role="") for n in range(1_000)])
    browser = client_for("olga")
    for page in (MINE, COMPANYS):
        with CaptureQueriesContext(connection) as sent:
            assert browser.get(page).status_code == 200
        assert len(sent.captured_queries) < 14
    refused = browser.post(MINE, form())
    assert refused.status_code == 409
    assert "Key 999" in browser.get(MINE).content.decode()
