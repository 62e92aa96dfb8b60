"""Roles and suspension: who decides about whom, and when it holds."""

import io
import threading

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from portico.actor import SYSTEM
from portico.database import platform_scope
from portico.errors import Forbidden, Invalid, Refused
from shared_apps.accounts.models import User
from shared_apps.staff.actions import change_role, resume, set_specialisations, suspend


def test_a_supervisor_makes_support_an_engineer(outside, account, audited, sam, lin):
    with outside():
        assert change_role(account(lin), "platform_engineer", by=sam, seen="platform_support")
        assert not change_role(account(lin), "platform_engineer", by=sam)

    assert account(lin).role == "platform_engineer"
    facts = {"name": "Lin Haas", "before": "platform_support", "after": "platform_engineer"}
    assert audited() == [("team.role.update", facts)]


@pytest.mark.parametrize("verb", ["change_role", "suspend", "resume", "skills"])
def test_support_decides_about_nobody(outside, account, audited, lin, una, verb):
    person = account(una)
    acts = {
        "change_role": lambda: change_role(person, "platform_engineer", by=lin),
        "suspend": lambda: suspend(person, "Gone", by=lin),
        "resume": lambda: resume(person, by=lin),
        "skills": lambda: set_specialisations(person, ["dns"], by=lin),
    }
    with outside(), pytest.raises(Forbidden):
        acts[verb]()
    assert audited() == []


def test_nobody_changes_their_own_role_or_suspends_themselves(outside, account, omar):
    with outside():
        with pytest.raises(Refused, match="their own role"):
            change_role(account(omar), "platform_admin", by=omar)
        with pytest.raises(Refused, match="themselves"):
            suspend(account(omar), "Tired", by=omar)
    assert account(omar).is_active


def test_nobody_raises_somebody_above_themselves(outside, account, sam, ann, lin):
    with outside():
        with pytest.raises(Forbidden, match="above your own"):
            change_role(account(lin), "platform_admin", by=sam)
        change_role(account(lin), "platform_supervisor", by=sam)
        with pytest.raises(Forbidden, match="above your own"):
            change_role(account(lin), "platform_owner", by=ann)
    assert account(lin).role == "platform_supervisor"


def test_nobody_touches_who_stands_above_them(outside, account, sam, ann, omar):
    with outside():
        with pytest.raises(Forbidden):
            change_role(account(ann), "platform_support", by=sam)
        with pytest.raises(Forbidden):
            suspend(account(omar), "A coup", by=ann)
    assert (account(ann).role, account(omar).is_active) == ("platform_admin", True)


@pytest.mark.parametrize("way", ["suspend", "lower"])
def test_the_last_owner_stays(outside, account, omar, way):
    with outside(), pytest.raises(Refused, match="last platform owner"):
        if way == "suspend":
            suspend(account(omar), "Cleaning up", by=SYSTEM)
        else:
            change_role(account(omar), "platform_admin", by=SYSTEM)
    assert (account(omar).role, account(omar).is_active) == ("platform_owner", True)


def test_of_two_owners_who_suspend_each_other_at_once_one_stays(outside, account, omar, ann, actor_for):
    with outside():
        change_role(account(ann), "platform_owner", by=omar)
    owners = {"omar": omar, "ann": actor_for("ann")}
    told, gate = [], threading.Barrier(2, timeout=20)

    def strike(me, other):
        person = account(owners[other])
        gate.wait()
        try:
            with outside():
                suspend(person, "It was them", by=owners[me])
        except (Refused, Forbidden) as no:
            told.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=strike, args=pair) for pair in (("omar", "ann"), ("ann", "omar"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with outside():
        assert User.objects.filter(role="platform_owner", is_active=True).count() == 1
    assert told == ["not_allowed"]


def test_who_is_suspended_is_out_at_once_and_for_good(outside, account, audited, client_for, api_for, sam, lin):
    page, program = client_for("lin"), api_for("lin")
    assert (page.get("/admin/tickets").status_code, program.get("/platform-admin/tickets").status_code) == (200, 200)

    with outside():
        suspend(account(lin), "  Left   the company ", by=sam)
        assert Session.objects.count() == 0
    assert (page.get("/admin/tickets").status_code, program.get("/platform-admin/tickets").status_code) == (302, 401)
    assert audited("team.") == [("team.suspend", {"name": "Lin Haas", "reason": "Left the company"})]

    with outside():
        resume(account(lin), by=sam)
    assert account(lin).is_active
    assert (page.get("/admin/tickets").status_code, program.get("/platform-admin/tickets").status_code) == (302, 401)


def test_sessions_of_others_go_on(outside, account, client_for, sam, lin):
    una, acme = client_for("una"), client_for("ada")
    client_for("lin")
    with outside():
        suspend(account(lin), "Left", by=sam)
    assert una.get("/admin/tickets").status_code == 200
    assert acme.get("/manager/inbox").status_code == 200


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_suspension_says_why(outside, account, sam, lin, reason):
    with outside(), pytest.raises(Invalid):
        suspend(account(lin), reason, by=sam)
    assert account(lin).is_active


def test_the_second_of_two_who_change_a_role_is_told(outside, account, sam, omar, lin):
    with outside():
        change_role(account(lin), "platform_engineer", by=sam, seen="platform_support")
        with pytest.raises(Refused, match="engineer by now"):
            change_role(account(lin), "platform_account_manager", by=omar, seen="platform_support")


def test_what_somebody_is_good_at(outside, account, audited, sam, lin):
    with outside():
        assert set_specialisations(account(lin), ["dns", "invoices", "dns"], by=sam)
        assert not set_specialisations(account(lin), ["dns", "invoices"], by=sam)
        with pytest.raises(Invalid):
            set_specialisations(account(lin), ["x" * 41], by=sam)
    assert account(lin).profile["skills"] == ["dns", "invoices"]
    assert [verb for verb, _ in audited()] == ["team.skills.update"]


def test_who_is_hired_by_the_command_stands_in_the_audit(audited, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a quiet harbour\n"))
    call_command("hire", "nia@portico.example", name="Nia Berg", role="platform_engineer", stdout=io.StringIO())
    assert audited() == [("team.join", {"name": "Nia Berg", "role": "platform_engineer"})]


def test_a_changed_role_holds_from_the_next_request_on(outside, account, client_for, omar, lin):
    page = client_for("lin")
    assert page.get("/admin/audit").status_code == 404
    with platform_scope():
        change_role(account(lin), "platform_supervisor", by=omar)
    assert page.get("/admin/audit").status_code == 200
