"""Signing in with an OpenID provider, against a real one."""

import pytest

from portico.errors import Forbidden, Refused
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.sso import actions, reading
from tenant_apps.sso.models import Connection, Link
from tests.sso.conftest import query_of
from tests.support.cast import PASSWORD


def test_somebody_new_gets_an_account_and_comes_back_to_it_whatever_their_address_is_then(
    visitor, connect, go, op, proven, inside, acme, who
):
    op.know("nia-1", email="nia@acme.example", email_verified=True, name="Nia New")
    connection, client = connect(), visitor("acme")
    answer = go(client, connection, "nia-1", next="/requests")
    assert (answer.status_code, answer["Location"]) == (302, "/requests"), answer.content.decode()
    assert who(client) == "Nia New"

    op.know("nia-1", email="olga@acme.example", email_verified=True, name="Other")
    again = visitor("acme")
    assert go(again, connection, "nia-1", next="//evil.example/")["Location"] == "/"
    assert who(again) == "Nia New"
    with inside(acme):
        assert User.objects.get(email="nia@acme.example").role == "member"
        assert Link.objects.count() == 1


@pytest.mark.parametrize(
    ("claims", "wish", "code"),
    [
        ({"email": "mia@acme.example", "email_verified": False}, {}, "not_linked"),
        ({"email": "mia@acme.example"}, {}, "not_linked"),
        ({"email_verified": True}, {}, "not_linked"),
        ({"email": "mia@elsewhere.example", "email_verified": True}, {}, "not_linked"),
        ({"email": "mia@ácme.example", "email_verified": True}, {}, "not_linked"),
        ({"email": "mia@other.example", "email_verified": True}, {"domains": ("acme.example",)}, "not_linked"),
        ({"email": "olga@acme.example", "email_verified": True}, {}, "owner"),
        ({"email": "nia@acme.example", "email_verified": True}, {"default_role": ""}, "not_here"),
    ],
)
def test_a_providers_word_alone_opens_no_account(visitor, acme, connect, go, op, proven, who, claims, wish, code):
    proven(acme, "other.example")
    op.know("x-1", **claims)
    client = visitor("acme")
    answer = go(client, connect(**wish), "x-1")
    assert (answer.status_code, f"<code>{code}</code>" in answer.content.decode()) == (409, True)
    assert who(client) is None


def test_an_address_that_goes_to_somebody_else_there_brings_them_nowhere(
    visitor, connect, go, op, proven, who, inside, acme, olga
):
    connection, client = connect(), visitor("acme")
    op.know("mia-old", email="mia@acme.example", email_verified=True)
    go(client, connection, "mia-old")
    assert who(client) == "Mia Holt"

    op.know("mia-new", email="mia@acme.example", email_verified=True)
    other = visitor("acme")
    assert "another_subject" in go(other, connection, "mia-new").content.decode()
    assert who(other) is None
    with inside(acme):
        actions.release(connection.pk, Link.objects.get().pk, by=olga)
    go(other, connection, "mia-new")
    assert (who(other), "not_linked" in go(visitor("acme"), connection, "mia-old").content.decode()) == (
        "Mia Holt",
        False,
    )


def test_a_closed_account_stays_closed(visitor, connect, go, op, proven, inside, acme, who):
    connection, client = connect(), visitor("acme")
    op.know("mia-1", email="mia@acme.example", email_verified=True)
    with inside(acme):
        User.objects.filter(email="mia@acme.example").update(is_active=False)
    assert "closed" in go(client, connection, "mia-1").content.decode()
    assert who(client) is None


def test_an_account_elsewhere_is_connected_while_signed_in_and_taken_away_again(
    client_for, visitor, connect, go, op, who, inside, acme
):
    connection, olga = connect(), client_for("olga")
    op.know("private-7", email="olga@home.example", email_verified=False)
    assert olga.post("/account/sign-in", {"connection": str(connection.pk)}).status_code == 200
    assert go(olga, connection, "private-7")["Location"] == "/account/sign-in"
    client = visitor("acme")
    go(client, connection, "private-7")
    assert who(client) == "Olga Acker"

    with inside(acme):
        link = Link.objects.get()
    assert client_for("ada").post(f"/account/sign-in/{link.pk}/end").status_code == 404
    olga.post(f"/account/sign-in/{link.pk}/end")
    assert "not_linked" in go(visitor("acme"), connection, "private-7").content.decode()


def test_a_link_from_elsewhere_connects_nothing(client_for, connect, go, op, inside, acme):
    connection = connect()
    op.know("evil-1", email="evil@evil.example", email_verified=True)
    assert go(client_for("olga"), connection, "evil-1").status_code == 409
    with inside(acme):
        assert not Link.objects.exists()


