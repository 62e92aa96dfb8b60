"""Accepting an invitation with a provider's word instead of a password."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection as line

from portico import clock
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import actions as people
from tenant_apps.people.models import Invitation
from tenant_apps.sso import actions
from tenant_apps.sso.models import Connection, Link

NIA = "nia@x.example"


def test_whoever_is_vouched_for_joins_with_the_role_of_the_invitation_and_comes_back_the_same_way(
    invited, come, connect, go, op, visitor, who, inside, acme
):
    op.know("nia-1", email="Nia@x.example", email_verified=True, name="Nia New")
    made, connection = invited(), connect(default_role="")
    browser, answer = come(made.code, connection, "nia-1")

    assert (answer.status_code, answer["Location"], who(browser)) == (302, "/manager/inbox", "Nia New")
    again = visitor("acme")
    go(again, connection, "nia-1")
    assert who(again) == "Nia New"
    with inside(acme):
        nia = User.objects.get(email=NIA)
        assert (nia.role, nia.has_usable_password()) == ("agent", False)
        assert Invitation.objects.get().user_id == nia.pk
        verbs = list(
            Event.objects.filter(verb__in=["person.join", "sso.link"]).order_by("id").values_list("verb", flat=True)
        )
        assert verbs == ["person.join", "sso.link"]
    assert visitor("acme").get(f"/invitation/{made.code}").status_code == 404


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"email": "eve@x.example", "email_verified": True}, "not_invited"),
        ({"email": NIA, "email_verified": False}, "not_invited"),
        ({"email": NIA}, "not_invited"),
        ({"email_verified": True}, "not_invited"),
    ],
)
def test_an_address_that_nobody_vouches_for_joins_nothing_and_the_invitation_stays_good(
    invited, come, connect, op, who, inside, acme, claims, code
):
    op.know("eve-1", **claims)
    made, connection = invited(), connect()
    browser, answer = come(made.code, connection, "eve-1")
    assert (answer.status_code, f"<code>{code}</code>" in answer.content.decode()) == (409, True)
    assert who(browser) is None

    op.know("nia-1", email=NIA, email_verified=True)
    come(made.code, connection, "nia-1", browser)
    assert who(browser) == "nia"
    with inside(acme):
        assert Link.objects.count() == 1


def test_an_account_there_that_opens_another_one_here_joins_nothing(
    invited, come, connect, go, op, proven, visitor, who, inside, acme
):
    connection = connect()
    op.know("mia-1", email="mia@acme.example", email_verified=True)
    go(visitor("acme"), connection, "mia-1")
    op.know("mia-1", email=NIA, email_verified=True)
    browser, answer = come(invited().code, connection, "mia-1")
    assert ("linked_elsewhere" in answer.content.decode(), who(browser)) == (True, None)
    with inside(acme):
        assert not User.objects.filter(email=NIA).exists()


@pytest.mark.parametrize("over", ["revoked", "used", "sent again", "too old", "inviter gone", "somebody came"])
def test_what_happens_to_the_invitation_on_the_way_counts(invited, connect, op, visitor, who, inside, acme, ada, over):
    op.know("nia-1", email=NIA, email_verified=True)
    made, connection, browser = invited(), connect(), visitor("acme")
    browser.post(f"/sign-in/with/{connection.pk}/invited", {"code": made.code})
    back = urlsplit(op.agree(browser.get(f"/sign-in/with/{connection.pk}")["Location"], "nia-1"))
    with inside(acme):
        match over:
            case "revoked":
                people.revoke(made.invitation.pk, by=ada)
            case "used":
                people.accept(made.code, "Nia", "a quiet harbour")
            case "sent again":
                people.resend(made.invitation.pk, by=ada)
            case "too old":
                Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
            case "inviter gone":
                User.objects.filter(pk=ada.id).update(is_active=False)
            case "somebody came":
                User.objects.create_user(NIA, None, name="Nia", role="customer")
    answer = browser.get(f"{back.path}?{back.query}")
    assert answer.status_code == (409 if over == "somebody came" else 404)
    assert who(browser) is None
    with inside(acme):
        assert not Link.objects.exists()
        assert not User.objects.filter(email=NIA, role="agent").exclude(name="Nia").exists()


def test_of_two_browsers_that_come_at_once_one_joins(invited, connect, op, visitor, who, inside, acme):
    op.know("nia-1", email=NIA, email_verified=True)
    made, connection = invited(), connect()
    browsers, ways = [visitor("acme"), visitor("acme")], []
    for one in browsers:
        one.post(f"/sign-in/with/{connection.pk}/invited", {"code": made.code})
        back = urlsplit(op.agree(one.get(f"/sign-in/with/{connection.pk}")["Location"], "nia-1"))
        ways.append((one, f"{back.path}?{back.query}"))

    def bring(way):
        try:
            return way[0].get(way[1]).status_code
        finally:
            line.close()

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(bring, ways))
    assert statuses[0] == 302
    assert statuses[1] in {404, 409}
    assert sorted(map(str, map(who, browsers))) == ["None", "nia"]
    with inside(acme):
        assert User.objects.filter(email=NIA).count() == 1


def test_a_code_of_nobody_begins_nothing_and_a_way_that_was_not_begun_here_joins_nothing(
    invited, connect, op, go, visitor, who, inside, borealis, odd
):
    op.know("nia-1", email=NIA, email_verified=True)
    made, connection = invited(), connect(default_role="")
    browser = visitor("acme")
    assert browser.post(f"/sign-in/with/{connection.pk}/invited", {"code": "nothing"}).status_code == 404
    assert "not_linked" in go(browser, connection, "nia-1").content.decode()

    theirs = connect(company=borealis, by=odd)
    there = visitor("borealis")
    assert there.post(f"/sign-in/with/{theirs.pk}/invited", {"code": made.code}).status_code == 404
    assert there.post(f"/sign-in/with/{connection.pk}/invited", {"code": made.code}).status_code == 404
    off = connect(on=False)
    assert browser.post(f"/sign-in/with/{off.pk}/invited", {"code": made.code}).status_code == 409
    assert who(browser) is None


def test_where_one_provider_is_the_only_way_the_invitation_takes_no_password_and_no_other(
    invited, come, connect, op, proven, visitor, who, inside, acme, olga
):
    made = invited("nia@acme.example")
    connection, other = connect(domains=("acme.example",)), connect(name="Other")
    with inside(acme):
        Connection.objects.filter(pk=connection.pk).update(tried_at=clock.now())
        actions.enforce(connection.pk, on=True, by=olga)
    browser = visitor("acme")
    page = browser.get(f"/invitation/{made.code}").content.decode()
    assert ('name="password"' in page, str(connection.pk) in page, str(other.pk) in page) == (False, True, False)
    sent = browser.post(f"/invitation/{made.code}", {"name": "Nia", "password": "a quiet harbour"})
    assert (sent.status_code, who(browser)) == (409, None)

    op.know("nia-1", email="nia@acme.example", email_verified=True)
    browser.post(f"/sign-in/with/{other.pk}/invited", {"code": made.code})
    back = urlsplit(op.agree(browser.get(f"/sign-in/with/{other.pk}")["Location"], "nia-1"))
    assert "other_way" in browser.get(f"{back.path}?{back.query}").content.decode()
    come(made.code, connection, "nia-1", browser)
    assert who(browser) == "nia"


def test_providers_that_never_vouch_are_not_offered(invited, connect, visitor, settings):
    settings.SOCIAL_CLIENTS = dict.fromkeys(("facebook", "google", "microsoft"), ("portico", "s3cret"))
    for kind in settings.SOCIAL_CLIENTS:
        connect(kind, name=kind.title(), client_id="", secret="", issuer="")
    page = visitor("acme").get(f"/invitation/{invited().code}").content.decode()
    assert ["Facebook" in page, "Google" in page, "Microsoft" in page] == [False, True, True]
