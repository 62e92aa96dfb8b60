"""Invitations: handed over as a link, good once, and worth what their inviter may do."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from portico import clock
from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.accounts.models import User
from shared_apps.staff.actions import accept, change_role, invite, revoke, suspend
from shared_apps.staff.models import Invitation

NAME, PASSWORD = "Nia Berg", "a quiet harbour"


def test_an_invited_person_joins_with_the_role_they_were_invited_for(outside, audited, sam):
    with outside():
        made, code = invite(" Nia@Portico.example ", "platform_support", by=sam)
        joined = accept(code, NAME, PASSWORD)
        assert (joined.email, joined.role, joined.name) == ("nia@portico.example", "platform_support", NAME)
        assert joined.check_password(PASSWORD)
        assert code not in str(list(Invitation.objects.values()))
    (_, invited), (_, joined) = audited("team.")
    assert (invited["email"], invited["role"]) == ("nia@portico.example", "platform_support")
    assert joined == {"name": NAME, "role": "platform_support", "invited_by": "Sam Oduya"}
    assert code not in str(audited())


def test_the_link_goes_by_mail_as_well(outside, sam, mails):
    with outside():
        _, code = invite("nia@portico.example", "platform_support", by=sam)
    (mail,) = mails()
    assert mail["To"] == "nia@portico.example"
    assert f"/invitation/{code}" in mail.get_body(("plain",)).get_content()


def test_support_invites_nobody(outside, lin):
    with outside(), pytest.raises(Forbidden):
        invite("nia@portico.example", "platform_support", by=lin)


def test_nobody_invites_above_themselves(outside, sam, omar):
    with outside():
        with pytest.raises(Forbidden, match="above your own"):
            invite("nia@portico.example", "platform_admin", by=sam)
        made, _ = invite("nia@portico.example", "platform_owner", by=omar)
        with pytest.raises(Forbidden, match="above your own"):
            invite("nia@portico.example", "platform_support", by=sam)
        with pytest.raises(Forbidden, match="above your own"):
            revoke(made, by=sam)


def _used(code):
    accept(code, NAME, PASSWORD)


def test_a_link_is_good_once(outside, sam):
    with outside():
        _, code = invite("nia@portico.example", "platform_support", by=sam)
        _used(code)
    with outside(), pytest.raises(Missing):
        _used(code)


def test_a_link_ends_after_a_week(outside, sam):
    with outside():
        made, code = invite("nia@portico.example", "platform_support", by=sam)
        with clock.at(made.created_at + timedelta(days=7, seconds=1)), pytest.raises(Missing):
            _used(code)
        with clock.at(made.created_at + timedelta(days=6, hours=23)):
            _used(code)


def test_a_link_that_was_taken_back_leads_nowhere(outside, audited, sam):
    with outside():
        made, code = invite("nia@portico.example", "platform_support", by=sam)
        revoke(made, by=sam)
        with pytest.raises(Refused, match="already"):
            revoke(made, by=sam)
        with pytest.raises(Missing):
            _used(code)
    assert [verb for verb, _ in audited()] == ["team.invite", "team.invitation.revoke"]


def test_a_new_invitation_ends_the_earlier_one(outside, sam):
    with outside():
        _, first = invite("nia@portico.example", "platform_support", by=sam)
        _, second = invite("nia@portico.example", "platform_engineer", by=sam)
        with pytest.raises(Missing):
            _used(first)
        _used(second)


@pytest.mark.parametrize("what", ["suspended", "lowered"])
def test_a_link_is_worth_what_its_inviter_may_do_by_now(outside, account, sam, omar, what):
    with outside():
        _, code = invite("nia@portico.example", "platform_supervisor", by=sam)
        if what == "suspended":
            suspend(account(sam), "Left", by=omar)
        else:
            change_role(account(sam), "platform_support", by=omar)
        with pytest.raises(Missing):
            _used(code)
        assert not User.objects.filter(email="nia@portico.example").exists()


def test_who_has_an_account_is_not_invited(outside, account, sam, lin, una):
    with outside():
        with pytest.raises(Invalid) as no:
            invite("LIN@portico.example", "platform_support", by=sam)
        assert "in the team already" in no.value.fields["email"][0]
        suspend(account(una), "Left", by=sam)
        with pytest.raises(Invalid) as no:
            invite("una@portico.example", "platform_support", by=sam)
        assert "Bring them back" in no.value.fields["email"][0]


def test_of_two_who_use_a_link_at_once_one_joins(outside, sam):
    with outside():
        _, code = invite("nia@portico.example", "platform_support", by=sam)
    outcomes, gate = [], threading.Barrier(2, timeout=20)

    def use():
        gate.wait()
        try:
            with outside():
                accept(code, NAME, PASSWORD)
            outcomes.append("joined")
        except Missing:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["joined", "refused"]