def test_the_platforms_client_answers_by_one_address(visitor, connect, op, proven, settings, who):
    settings.SOCIAL_CLIENTS = {"google": ("portico", "s3cret")}
    settings.SOCIAL_PROVIDERS = {"google": {"issuer": op.issuer}}
    op.know("g-1", email="mia@acme.example", email_verified=True, hd="acme.example")
    connection, client = connect("google", client_id="", secret=""), visitor("acme")
    begun = client.get(f"/sign-in/with/{connection.pk}")["Location"]
    assert query_of(begun)["redirect_uri"] == f"http://{settings.BASE_HOST}/sign-in/back/google"
    back = op.agree(begun, "g-1").removeprefix(f"http://{settings.BASE_HOST}")
    handed = visitor().get(back)["Location"]
    assert client.get(back.replace("/back/google", f"/with/{connection.pk}/back")).status_code == 409

    begun = client.get(f"/sign-in/with/{connection.pk}")["Location"]
    back = op.agree(begun, "g-1").removeprefix(f"http://{settings.BASE_HOST}")
    handed = visitor().get(back)["Location"].removeprefix(f"http://acme.{settings.BASE_HOST}")
    client.get(handed)
    assert who(client) == "Mia Holt"


def test_an_old_private_google_account_is_not_the_companys(visitor, connect, go, op, proven, settings, who):
    settings.SOCIAL_PROVIDERS = {"google": {"issuer": op.issuer}}
    op.know("g-2", email="mia@acme.example", email_verified=True)
    client = visitor("acme")
    assert go(client, connect("google"), "g-2").status_code == 409
    assert who(client) is None


def test_what_is_not_set_up_is_a_page_with_words(visitor, connect, op, settings):
    client = visitor("acme")
    for connection in (connect(on=False), connect("google", client_id="", secret="", on=False)):
        answer = client.get(f"/sign-in/with/{connection.pk}")
        assert (answer.status_code, "not set up" in answer.content.decode()) == (409, True)
    gone = connect(issuer="http://localhost:65001")
    assert client.get(f"/sign-in/with/{gone.pk}").status_code == 409
    assert client.get("/sign-in/with/0191d3f2-0000-7000-8000-000000000001").status_code == 404
    assert visitor().get("/sign-in/back/google", {"state": "x"}).status_code == 409


def test_an_enforced_connection_leaves_owners_their_password_and_nobody_else(
    visitor, connect, go, op, proven, inside, acme, olga, who
):
    connection = connect(domains=("acme.example",))
    with inside(acme):
        with pytest.raises(Refused, match="Try this connection"):
            actions.enforce(connection.pk, on=True, by=olga)
        actions.note_try(connection, by=olga)
        actions.enforce(connection.pk, on=True, by=olga)
        assert [one.name for one in reading.affected(connection)] == ["Ada Lind", "Ben Ode", "Cleo Marsh", "Mia Holt"]
    for name, comes_in in (("olga", True), ("ada", False), ("mia", False)):
        client = visitor("acme")
        answer = client.post("/login", {"email": f"{name}@acme.example", "password": "correct horse battery"})
        assert (bool(who(client)), "/instead?" in answer["Location"]) == (comes_in, not comes_in), name
        assert client.get(answer["Location"]).status_code == 200
    op.know("mia-1", email="mia@acme.example", email_verified=True)
    go(visitor("acme"), connection, "mia-1")
    with inside(acme):
        User.objects.filter(email="mia@acme.example").update(email="mia@home.example")
    client = visitor("acme")
    client.post("/login", {"email": "mia@home.example", "password": "correct horse battery"})
    assert who(client) is None, "another address is no way around it"
    with inside(acme):
        actions.switch(connection.pk, on=False, by=olga)
    client = visitor("acme")
    client.post("/login", {"email": "ada@acme.example", "password": "correct horse battery"})
    assert who(client) == "Ada Lind"


def test_secrets_stay_where_they_are(connect, inside, acme, olga, settings):
    connection = connect(secret="very-s3cret")
    with inside(acme):
        kept = type(connection).objects.get()
        assert kept.client_secret == "very-s3cret"
        assert "very-s3cret" not in kept.secret
        assert not [one for one in Event.objects.all() if "s3cret" in str(one.facts)]
        settings.SECRET_KEY = "another" * 8
        assert kept.client_secret == ""


def test_managers_look_and_owners_decide(inside, acme, ada, connect):
    connection = connect()
    with inside(acme), pytest.raises(Forbidden):
        actions.remove(connection.pk, by=ada)


def test_who_may_vouch_for_people_is_changed_by_an_owner_who_proves_that_it_is_them(
    client_for, connect, settings, inside, acme
):
    settings.CONFIRM_AGAIN_MINUTES = 0
    connection, olga, at = connect(), client_for("olga"), "/manager/settings/connections"
    one = f"{at}/{connection.pk}"
    wishes = {
        f"{at}/new/oidc": {"name": "Evil"},
        one: {"name": "Evil"},
        f"{one}/do": {"do": "off"},
        f"{one}/groups": {"group": "All", "role": "manager"},
    }
    for where, sent in wishes.items():
        page = olga.post(where, sent)
        assert (page.status_code, 'name="confirm"' in page.content.decode()) == (200, True), where
        assert olga.post(where, sent | {"confirm": "a guess"}).status_code == 422
    with inside(acme):
        kept = Connection.objects.get()
        assert (kept.name, kept.is_active, "roles" in kept.options) == ("Acme ID", True, False)
    olga.post(f"{one}/do", {"do": "off", "confirm": PASSWORD})
    with inside(acme):
        assert not Connection.objects.get().is_active
