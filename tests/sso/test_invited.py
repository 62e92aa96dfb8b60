"""Somebody with an open invitation who comes in with a provider before they opened the letter."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep
from urllib.parse import urlsplit

import pytest
from django.db import connection as line

from portico import clock
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import actions as people
from tenant_apps.people.actions.inviting import Wish
from tenant_apps.people.models import Invitation
from tenant_apps.sso.models import Link


def test_whoever_is_invited_and_comes_in_first_has_the_role_of_the_invitation_and_uses_it_up(
    invited, connect, go, op, proven, visitor, who, inside, acme, ada
):
    with inside(acme):
        team, _ = people.add_team("Lamps", by=ada)
        made = people.invite("nia@acme.example", Wish("agent", name="Nia Berg", teams=[str(team.pk)]), by=ada)
    op.know("nia-1", email="Nia@acme.example", email_verified=True, name="N. Berg")
    browser, connection = visitor("acme"), connect(default_role="")
    assert go(browser, connection, "nia-1").status_code == 302

    assert who(browser) == "Nia Berg"
    with inside(acme):
        nia, invitation = User.objects.get(email="nia@acme.example"), Invitation.objects.get()
        assert (nia.role, nia.profile["teams"], nia.has_usable_password()) == ("agent", [str(team.pk)], False)
        assert (invitation.used_at is None, invitation.user_id) == (False, nia.pk)
        verbs = Event.objects.filter(verb__in=["person.join", "sso.join", "sso.link"]).order_by("id")
        assert list(verbs.values_list("verb", flat=True)) == ["person.join", "sso.link"]
    assert visitor("acme").get(f"/invitation/{made.code}").status_code == 404
    again = visitor("acme")
    go(again, connection, "nia-1")
    assert who(again) == "Nia Berg"


@pytest.mark.parametrize("over", ["too old", "revoked", "inviter gone", "of another"])
def test_an_invitation_that_is_over_gives_nobody_a_role(
    invited, connect, go, op, proven, visitor, inside, acme, ada, over
):
    made = invited("zoe@acme.example" if over == "of another" else "nia@acme.example")
    with inside(acme):
        match over:
            case "too old":
                Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
            case "revoked":
                people.revoke(made.invitation.pk, by=ada)
            case "inviter gone":
                User.objects.filter(pk=ada.id).update(is_active=False)
    op.know("nia-1", email="nia@acme.example", email_verified=True)
    assert go(visitor("acme"), connect(), "nia-1").status_code == 302
    with inside(acme):
        assert User.objects.get(email="nia@acme.example").role == "member"
        assert Invitation.objects.get().used_at is None


def test_an_address_that_is_not_believed_uses_no_invitation_up(invited, connect, go, op, visitor, who, inside, acme):
    invited("nia@acme.example")  # a domain that nobody has proven
    op.know("nia-1", email="nia@acme.example", email_verified=True)
    browser = visitor("acme")
    assert "not_linked" in go(browser, connect(), "nia-1").content.decode()
    assert who(browser) is None
    with inside(acme):
        assert Invitation.objects.get().used_at is None


def test_whoever_is_invited_as_an_owner_shows_the_letter(
    connect, go, op, proven, visitor, who, inside, acme, olga, come
):
    with inside(acme):
        made = people.invite("nia@acme.example", Wish("owner"), by=olga)
    op.know("nia-1", email="nia@acme.example", email_verified=True, name="Nia")
    browser, connection = visitor("acme"), connect()
    assert "owner_invited" in go(browser, connection, "nia-1").content.decode()
    assert who(browser) is None
    come(made.code, connection, "nia-1", browser)
    assert who(browser) == "Nia"


@pytest.mark.parametrize("default_role", ["", "member"])
def test_of_two_who_come_in_at_once_with_an_invitation_both_are_the_one_who_joined(
    invited, connect, op, proven, visitor, who, inside, acme, default_role
):
    made = invited("nia@acme.example")
    op.know("nia-1", email="nia@acme.example", email_verified=True, name="Nia")
    connection, browsers = connect(default_role=default_role), [visitor("acme"), visitor("acme")]
    backs = [urlsplit(op.agree(one.get(f"/sign-in/with/{connection.pk}")["Location"], "nia-1")) for one in browsers]
    gate = Barrier(2, timeout=20)

    def bring(one, back):
        gate.wait()
        try:
            return one.get(f"{back.path}?{back.query}").status_code
        finally:
            line.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(bring, browsers, backs)) == [302, 302]
    assert list(map(who, browsers)) == ["Nia", "Nia"]
    with inside(acme):
        nia = User.objects.get(email="nia@acme.example")
        assert (nia.role, Link.objects.count()) == ("agent", 1)
        assert Invitation.objects.get(pk=made.invitation.pk).user_id == nia.pk


def test_the_second_of_two_finds_who_joined_while_it_waited_for_the_invitation(
    invited, connect, op, proven, visitor, who, inside, acme
):
    """One holds the invitation and makes the account; the other waits for it, and then comes in as the same person."""
    made = invited("nia@acme.example")
    op.know("nia-1", email="nia@acme.example", email_verified=True)
    connection, browser = connect(default_role=""), visitor("acme")
    back = urlsplit(op.agree(browser.get(f"/sign-in/with/{connection.pk}")["Location"], "nia-1"))

    def bring():
        try:
            return browser.get(f"{back.path}?{back.query}").status_code
        finally:
            line.close()

    with ThreadPoolExecutor(1) as pool:
        with inside(acme):
            people.accept(made.code, "Nia", "a quiet harbour")
            coming = pool.submit(bring)
            for _ in range(200):
                with line.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    if cursor.fetchone()[0]:
                        break
                sleep(0.02)
            else:
                pytest.fail("nobody waits for the invitation")
        assert coming.result(20) == 302
    assert who(browser) == "Nia"
